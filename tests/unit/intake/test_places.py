"""Repeating groups: what stands where, what is asked there, and how it reads."""

from decimal import Decimal

import pytest

from intake.fhir.answers import Answer, Given, key_of
from intake.fhir.checking import check_complete
from intake.fhir.comparing import compares, is_same
from intake.fhir.enabling import shown_keys
from intake.fhir.places import all_places, find
from intake.fhir.questionnaire import Coded, PartialDate, Quantity
from intake.fhir.transcript import transcript
from tests.factories.questionnaires import COLOR, only, questionnaire, when

HURTS = {"linkId": "hurts", "type": "boolean", "text": "Does it hurt?"}
WHERE = {"linkId": "where", "type": "string", "text": "Where?", "required": True,
         "enableWhen": [when("hurts", "=", answerBoolean=True)]}  # fmt: skip
INNER = {"linkId": "spot", "type": "group", "text": "Spot", "repeats": True, "item": [HURTS, WHERE]}
OUTER = {"linkId": "limb", "type": "group", "text": "Limb", "repeats": True,
         "item": [{"linkId": "name", "type": "string", "text": "Name?"}, INNER]}  # fmt: skip
AFTER = {"linkId": "after", "type": "string", "text": "After?",
         "enableWhen": [when("hurts", "=", answerBoolean=True)]}  # fmt: skip
LIMBS = questionnaire(OUTER, AFTER)
TWO = {
    "limb": Answer((1, 3)),
    key_of("spot", "3"): Answer((1, 2)),
    key_of("hurts", "1.1"): Answer((False,)),
    key_of("hurts", "3.2"): Answer((True,)),
    key_of("hurts", "2.1"): Answer((True,)),  # in a repetition that was removed
    key_of("where", "3.2"): Answer(("Elbow",)),
}


def test_repetitions_keep_their_numbers():
    assert [place.name for place in all_places(LIMBS, TWO)] == [
        "limb.1", "name.1", "spot.1.1", "hurts.1.1", "where.1.1",
        "limb.3", "name.3", "spot.3.1", "hurts.3.1", "where.3.1",
        "spot.3.2", "hurts.3.2", "where.3.2", "after",
    ]  # fmt: skip


def test_a_condition_looks_into_its_own_repetition_and_from_outside_into_each():
    shown = shown_keys(LIMBS, TWO)

    assert key_of("where", "3.2") in shown
    assert not {key_of("where", "1.1"), key_of("where", "3.1")} & shown
    assert "after" in shown
    assert "after" not in shown_keys(LIMBS, {**TWO, "limb": Answer((1,))})


def test_what_an_expression_turned_off_is_off_with_all_below():
    shown = shown_keys(LIMBS, Given(TWO, ["limb"]))

    assert shown == frozenset()


def test_one_repetition_is_there_from_the_start_or_as_many_as_are_asked_for():
    least = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs",
             "valueInteger": 3}  # fmt: skip
    three = questionnaire({**INNER, "extension": [least]})

    assert next(all_places(questionnaire(INNER), {})).name == "spot.1"
    assert [p.name for p in all_places(three, {}) if not p.item.is_question] == [
        "spot.1", "spot.2", "spot.3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("after", ("after", "")),
        ("hurts.3.2", ("hurts", "3.2")),
        ("limb", ("limb", "")),
        ("limb.3", ("limb", "3")),
        ("limb.3.1", None),
        ("hurts", None),
        ("hurts.3", None),
        ("hurts.3.2.1", None),
        ("hurts.0.1", None),
        ("hurts.01.1", None),
        ("hurts.x.1", None),
        ("after.1", None),
        ("nothing", None),
        ("hurts." + "9999." * 20 + "1", None),
    ],
)
def test_what_the_name_of_a_field_speaks_of(name, expected):
    found = find(LIMBS, name)

    assert (found and (found[0].link_id, found[1])) == expected


def test_what_is_needed_is_needed_in_each_repetition():
    answers = {**TWO, key_of("hurts", "1.1"): Answer((True,))}

    assert [(p.link_id, p.path) for p in check_complete(LIMBS, answers)] == [("where", "1.1")]


def test_a_required_group_needs_one_answer_in_it():
    group = {"linkId": "g", "type": "group", "text": "Any of these", "required": True,
             "item": [COLOR | {"required": False}, {**HURTS}]}  # fmt: skip
    first = {"linkId": "f", "type": "string", "text": "First?"}
    small = questionnaire(first, group)

    assert [p.message for p in check_complete(small, {})] == [
        "We need an answer to at least one question of “Any of these”."
    ]
    assert check_complete(small, {"hurts": Answer((False,))}) == []


def test_repetitions_are_told_by_their_numbers():
    (section,) = transcript(LIMBS, TWO)[:1]

    assert [(group.heading, [t.question for t in group.told]) for group in section.groups] == [
        ("Limb 1", ["Name?"]),
        ("Limb 1 · Spot 1", ["Does it hurt?"]),
        ("Limb 2", ["Name?"]),
        ("Limb 2 · Spot 1", ["Does it hurt?"]),
        ("Limb 2 · Spot 2", ["Does it hurt?", "Where?"]),
        ("Also asked", ["After?"]),
    ]
    assert section.told[-2].full_question == "Limb 2: Spot 2: Where?"


@pytest.mark.parametrize(
    ("given", "sign", "expected", "is_met"),
    [
        (3, ">", Decimal("2.5"), True),
        (Decimal("2.50"), ">=", Decimal("2.5"), True),
        (Quantity(Decimal(3), "kg"), ">", Quantity(Decimal(2), "kg"), True),
        (Quantity(Decimal(3), "g"), ">", Quantity(Decimal(2), "kg"), False),
        (PartialDate(2019), "<", PartialDate(2020), True),
        (PartialDate(2019), "<=", PartialDate(2019, 5), False),
        (PartialDate(2019, 4), "<", PartialDate(2019, 5), True),
        ("a", "<", "b", True),
        (True, ">", 0, False),
        ("3", ">", 2, False),
        (Coded("green"), ">", Coded("red"), True),
        (Coded("pink"), ">", Coded("red"), False),
    ],
)
def test_what_can_be_put_in_an_order(given, sign, expected, is_met):
    assert compares(only(COLOR), given, sign, expected) is is_met


def test_yes_is_not_one():
    assert not is_same(True, 1)
    assert not is_same(1, True)
    assert is_same(Decimal("1.0"), 1)
    assert is_same(Coded("red"), Coded("red"))
