"""The therapist writes a questionnaire: each act is a form's post, and nothing typed is lost."""

import re
from urllib.parse import quote

import pytest
from django.urls import reverse

from intake.fhir.extensions import IN_PERSON
from intake.models import Questionnaire, QuestionnaireDraft, WorkingCopy
from intake.services import working_copies
from intake.services.drafts import keep_draft
from intake.services.importing import check_resource
from tests.factories.accounts import UserFactory, add_app
from tests.factories.booking import NOW
from tests.factories.fhir_files import item, resource
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db
LIST = "/therapist/questionnaires/"


@pytest.fixture
def intake():
    return an_intake("about-you", "phq-9")


@pytest.fixture
def user(intake):
    return intake.appointment.practitioner.user


@pytest.fixture
def browser(client, user):
    add_app(user)
    client.force_login(user)
    return client


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


@pytest.fixture
def copy(user):
    return a_copy(user, NIGHTS, DAYS)


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


def test_a_questionnaire_is_begun_with_its_name(browser):
    assert "No client sees it before you publish it." in text_of(browser.get(LIST + "new/"))

    answered = browser.post(
        LIST + "new/", {"title": " About  sleep ", "description": "Why", "offers_in_person": "on"}
    )

    copy = WorkingCopy.objects.get()
    assert answered.url == the("editor", copy)
    assert (copy.slug, copy.title, copy.origin) == ("about-sleep", "About sleep", "new")
    assert copy.resource["description"] == "Why"
    assert copy.resource["extension"] == [{"url": IN_PERSON, "valueBoolean": True}]
    assert "Nothing is in it yet" in text_of(browser.get(answered.url))
    assert "About sleep" in text_of(browser.get(LIST))


def test_without_a_title_it_says_so_and_keeps_what_was_typed(browser):
    answered = browser.post(LIST + "new/", {"title": "", "description": "For the first hour"})

    assert answered.status_code == 422
    assert "Please give it a title." in text_of(answered)
    assert "For the first hour" in text_of(answered)
    assert not WorkingCopy.objects.exists()


def test_sections_and_questions_are_added_where_they_belong(browser, user):
    copy = a_copy(user)
    here = the("editor", copy)
    browser.post(here, {"act": "add", "kind": "section", "text": "Your nights"})
    browser.post(
        here, {"act": "add", "kind": "long", "text": "What wakes you?", "into": "your-nights"}
    )
    added = {"act": "add", "kind": "yes-no", "text": "Do you dream?", "into": "your-nights"}
    browser.post(here, {**added, "spot": "after what-wakes-you"})
    to_the_item = browser.post(
        here, {"act": "add", "kind": "one", "text": "How often?", "into": "your-nights"}
    )

    assert ids(copy) == ["your-nights", "what-wakes-you", "do-you-dream", "how-often"]
    assert to_the_item.url == the("editor_item", copy, item="how-often")
    told = text_of(browser.get(here))
    assert "It is a choice, and the file names no answers to choose from." in told
    assert "3 questions" in told


def test_an_add_without_words_says_so_and_keeps_the_kind(browser, copy):
    answered = browser.post(
        the("editor", copy), {"act": "add", "kind": "date", "text": " ", "into": "days"}
    )

    assert answered.status_code == 422
    told = text_of(answered)
    assert "Please write what it asks or says." in told
    assert '<option value="date" selected>' in told
    assert ids(copy) == ["nights", "well", "since", "days", "mood"]


def test_a_question_moves_up_down_and_over_the_edge(browser, copy):
    here = the("editor", copy)
    answered = browser.post(here, {"act": "down well"})
    assert answered.url == f"{here}#i-well"
    assert ids(copy) == ["nights", "since", "well", "days", "mood"]
    assert "It depends on “Do you sleep well?”, which is asked later." in text_of(browser.get(here))

    browser.post(here, {"act": "down well"})
    assert ids(copy) == ["nights", "since", "days", "well", "mood"]
    told = text_of(browser.post(here, {"act": "down days"}, follow=True))
    assert "It can’t go any further." in told


