"""A questionnaire in the editor, its pages and what stands in it."""

import re
from urllib.parse import quote

from django.urls import reverse

from intake.models import WorkingCopy
from intake.services import working_copies
from tests.factories.booking import NOW
from tests.factories.fhir_files import item


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def a_copy(user, *items):
    head = working_copies.Head("About your sleep", "", True)
    copy = working_copies.begin(head=head, by=user, now=NOW)
    told = {**copy.resource, "item": list(items)} if items else copy.resource
    return working_copies.change(copy=copy, edit=lambda _: told, said="Begun", by=user, now=NOW)


def the(name, copy, **query):
    address = reverse(f"intake:{name}", args=[copy.public_id])
    asked = "&".join(f"{key}={quote(value)}" for key, value in query.items())
    return f"{address}?{asked}" if asked else address


NIGHTS = item("nights", "group", "Your nights", item=[
    item("well", "boolean", "Do you sleep well?"),
    item("since", "string", "Since when not?",
         enableWhen=[{"question": "well", "operator": "=", "answerBoolean": False}]),
])  # fmt: skip
DAYS = item("days", "group", "Your days", item=[
    item("mood", "choice", "How is your mood?", answerOption=[
        {"valueCoding": {"system": "s", "code": "good", "display": "Good"}},
        {"valueCoding": {"system": "s", "code": "bad", "display": "Bad"}},
    ]),
])  # fmt: skip


def fresh(copy):
    return WorkingCopy.objects.get(pk=copy.pk)


def ids(copy):
    def walk(items):
        for one in items:
            yield one["linkId"]
            yield from walk(one.get("item", []))

    return list(walk(fresh(copy).resource.get("item", [])))


def raw(copy, link_id):
    def find(items):
        for one in items:
            if one["linkId"] == link_id:
                return one
            found = find(one.get("item", []))
            if found:
                return found
        return None

    return find(fresh(copy).resource["item"])


def seen(browser, copy, link_id):
    told = browser.get(the("editor_item", copy, item=link_id)).content.decode()
    return re.search(r'name="seen" value="([^"]*)"', told)[1]


def save(browser, copy, link_id, *, act="save", **posted):
    seen_now = posted.pop("seen", None) or seen(browser, copy, link_id)
    there = {"text": raw(copy, link_id)["text"], "act": act, "seen": seen_now}
    return browser.post(the("editor_item", copy, item=link_id), {**there, **posted})
