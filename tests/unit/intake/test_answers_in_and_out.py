"""Reading posted answers, keeping them as JSON, counting them, and exporting them as FHIR."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as FhirResponse

from intake.fhir.answers import Answer, answer_from_json, answer_to_json
from intake.fhir.export import to_questionnaire_response
from intake.fhir.progress import measure
from intake.fhir.questionnaire import Coded
from intake.fhir.reading import read_answer
from intake.fhir.wording import words
from tests.factories.questionnaires import (
    BORN,
    COLOR,
    GREEN,
    MANY,
    SHORT,
    SYSTEM,
    coding,
    only,
    questionnaire,
    when,
)


def read(item, query):
    return read_answer(only(item), QueryDict(query))


@pytest.mark.parametrize(
    ("item", "query", "expected"),
    [
        (COLOR, "", Answer()),
        (COLOR, "color=", Answer()),
        (COLOR, "color=red", Answer((Coded("red"),))),
        (COLOR, "color=pink", Answer((Coded("pink"),))),
        (MANY, "many=two&many=one", Answer((Coded("one"), Coded("two")))),
        (MANY, "many=one&many:other=my+own", Answer((Coded("one"), "my own"))),
        (MANY, "many=%2Bother&many:other=", Answer(("Something else",))),
        (MANY, "many:other=typed+only", Answer(("typed only",))),
        (BORN, "born=1990-02-28", Answer((date(1990, 2, 28),))),
        (BORN, "born=28.2.1990", Answer(("28.2.1990",))),
        (SHORT, "short=+a%0Ab%00+", Answer(("a b",))),
        ({"linkId": "t", "type": "text", "text": "T?"}, "t=a%0D%0Ab%00%07", Answer(("a\nb",))),
        ({"linkId": "n", "type": "integer", "text": "N?"}, "n=12", Answer((12,))),
        ({"linkId": "n", "type": "integer", "text": "N?"}, "n=-1", Answer((-1,))),
        ({"linkId": "b", "type": "boolean", "text": "B?"}, "b=false", Answer((False,))),
        (COLOR, "color:in-person=on", Answer()),
    ],
)
def test_reading_a_posted_form(item, query, expected):
    assert read(item, query) == expected


def test_a_radio_button_beats_words_left_in_the_other_field():
    one = {**MANY, "repeats": False}

    assert read(one, "many=one&many:other=left+over") == Answer((Coded("one"),))
    assert read(one, "many=%2Bother&many:other=mine") == Answer(("mine",))


def test_reading_the_wish_to_say_it_in_person():
    may = {
        "url": "https://example.org/fhir/StructureDefinition/may-say-in-person",
        "valueBoolean": True,
    }

    assert read({**COLOR, "extension": [may]}, "color:in-person=on") == Answer(in_person=True)


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        (COLOR, Answer((Coded("red"),), in_person=True)),
        (MANY, Answer((Coded("one"), "Łukasz 🌿 שלום"))),
        (BORN, Answer((date(1990, 2, 28),))),
        (BORN, Answer()),
    ],
)
def test_answers_come_back_from_json(item, answer):
    assert answer_from_json(only(item), answer_to_json(answer)) == answer


def test_answers_in_words():
    assert words(only(COLOR), Answer((Coded("red"),))) == ("Red",)
    assert words(only(BORN), Answer((date(1990, 2, 8),))) == ("February 8, 1990",)
    assert words(only(BORN), Answer()) == ()
    assert words(only(COLOR), Answer(in_person=True)) == ("I would rather say this in person.",)


def test_progress_counts_what_is_asked():
    text = {"linkId": "more", "type": "text", "text": "More?"}
    small = questionnaire(COLOR, text)

    start, half = measure(small, {}), measure(small, GREEN)

    assert (start.shown, start.answered, start.required_left) == (2, 0, 1)
    assert (half.answered, half.required_left, half.minutes_left) == (1, 0, 2)


def test_export_is_valid_fhir_and_holds_only_what_was_asked():
    hidden = {"linkId": "hidden", "type": "text", "text": "Hidden?",
              "enableWhen": [when("color", "=", answerCoding=coding("red"))]}  # fmt: skip
    groups = [
        {"linkId": "one", "type": "group", "text": "One", "item": [COLOR, hidden]},
        {"linkId": "two", "type": "group", "text": "Two", "item": [MANY, BORN]},
    ]
    answers = {
        **GREEN,
        "hidden": Answer(("not asked any more",)),
        "many": Answer((Coded("two"), "own words")),
        "born": Answer((date(1990, 2, 28),)),
    }

    exported = to_questionnaire_response(
        questionnaire(*groups),
        answers,
        identifier="r1",
        is_complete=True,
        authored_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )

    FhirResponse.model_validate(exported)
    assert exported == {
        "resourceType": "QuestionnaireResponse",
        "id": "r1",
        "questionnaire": "https://example.org/fhir/Questionnaire/small|1.0.0",
        "status": "completed",
        "authored": "2026-11-22T12:00:00+00:00",
        "item": [
            {"linkId": "one", "text": "One", "item": [
                {"linkId": "color", "text": "Color?", "answer": [
                    {"valueCoding": {"system": SYSTEM, "code": "green", "display": "Green"}}]}]},
            {"linkId": "two", "text": "Two", "item": [
                {"linkId": "many", "text": "Many?", "answer": [
                    {"valueCoding": {"system": SYSTEM, "code": "two", "display": "Two"}},
                    {"valueString": "own words"}]},
                {"linkId": "born", "text": "Born?", "answer": [{"valueDate": "1990-02-28"}]}]},
        ],
    }  # fmt: skip


def test_export_says_what_is_kept_for_the_session():
    exported = to_questionnaire_response(
        questionnaire(COLOR),
        {"color": Answer(in_person=True)},
        identifier="r1",
        is_complete=False,
        authored_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )

    FhirResponse.model_validate(exported)
    assert exported["status"] == "in-progress"
    assert exported["item"] == [
        {
            "extension": [
                {
                    "url": "https://example.org/fhir/StructureDefinition/may-say-in-person",
                    "valueBoolean": True,
                }
            ],
            "linkId": "color",
            "text": "Color?",
        }
    ]