def test_acts_are_taken_back_one_by_one_and_not_behind_another_window(browser, copy):
    here = the("editor", copy)
    revision = fresh(copy).revision
    browser.post(here, {"act": "remove mood"})
    browser.post(here, {"act": "remove well"})
    assert ids(copy) == ["nights", "since", "days"]
    told = text_of(browser.get(here))
    assert "Last act: Removed: “Do you sleep well?”" in told

    late = text_of(browser.post(here, {"act": "undo", "revision": revision}, follow=True))
    assert "This has changed in another window." in late
    for _ in range(2):
        browser.post(here, {"act": "undo", "revision": fresh(copy).revision})

    assert ids(copy) == ["nights", "well", "since", "days", "mood"]
    assert raw(copy, "since")["enableWhen"][0]["question"] == "well"


def test_what_depended_on_a_removed_question_is_named(browser, copy):
    told = text_of(browser.post(the("editor", copy), {"act": "remove well"}, follow=True))

    assert "Removed: “Do you sleep well?”. No longer depending on it: “Since when not?”." in told
    assert "enableWhen" not in raw(copy, "since")


def test_a_copy_has_ids_of_its_own_and_its_conditions_speak_of_the_copy(browser, copy):
    browser.post(the("editor", copy), {"act": "copy nights"})

    assert ids(copy)[:6] == ["nights", "well", "since", "nights-2", "well-2", "since-2"]
    assert raw(copy, "since-2")["enableWhen"][0]["question"] == "well-2"


def test_htmx_gets_the_outline_and_what_happened(browser, copy):
    answered = browser.post(
        the("editor", copy), {"act": "down well"}, headers={"HX-Request": "true"}
    )

    told = text_of(answered)
    assert answered.status_code == 200
    assert "<html" not in told
    assert 'id="i-well-down"' in told
    assert 'hx-swap-oob="innerHTML">Moved down: “Do you sleep well?”.</p>' in told


def test_a_question_is_reworded_and_its_id_stays(browser, copy):
    answered = save(
        browser, copy, "well", text="Do you sleep\r\nwell?", help="At home.", is_required="on"
    )

    assert answered.url == f"{the('editor', copy)}#i-well"
    changed = raw(copy, "well")
    assert (changed["text"], changed["required"]) == ("Do you sleep\nwell?", True)
    assert changed["item"][0]["text"] == "At home."
    told = text_of(browser.get(the("editor", copy)))
    assert "Yes or no · needed" in told


def test_saving_what_was_shown_changes_nothing(browser, copy):
    before = fresh(copy)
    told = text_of(browser.get(the("editor_item", copy, item="well")))
    assert 'name="may_say_in_person" aria-describedby' not in told
    browser.post(
        the("editor_item", copy, item="well"),
        {"text": "Do you sleep well?", "may_say_in_person": "on", "act": "save",
         "seen": seen(browser, copy, "well")},
    )  # fmt: skip

    assert fresh(copy).revision == before.revision
    assert fresh(copy).resource == before.resource


def test_two_windows_do_not_overwrite_one_another(browser, copy):
    shown = seen(browser, copy, "well")
    save(browser, copy, "well", text="Do you sleep deeply?")

    late = save(browser, copy, "well", text="Do you rest well?", seen=shown)

    assert late.status_code == 409
    told = text_of(late)
    assert "There it reads now: “Do you sleep deeply?”" in told
    assert "Do you rest well?" in told
    assert raw(copy, "well")["text"] == "Do you sleep deeply?"
    again = re.search(r'name="seen" value="([^"]*)"', told)[1]
    save(browser, copy, "well", text="Do you rest well?", seen=again)
    assert raw(copy, "well")["text"] == "Do you rest well?"


