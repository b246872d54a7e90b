"""The engine on a small questionnaire that has one of everything."""

from datetime import date

import pytest

from intake.fhir.answers import Answer
from intake.fhir.checking import Problem, check_answer, check_complete
from intake.fhir.enabling import shown_questions, shown_sections
from intake.fhir.parsing import UnreadableQuestionnaire, parse_questionnaire
from intake.fhir.questionnaire import Coded
from tests.factories.questionnaires import (
    BORN,
    COLOR,
    GREEN,
    MANY,
    SHORT,
    TODAY,
    coding,
    only,
    questionnaire,
    when,
)


def asked(condition_or_conditions, answers, behavior="any", before=(COLOR,)):
    conditions = condition_or_conditions
    conditions = conditions if isinstance(conditions, list) else [conditions]
    item = {"linkId": "more", "text": "More?", "type": "text", "enableWhen": conditions,
            "enableBehavior": behavior}  # fmt: skip
    shown = shown_questions(questionnaire(*before, item), answers)
    return "more" in [place.key for place in shown]


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


def test_conditions_that_lead_in_a_circle_are_refused():
    first = {"linkId": "first", "type": "boolean", "text": "1?",
             "enableWhen": [when("more", "exists", answerBoolean=True)]}  # fmt: skip

    with pytest.raises(UnreadableQuestionnaire, match="nobody would see it") as refused:
        asked(when("first", "=", answerBoolean=True), {}, before=(first,))

    assert [finding.link_id for finding in refused.value.refused] == ["first", "more"]


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
    assert [place.key for place in shown_questions(small, red)] == ["color", "deep"]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([COLOR, COLOR], "stands there twice"),
        ([{"linkId": "a", "type": "reference", "text": "A"}], "asks to pick a record"),
        (
            [
                {
                    "linkId": "a",
                    "type": "text",
                    "text": "A",
                    "enableWhen": [when("b", "exists", answerBoolean=True)],
                }
            ],
            "No question “b”",
        ),
    ],
)
def test_what_the_pages_can_not_show_is_refused(items, message):
    with pytest.raises(UnreadableQuestionnaire, match=message):
        questionnaire(*items)


def test_another_resource_is_refused():
    with pytest.raises(UnreadableQuestionnaire):
        parse_questionnaire({"resourceType": "Patient"})


def problems(item, answer):
    return [problem.message for problem in check_answer(only(item), answer, today=TODAY)]


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
        (SHORT, Answer(("123456",)), "This is 1 character too long. The limit is 5."),
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
