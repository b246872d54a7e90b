"""The engine on a small questionnaire that has one of everything."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as FhirResponse

from intake.fhir.answers import Answer, answer_from_json, answer_to_json, words
from intake.fhir.checking import Problem, check_answer, check_complete
from intake.fhir.enabling import shown_questions, shown_sections
from intake.fhir.export import to_questionnaire_response
from intake.fhir.parsing import UnreadableQuestionnaire, parse_questionnaire
from intake.fhir.progress import measure
from intake.fhir.questionnaire import Coded
from intake.fhir.reading import read_answer

SYSTEM = "https://example.org/codes"
TODAY = date(2026, 11, 22)


def coding(code, ordinal=None):
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
        "valueDecimal": ordinal,
    }
    return {
        "system": SYSTEM,
        "code": code,
        "display": code.title(),
        **({"extension": [extension]} if ordinal is not None else {}),
    }


def option(code, ordinal=None, exclusive=False):
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive",
        "valueBoolean": True,
    }
    return {
        "valueCoding": coding(code, ordinal),
        **({"extension": [extension]} if exclusive else {}),
    }


def when(question, operator, **answer):
    return {"question": question, "operator": operator, **answer}


COLOR = {"linkId": "color", "text": "Color?", "type": "choice", "required": True,
         "answerOption": [option("red", 0), option("green", 1), option("blue", 2)]}  # fmt: skip


def questionnaire(*items, **fields):
    return parse_questionnaire(
        {
            "resourceType": "Questionnaire",
            "id": "small",
            "url": "https://example.org/fhir/Questionnaire/small",
            "version": "1.0.0",
            "title": "Small",
            "status": "active",
            "item": list(items),
            **fields,
        }
    )


def asked(condition_or_conditions, answers, behavior="any", before=(COLOR,)):
    conditions = condition_or_conditions
    conditions = conditions if isinstance(conditions, list) else [conditions]
    item = {"linkId": "more", "text": "More?", "type": "text", "enableWhen": conditions,
            "enableBehavior": behavior}  # fmt: skip
    shown = shown_questions(questionnaire(*before, item), answers)
    return "more" in [item.link_id for item in shown]


GREEN = {"color": Answer((Coded("green"),))}


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        (when("color", "exists", answerBoolean=True), GREEN, True),
        (when("color", "exists", answerBoolean=True), {}, False),
        (when("color", "exists", answerBoolean=False), {}, True),
        (when("color", "exists", answerBoolean=False), GREEN, False),
        (when("color", "=", answerCoding=coding("green")), GREEN, True),
        (when("color", "=", answerCoding=coding("red")), GREEN, False),
        (when("color", "=", answerCoding=coding("red")), {}, False),
        (when("color", "!=", answerCoding=coding("red")), GREEN, True),
        (when("color", "!=", answerCoding=coding("green")), GREEN, False),
        (when("color", "!=", answerCoding=coding("green")), {}, False),
        (when("color", ">", answerCoding=coding("red")), GREEN, True),
        (when("color", ">", answerCoding=coding("green")), GREEN, False),
        (when("color", ">=", answerCoding=coding("green")), GREEN, True),
        (when("color", "<", answerCoding=coding("blue")), GREEN, True),
        (when("color", "<=", answerCoding=coding("red")), GREEN, False),
        (when("color", "<=", answerCoding=coding("red")), {}, False),
    ],
)
def test_every_operator(condition, answers, expected):
    assert asked(condition, answers) is expected


@pytest.mark.parametrize(("behavior", "expected"), [("any", True), ("all", False)])
def test_any_and_all(behavior, expected):
    conditions = [
        when("color", "=", answerCoding=coding("green")),
        when("color", "=", answerCoding=coding("red")),
    ]

    assert asked(conditions, GREEN, behavior) is expected


@pytest.mark.parametrize(
    ("item_type", "key", "given", "expected"),
    [
        ("integer", "answerInteger", 3, 2),
        ("date", "answerDate", date(2020, 5, 1), "2020-04-30"),
        ("boolean", "answerBoolean", True, False),
        ("string", "answerString", "b", "a"),
    ],
)
def test_greater_than_by_type(item_type, key, given, expected):
    before = {"linkId": "first", "text": "First?", "type": item_type}

    assert asked(
        when("first", ">", **{key: expected}), {"first": Answer((given,))}, before=(before,)
    )


def test_a_hidden_answer_hides_what_depends_on_it():
    middle = {"linkId": "middle", "text": "Middle?", "type": "boolean",
              "enableWhen": [when("color", "=", answerCoding=coding("red"))]}  # fmt: skip
    answers = {**GREEN, "middle": Answer((True,))}

    assert not asked(when("middle", "=", answerBoolean=True), answers, before=(COLOR, middle))
    assert asked(
        when("middle", "=", answerBoolean=True),
        {**answers, "color": Answer((Coded("red"),))},
        before=(COLOR, middle),
    )


def test_conditions_that_lead_in_a_circle_are_never_met():
    first = {"linkId": "first", "type": "boolean", "text": "1?",
             "enableWhen": [when("more", "exists", answerBoolean=True)]}  # fmt: skip
    answers = {"first": Answer((True,)), "more": Answer(("x",))}

    assert not asked(when("first", "=", answerBoolean=True), answers, before=(first,))


def test_a_hidden_group_hides_what_lies_in_it():
    deep = {"linkId": "deep", "type": "string", "text": "Deep?"}
    inner = {"linkId": "inner", "type": "group", "text": "Inner", "item": [deep]}
    group = {"linkId": "part", "text": "Part", "type": "group",
             "enableWhen": [when("color", "=", answerCoding=coding("red"))],
             "item": [inner]}  # fmt: skip
    first = {"linkId": "start", "text": "Start", "type": "group", "item": [COLOR]}
    small = questionnaire(first, group)

    assert [section.slug for section in shown_sections(small, GREEN)] == ["start"]
    red = {"color": Answer((Coded("red"),))}
    assert [section.slug for section in shown_sections(small, red)] == ["start", "part"]
    assert [item.link_id for item in shown_questions(small, red)] == ["color", "deep"]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([COLOR, COLOR], "stands there twice"),
        ([{"linkId": "a", "type": "attachment", "text": "A"}], "type attachment is unknown"),
        ([{"linkId": "a", "type": "text", "text": "A", "item": [COLOR]}], "only a group may hold"),
        (
            [
                {
                    "linkId": "a",
                    "type": "text",
                    "text": "A",
                    "enableWhen": [when("b", "exists", answerBoolean=True)],
                }
            ],
            "No question b",
        ),
    ],
)
def test_what_the_pages_can_not_show_is_refused(items, message):
    with pytest.raises(UnreadableQuestionnaire, match=message):
        questionnaire(*items)


def test_another_resource_is_refused():
    with pytest.raises(UnreadableQuestionnaire):
        parse_questionnaire({"resourceType": "Patient"})


def only(item):
    return questionnaire(item).by_link_id[item["linkId"]]


def problems(item, answer):
    return [problem.message for problem in check_answer(only(item), answer, today=TODAY)]


MANY = {"linkId": "many", "type": "open-choice", "repeats": True, "text": "Many?",
        "answerOption": [option("one"), option("two"), option("none", exclusive=True)]}  # fmt: skip
BORN = {"linkId": "born", "type": "date", "text": "Born?"}
SHORT = {"linkId": "short", "type": "string", "text": "Short?", "maxLength": 5}


@pytest.mark.parametrize(
    ("item", "answer", "message"),
    [
        (COLOR, Answer((Coded("pink"),)), "Please choose one of the answers shown."),
        (COLOR, Answer((Coded("red"), Coded("blue"))), "Please choose one answer."),
        (COLOR, Answer(("free words",)), "Please choose one of the answers shown."),
        (
            MANY,
            Answer((Coded("one"), Coded("none"))),
            "You chose “None” and something else. Please untick one of them.",
        ),
        (SHORT, Answer(("123456",)), "This is 1 characters too long. The limit is 5."),
        (
            BORN,
            Answer(("31/02/1990",)),
            "Please enter a full date that exists, for example 1985-04-23.",
        ),
        (BORN, Answer((date(2026, 11, 23),)), "This date is in the future. Please check the year."),
        (BORN, Answer((date(1850, 1, 1),)), "This date is a long time ago. Please check the year."),
        (
            {"linkId": "n", "type": "integer", "text": "N?"},
            Answer(("many",)),
            "Please enter a whole number, such as 3.",
        ),
        (
            {"linkId": "b", "type": "boolean", "text": "B?"},
            Answer(("maybe",)),
            "Please choose Yes or No.",
        ),
    ],
)
def test_what_can_not_be_kept_is_said(item, answer, message):
    assert problems(item, answer) == [message]


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        (COLOR, Answer()),
        (COLOR, Answer((Coded("red"),))),
        (MANY, Answer((Coded("one"), "and my own words"))),
        (MANY, Answer((Coded("none"),))),
        (SHORT, Answer(("12345",))),
        (BORN, Answer((TODAY,))),
    ],
)
def test_what_is_fine_is_fine(item, answer):
    assert problems(item, answer) == []


def test_required_only_where_it_is_asked():
    extra = {"linkId": "extra", "type": "text", "text": "Extra?", "required": True,
             "enableWhen": [when("color", "=", answerCoding=coding("red"))]}  # fmt: skip
    small = questionnaire(COLOR, extra)

    assert check_complete(small, {}) == [
        Problem("color", "We need this one before you send your intake.")
    ]
    assert check_complete(small, GREEN) == []
    red = {"color": Answer((Coded("red"),))}
    assert [problem.link_id for problem in check_complete(small, red)] == ["extra"]


def test_saying_it_in_person_is_an_answer_and_not_blank():
    may = {
        "url": "https://example.org/fhir/StructureDefinition/may-say-in-person",
        "valueBoolean": True,
    }
    small = questionnaire({**COLOR, "extension": [may]})

    assert [problem.message for problem in check_complete(small, {"color": Answer()})] == [
        "Please answer this one, or tick that you would rather say it in person."
    ]
    assert check_complete(small, {"color": Answer(in_person=True)}) == []


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
        ({"linkId": "n", "type": "integer", "text": "N?"}, "n=-1", Answer(("-1",))),
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

    assert (start.shown, start.answered, start.required_left, start.percent) == (2, 0, 1, 0)
    assert (half.answered, half.required_left, half.percent, half.minutes_left) == (1, 0, 50, 2)
    assert not start.is_started
    assert half.is_started


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