def test_without_words_a_question_is_refused_at_the_field(browser, copy):
    answered = save(browser, copy, "well", text=" ", help="Kept")

    assert answered.status_code == 422
    assert "Kept" in text_of(answered)
    assert raw(copy, "well")["text"] == "Do you sleep well?"


def key_of_answer(browser, copy, words):
    told = browser.get(the("editor_item", copy, item="mood")).content.decode()
    rows = re.findall(r'id="answer-([^"]+)".*?name="answer" value="([^"]*)"', told, re.S)
    return next(key for key, found in rows if found == words)


def test_answers_are_added_moved_reworded_and_taken_out(browser, copy):
    save(
        browser,
        copy,
        "mood",
        act="answer-add",
        answer=["Good", "Very bad"],
        new_answer="In between",
    )
    codes = [one["valueCoding"] for one in raw(copy, "mood")["answerOption"]]
    assert codes == [
        {"system": "s", "code": "good", "display": "Good"},
        {"system": "s", "code": "bad", "display": "Very bad"},
        {"system": "s", "code": "in-between", "display": "In between"},
    ]

    words = ["Good", "Very bad", "In between"]
    up = f"answer-up {key_of_answer(browser, copy, 'In between')}"
    save(browser, copy, "mood", act=up, answer=words)
    gone = f"answer-remove {key_of_answer(browser, copy, 'Good')}"
    save(browser, copy, "mood", act=gone, answer=["Good", "In between", "Very bad"])

    left = [one["valueCoding"]["code"] for one in raw(copy, "mood")["answerOption"]]
    assert left == ["in-between", "bad"]


def test_an_answer_without_words_is_refused_beside_it(browser, copy):
    answered = save(browser, copy, "mood", answer=["Good", " "], new_answer="Fine")

    assert answered.status_code == 422
    told = text_of(answered)
    assert "Please write it, or take it out." in told
    assert 'value="Fine"' in told


def test_several_answers_and_something_else(browser, copy):
    save(browser, copy, "mood", answer=["Good", "Bad"], kind="several", has_other="on")

    changed = raw(copy, "mood")
    assert (changed["type"], changed["repeats"]) == ("open-choice", True)
    save(browser, copy, "mood", answer=["Good", "Bad"], kind="several", has_other="on", alone="1")
    assert raw(copy, "mood")["answerOption"][1]["extension"][0]["valueBoolean"] is True


def test_an_alert_is_confirmed_both_ways(browser, copy):
    key = key_of_answer(browser, copy, "Bad")
    here = the("editor_alert", copy, item="mood", answer=key)
    assert "An alert reaches you" in text_of(browser.get(here))

    unsure = browser.post(here, {"alert": "self-harm"})
    assert unsure.status_code == 422
    assert "Please confirm it with the tick below." in text_of(unsure)
    assert "extension" not in raw(copy, "mood")["answerOption"][1]

    browser.post(here, {"alert": "self-harm", "sure": "on"})
    told = text_of(browser.get(the("editor", copy)))
    assert "Raises an alert" in told
    assert raw(copy, "mood")["answerOption"][1]["extension"][0]["valueCode"] == "self-harm"

    assert browser.post(here, {"alert": ""}).status_code == 422
    browser.post(here, {"alert": "", "sure": "on"})
    assert "extension" not in raw(copy, "mood")["answerOption"][1]


