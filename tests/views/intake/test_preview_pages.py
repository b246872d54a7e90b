"""Trying a questionnaire out: conditions, groups and refusals work, and nothing is stored."""

import re

import pytest
from django.urls import reverse

from intake.models import Answer, AnswerRevision, SafetyAlert
from intake.services.drafts import keep_draft
from intake.services.importing import check_resource, publish_checked
from tests.factories.accounts import add_app
from tests.factories.fhir_files import item, resource
from tests.factories.intake import FILLED_AT, an_intake

pytestmark = pytest.mark.django_db
YES = {"question": "smokes", "operator": "=", "answerBoolean": True}
PAGES = resource(
    item("first", "group", "First page", item=[
        item("smokes", "boolean", "Do you smoke?"),
        item("much", "integer", "How many a day?", enableWhen=[YES]),
    ]),
    item("second", "group", "Second page", enableWhen=[YES], item=[
        item("stopping", "text", "Would you like to stop?", required=True),
    ]),
    item("third", "group", "Third page", item=[
        item("pets", "group", "Pet", repeats=True, item=[item("pet", "string", "Its name?")]),
    ]),
    title="Habits",
)  # fmt: skip


@pytest.fixture
def user():
    return an_intake("phq-9").appointment.practitioner.user


@pytest.fixture
def browser(client, user):
    add_app(user)
    client.force_login(user)
    return client


@pytest.fixture
def here(user):
    row = publish_checked(checked=check_resource(PAGES), by=user, now=FILLED_AT).questionnaire
    return reverse("intake:questionnaire_preview", args=[row.public_id])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def form_of(response):
    """What a browser would post back: the hidden fields of the form, without anything typed."""
    fields = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode()
    )
    revisions = re.findall(r'name="([^"]+:revision)"', response.content.decode())
    return {name: "0" for name in revisions} | dict(fields)


def post(browser, here, shown, **typed):
    return browser.post(here, form_of(shown) | {"go": "on"} | typed)


def test_conditions_turn_questions_and_pages_on(browser, here):
    first = browser.get(here)
    assert "Page 1 of 2" in text_of(first)
    assert "How many a day?" not in text_of(first)

    asked_more = post(browser, here, first, smokes="true")
    assert "there is one more thing to ask" in text_of(asked_more)
    assert "How many a day?" in text_of(asked_more)

    second = post(browser, here, asked_more, smokes="true", much="12")
    assert "<h1>Second page</h1>" in text_of(second)
    assert "Page 2 of 3" in text_of(second)

    first_again = post(browser, here, second, go="first", stopping="Some day")
    assert 'value="12"' in text_of(first_again)


def test_a_no_leads_past_the_page_that_it_turns_off(browser, here):
    third = post(browser, here, browser.get(here), smokes="false")

    assert "<h1>Third page</h1>" in text_of(third)


def test_what_a_client_could_not_save_is_said_and_stays(browser, here):
    shown = post(browser, here, browser.get(here), smokes="true")

    refused = post(browser, here, shown, smokes="true", much="a few")

    assert refused.status_code == 422
    assert "Please look at this once more" in text_of(refused)
    assert 'value="a few"' in text_of(refused)


def test_behind_the_last_page_it_says_what_is_needed(browser, here):
    shown = post(browser, here, browser.get(here), smokes="true")
    second = post(browser, here, shown, smokes="true")
    third = post(browser, here, second)

    end = text_of(post(browser, here, third))

    assert "That was the last page" in end
    assert "<li>Would you like to stop?</li>" in end


def test_a_group_is_repeated_and_taken_away(browser, here):
    third = post(browser, here, browser.get(here), smokes="false")

    two = post(browser, here, third, act="add pets", **{"pet.1": "Rex"})
    assert "Pet 2" in text_of(two)
    assert 'value="Rex"' in text_of(two)

    one = post(browser, here, two, act="remove pets.1", **{"pet.2": "Mia"})
    assert 'value="Mia"' in text_of(one)
    assert 'value="Rex"' not in text_of(one)


def test_a_change_comes_back_at_once(browser, here):
    shown = form_of(browser.get(here)) | {"smokes": "true"}

    told = text_of(browser.post(here, shown, headers={"HX-Request": "true"}))

    assert 'id="slot-q-much" class="slot" hx-swap-oob="true"' in told
    assert 'id="q-smokes:errors" hx-swap-oob="true"' in told
    assert 'id="q-much:errors" hx-swap-oob="true"' not in told  # it comes with its question
    assert "<h1" not in told


def test_nothing_is_stored_and_nobody_is_alerted(browser, user):
    row = an_intake("health-and-safety").responses.get().questionnaire
    before = (Answer.objects.count(), AnswerRevision.objects.count())
    here = reverse("intake:questionnaire_preview", args=[row.public_id])
    shown = browser.get(here)
    danger = next(
        (question, option.code)
        for question in row.parsed.questions()
        for option in question.options
        if option.safety
    )
    section = row.parsed.section_of(danger[0].link_id).slug
    page = browser.post(here, form_of(shown) | {"go": section})

    told = text_of(
        post(browser, here, page, act=f"more {danger[0].name}", **{danger[0].name: danger[1]})
    )

    assert "988" in told.split('id="danger"')[1].split("</form>")[0]
    assert not SafetyAlert.objects.exists()
    assert (Answer.objects.count(), AnswerRevision.objects.count()) == before


def test_what_others_wrote_into_the_page_is_not_read(browser, here):
    third = {"so_far": "made-up", "page": "third", "go": "on", "pet.1:revision": "0"}
    shown = form_of(browser.get(here)) | third

    assert "That was the last page" in text_of(browser.post(here, shown))
    no_page = browser.post(here, {"go": "on"})
    assert "<h1>First page</h1>" in text_of(no_page)


def test_a_draft_is_tried_out_before_it_is_published(browser, user):
    draft = keep_draft(checked=check_resource(PAGES), file_name="", by=user, now=FILLED_AT)
    here = reverse("intake:draft_preview", args=[draft.public_id])

    shown = browser.get(here)

    assert "Preview of <a" in text_of(shown)
    assert "How many a day?" in text_of(post(browser, here, shown, smokes="true"))
