"""What FHIRPath makes of answers: values, switches, and what stands there from the start."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from intake.fhir.answers import Answer, key_of
from intake.fhir.computing import Computed, Surroundings, compute, initial_values
from intake.fhir.questionnaire import Coded, Quantity
from tests.factories.questionnaires import COLOR, questionnaire

SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
CORE = "http://hl7.org/fhir/StructureDefinition/"
NOW = datetime(2027, 3, 14, 9, 30, tzinfo=UTC)
AROUND = Surroundings(
    now=NOW,
    patient={"resourceType": "Patient", "birthDate": "1988-04-12"},
    resource=lambda: {"title": "Small", "item": [{"linkId": "out", "text": "Worked out"}]},
)
HEIGHT = {"linkId": "height", "type": "decimal", "text": "Height?"}
GRAMS = {"linkId": "grams", "type": "decimal", "text": "Grams?"}
DOSES = {"linkId": "doses", "type": "group", "text": "Dose", "repeats": True, "item": [GRAMS]}
VALUE = "%resource.item.where(linkId='{}').answer.value"


def fhirpath(expression, **more):
    return {"language": "text/fhirpath", "expression": expression, **more}


def calculated(link_id, kind, expression, **more):
    extension = {"url": f"{SDC}calculatedExpression", "valueExpression": fhirpath(expression)}
    item = {"linkId": link_id, "type": kind, "text": "Worked out", "readOnly": True}
    return item | {"extension": [extension]} | more


def asked_when(link_id, expression):
    extension = {"url": f"{SDC}enableWhenExpression", "valueExpression": fhirpath(expression)}
    return {"linkId": link_id, "type": "string", "text": "Why?", "extension": [extension]}


def computed(*items, answers=None):
    return compute(questionnaire(*items), answers or {}, AROUND)


@pytest.mark.parametrize(
    ("kind", "expression", "expected"),
    [
        ("decimal", f"{VALUE.format('height')} * 2", Decimal(3)),
        ("decimal", "1 / 3.0", Decimal("0.3333")),
        ("integer", "%resource.item.where(linkId='height').count()", 1),
        ("integer", "2.5", None),
        ("string", "'It is ' & %resource.item.first().answer.value.toString()", "It is 1.5"),
        ("boolean", "%resource.item.exists()", True),
        ("date", "today()", date(2027, 3, 14)),
        ("date", "%patient.birthDate", date(1988, 4, 12)),
        ("quantity", "%resource.item.first().answer.value", Quantity(Decimal("1.5"))),
        ("decimal", "1 +", None),
        ("decimal", "%patient.nothing", None),
        ("decimal", "'ten'", None),
        ("string", "%context.linkId & '!'", "out!"),
        ("string", "%qitem.text", "Worked out"),
        ("string", "%questionnaire.title", "Small"),
    ],
)
def test_a_calculated_value_is_of_its_items_type_or_none(kind, expression, expected):
    answers = {"height": Answer((Decimal("1.5"),))}

    found = computed(HEIGHT, calculated("out", kind, expression), answers=answers)

    assert found.values == ({} if expected is None else {"out": Answer((expected,))})


def test_a_calculated_choice_is_one_of_the_options():
    item = calculated("out", "choice", "'green'", answerOption=COLOR["answerOption"])

    assert computed(item, COLOR).values == {"out": Answer((Coded("green"),))}


def test_a_variable_on_a_group_is_its_own_in_each_repetition():
    row = {
        "url": f"{CORE}variable",
        "valueExpression": fhirpath("%context.item.where(linkId='grams')", name="row"),
    }
    twice = calculated("twice", "decimal", "%row.answer.value * 2")
    answers = {
        "doses": Answer((1, 4)),
        key_of("grams", "1"): Answer((Decimal(2),)),
        key_of("grams", "4"): Answer((Decimal("2.5"),)),
        key_of("grams", "2"): Answer((Decimal(99),)),
    }

    found = computed({**DOSES, "item": [GRAMS, twice], "extension": [row]}, answers=answers)

    assert found.values == {
        key_of("twice", "1"): Answer((Decimal(4),)),
        key_of("twice", "4"): Answer((Decimal(5),)),
    }


def test_a_value_may_rest_on_another_and_turn_on_a_question():
    double = calculated("double", "decimal", f"{VALUE.format('height')} * 2")
    more = calculated("more", "decimal", f"{VALUE.format('double')} + 1")
    items = (more, double, HEIGHT, asked_when("asked", f"{VALUE.format('more')} > 3"))

    low = computed(*items, answers={"height": Answer((Decimal(1),))})
    high = computed(*items, answers={"height": Answer((Decimal(2),))})

    assert low.values == {"double": Answer((Decimal(2),)), "more": Answer((Decimal(3),))}
    assert low.off == {"asked"}
    assert high.off == frozenset()
    assert computed(*items).off == {"asked"}


@pytest.mark.parametrize("expression", ["1 +", "1.explode()", "'a' + 1"])
def test_a_question_stays_when_its_condition_can_not_be_evaluated(expression):
    assert computed(HEIGHT, asked_when("asked", expression)) == Computed()


def test_two_questions_that_turn_each_other_off_come_to_an_end():
    one = asked_when("a", "%resource.item.where(linkId='b').exists().not()")
    other = asked_when("b", "%resource.item.where(linkId='a').exists().not()")
    answers = {"a": Answer(("x",)), "b": Answer(("y",))}

    assert computed(one, other, answers=answers).off <= {"a", "b"}


def test_what_stands_there_from_the_start():
    birth_date = {
        "url": f"{SDC}initialExpression",
        "valueExpression": fhirpath("%patient.birthDate"),
    }
    born = {"linkId": "born", "type": "date", "text": "Born?", "extension": [birth_date]}
    fixed = {"linkId": "fixed", "type": "string", "text": "?", "initial": [{"valueString": "So"}]}

    assert initial_values(questionnaire(born, {**DOSES, "item": [fixed]}), AROUND) == {
        "born": Answer((date(1988, 4, 12),)),
        key_of("fixed", "1"): Answer(("So",)),
    }