def test_conditions_are_made_of_words(browser, copy):
    here = the("editor_condition", copy, item="since", question="mood")
    told = text_of(browser.get(here))
    assert "… “How is your mood?”" in told

    empty = browser.post(here, {"comparison": "is"})
    assert empty.status_code == 422
    assert "Please give an answer that this question can have." in text_of(empty)
    browser.post(here, {"comparison": "is", "answer": "bad"})

    assert raw(copy, "since")["enableBehavior"] == "all"
    assert raw(copy, "since")["enableWhen"][1] == {
        "question": "mood",
        "operator": "=",
        "answerCoding": {"system": "s", "code": "bad", "display": "Bad"},
    }
    told = text_of(browser.get(the("editor", copy)))
    assert "Shown when “Do you sleep well?” is No and “How is your mood?” is Bad" in told

    refused = browser.post(here, {"comparison": "one-of", "answer": ["good", "bad"]})
    assert "where any of the conditions is enough" in text_of(refused)
    item_here = the("editor_item", copy, item="since")
    seen_now = seen(browser, copy, "since")
    browser.post(item_here, {"act": "every", "every": "any", "seen": seen_now})
    browser.post(here, {"comparison": "one-of", "answer": ["good", "bad"]})
    told = text_of(browser.get(the("editor", copy)))
    assert "is No or “How is your mood?” is one of Bad or Good" in told

    browser.post(item_here, {"act": "condition-remove 0", "seen": seen(browser, copy, "since")})
    assert [one["question"] for one in raw(copy, "since")["enableWhen"]] == ["mood", "mood"]


def test_a_loop_of_conditions_is_told(browser, copy):
    browser.post(
        the("editor_condition", copy, item="well", question="since"), {"comparison": "answered"}
    )

    told = text_of(browser.get(the("editor_publish", copy)))
    assert "which in the end depends on this one: nobody would see it." in told
    assert ">Publish<" not in told


def test_a_question_moves_into_another_section(browser, copy):
    posted = {"act": "move", "into": "days", "seen": seen(browser, copy, "since")}
    browser.post(the("editor_item", copy, item="since"), posted)

    assert ids(copy) == ["nights", "well", "days", "mood", "since"]


def test_what_a_file_set_is_told_and_stays(browser, user):
    worked_out = {
        "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
        "valueExpression": {"language": "text/fhirpath", "expression": "1 + 1"},
    }
    sums = item("sum", "integer", "Sum", readOnly=True, extension=[worked_out])
    copy = a_copy(user, item("all", "group", "All", item=[sums, item("a", "string", "A?")]))

    told = text_of(browser.get(the("editor_item", copy, item="sum")))
    assert "Its answer is worked out by a formula." in told
    save(browser, copy, "sum", text="Sum of it")

    assert raw(copy, "sum")["extension"] == [worked_out]


def test_the_head_is_changed_and_two_windows_are_told(browser, copy):
    here = the("editor_head", copy)
    shown = re.search(r'name="seen" value="([^"]*)"', browser.get(here).content.decode())[1]
    browser.post(here, {"title": "About sleep", "offers_in_person": "on", "seen": shown})
    assert fresh(copy).title == "About sleep"

    late = browser.post(here, {"title": "About nights", "seen": shown})
    assert late.status_code == 409
    assert "The title is now “About sleep”" in text_of(late)
    assert fresh(copy).title == "About sleep"


def test_it_is_tried_out_and_published_and_its_next_version_is_compared(browser, copy, intake):
    assert "Do you sleep well?" in text_of(browser.get(the("editor_preview", copy)))
    revision = fresh(copy).revision
    save(browser, copy, "well", text="Do you rest well?")
    stale = browser.post(the("editor_publish", copy), {"revision": revision}, follow=True)
    assert "This has changed in another window." in text_of(stale)
    published = browser.post(
        the("editor_publish", copy), {"revision": fresh(copy).revision}, follow=True
    )

    assert "It is published." in text_of(published)
    first = Questionnaire.objects.get(slug="about-your-sleep")
    assert (first.version, first.resource["version"]) == (1, "1")
    assert not WorkingCopy.objects.exists()
    assert "Yours, written here" in text_of(browser.get(LIST))

    browser.post(f"{LIST}{first.public_id}/edit/")
    second = WorkingCopy.objects.get()
    assert second.based_on == first
    save(browser, second, "well", text="Do you sleep well?")
    browser.post(the("editor", second), {"act": "remove since"})
    looked = text_of(browser.get(the("editor_publish", second)))
    assert "What changes since version 1" in looked
    browser.post(the("editor_publish", second), {"revision": fresh(second).revision})

    newer = Questionnaire.objects.get(slug="about-your-sleep", version=2)
    assert newer.resource["version"] == "2"
    told = text_of(browser.get(f"{LIST}{newer.public_id}/since/{first.public_id}/"))
    assert "From version 1 to version 2" in told
    assert '<del><span class="visually-hidden">[Removed: </span>rest' in told
    assert "Removed</span> Short text · in “Your nights”" in told
    page = text_of(browser.get(f"{LIST}{newer.public_id}/"))
    assert f" by {intake.appointment.practitioner.name}" in page


