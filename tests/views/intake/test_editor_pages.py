"""The therapist writes a questionnaire: each act is a form's post, and nothing typed is lost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.fhir.extensions import IN_PERSON
from intake.models import Questionnaire, QuestionnaireDraft, WorkingCopy
from intake.services.drafts import keep_draft
from intake.services.importing import check_resource
from intake.services.working_copies import change
from tests.factories.accounts import UserFactory, add_app
from tests.factories.booking import NOW
from tests.factories.editor import DAYS, NIGHTS, a_copy, fresh, ids, raw, save, text_of, the
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


@pytest.fixture
def copy(user):
    return a_copy(user, NIGHTS, DAYS)


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
    assert "data-focus" not in told
    gone = browser.post(
        the("editor", copy), {"act": "remove since"}, headers={"HX-Request": "true"}
    )
    assert '?item=well" data-focus>Edit' in text_of(gone)


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


def test_a_client_finds_none_of_it(client, copy):
    client.force_login(UserFactory(role="client"))
    pages = ["editor", "editor_item", "editor_condition", "editor_alert", "editor_head",
             "editor_preview", "editor_publish", "editor_discard"]  # fmt: skip

    assert {client.get(the(name, copy)).status_code for name in pages} == {404}
    assert {client.post(the(name, copy)).status_code for name in pages} == {404}


def test_more_questions_take_no_more_queries(browser, user, django_assert_num_queries):
    few = a_copy(user, NIGHTS)
    browser.get(the("editor", few))
    with CaptureQueriesContext(connection) as asked:
        browser.get(the("editor", few))
    many = change(
        copy=few,
        edit=lambda told: {**told, "item": [NIGHTS, DAYS, {**DAYS, "linkId": "c", "item": []}]},
        said="More",
        by=user,
        now=NOW,
    )

    with django_assert_num_queries(len(asked)):
        browser.get(the("editor", many))
