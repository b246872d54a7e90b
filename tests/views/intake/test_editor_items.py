"""One question in the editor: words, answers, alerts and conditions, and two windows on it."""

import re

import pytest

from tests.factories.accounts import add_app
from tests.factories.editor import DAYS, NIGHTS, a_copy, fresh, ids, raw, save, seen, text_of, the
from tests.factories.fhir_files import item
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("name", ["editor_item", "editor_condition", "editor_alert"])
def test_a_question_that_is_gone_leads_back(browser, copy, name):
    answered = browser.get(the(name, copy, item="gone", question="well"), follow=True)

    assert "This has changed in another window." in text_of(answered)