def test_an_older_version_comes_back_as_a_draft(browser, copy):
    browser.post(the("editor_publish", copy), {"revision": fresh(copy).revision})
    first = Questionnaire.objects.get(slug="about-your-sleep")
    browser.post(f"{LIST}{first.public_id}/edit/")
    second = WorkingCopy.objects.get()
    browser.post(the("editor", second), {"act": "remove mood"})
    browser.post(the("editor_publish", second), {"revision": fresh(second).revision})

    browser.post(f"{LIST}{first.public_id}/edit/")
    third = WorkingCopy.objects.get()
    assert ids(third) == ["nights", "well", "since", "days", "mood"]
    browser.post(the("editor_publish", third), {"revision": third.revision})

    assert Questionnaire.objects.filter(slug="about-your-sleep").count() == 3


def test_what_came_with_the_portal_is_copied_and_instruments_stay(browser, intake):
    ours = Questionnaire.objects.get(slug="about-you")
    refused = browser.post(f"{LIST}{ours.public_id}/edit/", follow=True)
    assert "An instrument keeps its words" in text_of(refused)
    browser.post(f"{LIST}{ours.public_id}/edit/", {"copy": "yes"})
    copy = WorkingCopy.objects.get()
    assert (copy.slug, copy.origin) == ("about-you-our-own", "copy")

    phq = Questionnaire.objects.get(slug="phq-9")
    browser.post(f"{LIST}{phq.public_id}/edit/", {"copy": "yes"})
    assert WorkingCopy.objects.count() == 1


def test_a_file_that_cant_be_shown_is_mended_in_the_editor(browser, user):
    told = resource(
        item("sleep", "integer", "How long do you sleep?"),
        item("where", "reference", "Where do you sleep?"),
        title="Nights",
        url="https://example.com/Q/nights",
    )
    draft = keep_draft(checked=check_resource(told), file_name="a.json", by=user, now=NOW)
    browser.post(f"{LIST}drafts/{draft.public_id}/edit/")
    copy = WorkingCopy.objects.get()
    assert "there are none to pick from" in text_of(browser.get(the("editor", copy)))

    browser.post(the("editor", copy), {"act": "remove where"})
    browser.post(the("editor_publish", copy), {"revision": fresh(copy).revision})

    row = Questionnaire.objects.get(resource__url="https://example.com/Q/nights")
    assert list(row.parsed.by_link_id) == ["sleep"]
    assert QuestionnaireDraft.objects.count() == 1


def test_it_is_thrown_away(browser, copy):
    told = text_of(browser.post(the("editor_discard", copy), follow=True))

    assert "What you had changed in “About your sleep” is gone." in told
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize("name", ["editor_item", "editor_condition", "editor_alert"])
def test_a_question_that_is_gone_leads_back(browser, copy, name):
    answered = browser.get(the(name, copy, item="gone", question="well"), follow=True)

    assert "This has changed in another window." in text_of(answered)


def test_a_client_finds_none_of_it(client, copy):
    client.force_login(UserFactory(role="client"))
    pages = ["editor", "editor_item", "editor_condition", "editor_alert", "editor_head",
             "editor_preview", "editor_publish", "editor_discard"]  # fmt: skip

    assert {client.get(the(name, copy)).status_code for name in pages} == {404}
    assert {client.post(the(name, copy)).status_code for name in pages} == {404}
