"""Items of FHIR R4 as they are read: types, limits, words, units, first values, expressions."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from intake.fhir.parsing import parse_questionnaire, read_questionnaire
from intake.fhir.questionnaire import Coded, ItemType, PartialDate, Quantity, Unit
from tests.factories.fhir_files import (
    coded,
    control,
    extension,
    fhirpath,
    item,
    one_of_everything,
    resource,
)


def read(*items, **more):
    return read_questionnaire(resource(*items, **more))


def only(*items, **more):
    """The first item of a questionnaire that is accepted without a word."""
    reading = read(*items, **more)
    assert (reading.refused, reading.warnings) == ((), ())
    return reading.questionnaire.items[0]


def warnings(*items, **more):
    reading = read(*items, **more)
    assert reading.refused == ()
    return [(finding.link_id, finding.reason) for finding in reading.warnings]


def test_one_of_everything_is_read_whole():
    questionnaire = parse_questionnaire(one_of_everything())

    assert [(one.link_id, one.type) for one in questionnaire.questions()] == [
        ("sleep", ItemType.INTEGER),
        ("note", ItemType.TEXT),
        ("mood", ItemType.OPEN_CHOICE),
        ("walks", ItemType.BOOLEAN),
        ("size", ItemType.QUANTITY),
        ("since", ItemType.DATE),
        ("last", ItemType.DATETIME),
        ("hour", ItemType.TIME),
        ("price", ItemType.DECIMAL),
        ("site", ItemType.URL),
        ("plan", ItemType.ATTACHMENT),
        ("plant", ItemType.STRING),
        ("plant-color", ItemType.CHOICE),
        ("score", ItemType.INTEGER),
    ]
    sleep, plants = questionnaire.by_link_id["sleep"], questionnaire.by_link_id["plants"]
    assert (sleep.help, sleep.lower, sleep.upper) == ("A guess is fine.", "none at all", "all day")
    assert (sleep.control, sleep.unit_text, sleep.initial) == ("slider", "hours", (7,))
    assert (sleep.limits.minimum, sleep.limits.maximum, sleep.limits.step) == (0, 24, 1)
    assert (sleep.is_required, sleep.limits.min_occurs, sleep.items) == (True, 1, ())
    assert (plants.is_repeating, plants.limits.max_occurs) == (True, 3)
    assert questionnaire.by_link_id["size"].units == (Unit("m2", "m²", "", "m2"),
                                                      Unit("ha", "ha", "", "ha"))  # fmt: skip
    plan = questionnaire.by_link_id["plan"].limits
    assert (plan.media_types, plan.max_bytes) == (("application/pdf",), 2_000_000)
    assert questionnaire.by_link_id["price"].limits.max_decimals == 2
    score = questionnaire.by_link_id["score"]
    assert (score.is_read_only, score.calculated_expression) == (
        True,
        "%resource.item.answer.count()",
    )


@pytest.mark.parametrize(
    ("item_type", "initial", "value"),
    [
        ("boolean", {"valueBoolean": False}, False),
        ("integer", {"valueInteger": 3}, 3),
        ("decimal", {"valueDecimal": 2.5}, Decimal("2.5")),
        ("date", {"valueDate": "2026-11"}, PartialDate(2026, 11)),
        ("date", {"valueDate": "2026-11-27"}, date(2026, 11, 27)),
        (
            "dateTime",
            {"valueDateTime": "2026-11-27T10:00:00Z"},
            datetime(2026, 11, 27, 10, tzinfo=UTC),
        ),
        ("time", {"valueTime": "10:30:00"}, time(10, 30)),
        ("string", {"valueString": "a"}, "a"),
        ("url", {"valueUri": "https://example.org"}, "https://example.org"),
        (
            "quantity",
            {"valueQuantity": {"value": 70, "unit": "kg", "code": "kg"}},
            Quantity(Decimal(70), "kg"),
        ),
    ],
)
def test_first_values(item_type, initial, value):
    assert only(item("a", item_type, initial=[initial])).initial == (value,)


def test_several_first_values_only_where_several_answers_may_be():
    options = [coded("red"), coded("green"), {**coded("blue"), "initialSelected": True}]
    initial = [{"valueCoding": {"code": "red"}}]

    many = only(item("a", "choice", repeats=True, answerOption=options, initial=initial))
    one = only(item("a", "choice", answerOption=options, initial=initial))

    assert many.initial == (Coded("blue"), Coded("red"))
    assert one.initial == (Coded("blue"),)


def test_a_first_value_that_is_no_answer_is_told_and_left_out():
    choice = item("a", "choice", answerOption=[coded("red")], initial=[{"valueString": "plaid"}])

    assert warnings(choice) == [("a", "Its first value is no possible answer, and is left out.")]


@pytest.mark.parametrize(
    ("item_type", "name", "value", "field", "expected"),
    [
        ("integer", "minValue", {"valueInteger": 1}, "minimum", 1),
        ("decimal", "maxValue", {"valueDecimal": 9.5}, "maximum", Decimal("9.5")),
        ("date", "minValue", {"valueDate": "2020"}, "minimum", PartialDate(2020)),
        ("string", "minLength", {"valueInteger": 5}, "min_length", 5),
        ("string", "regex", {"valueString": "[A-Z]{2}"}, "regex", "[A-Z]{2}"),
        ("text", "questionnaire-minOccurs", {"valueInteger": 2}, "min_occurs", 2),
        ("attachment", "maxSize", {"valueDecimal": 1.5}, "max_bytes", 1_500_000),
        ("attachment", "maxSize", {"valueDecimal": 5242880}, "max_bytes", 5_242_880),
        (
            "quantity",
            "sdc-questionnaire-maxQuantity",
            {"valueQuantity": {"value": 9, "unit": "kg"}},
            "maximum",
            Quantity(Decimal(9), "kg"),
        ),
    ],
)
def test_limits(item_type, name, value, field, expected):
    limits = only(item("a", item_type, extension=[extension(name, **value)])).limits

    assert getattr(limits, field) == expected


def test_a_bound_that_is_worked_out():
    today = fhirpath("cqf-expression", "today()")
    bound = {**extension("maxValue"), "_valueDate": {"extension": [today]}}

    limits = only(item("a", "date", extension=[bound])).limits

    assert (limits.maximum, limits.maximum_expression) == (None, "today()")


@pytest.mark.parametrize("pattern", ["(a+)+$", "[", "x" * 301])
def test_patterns_that_could_run_away_are_not_tried(pattern):
    told = warnings(item("a", "string", extension=[extension("regex", valueString=pattern)]))

    assert told == [("a", "Its pattern for answers can't be checked here.")]


def test_words_in_place_of_text():
    flyover = item("b", "display", "Your first name", extension=[control("flyover")])
    named = only({"linkId": "a", "type": "string", "item": [flyover]})
    told = warnings({"linkId": "a", "type": "string", "code": [{"code": "X", "display": "Mood"}]})

    assert (named.text, named.help) == ("Your first name", "")
    assert told == [("a", "It has no words of its own; its code is shown: Mood.")]


def test_texts_beside_a_field_that_are_asked_for_by_a_condition_stay_apart():
    help_text = item(
        "h",
        "display",
        "Only for some",
        extension=[control("help")],
        enableWhen=[{"question": "a", "operator": "exists", "answerBoolean": True}],
    )

    assert [one.link_id for one in only(item("a", "string", item=[help_text])).items] == ["h"]


def test_texts_below_a_text_are_shown_too():
    hint = item("b", "display", "More", extension=[control("help")])

    shown = read(item("a", "display", item=[hint]), item("q", "string")).questionnaire.items[0]

    assert [one.text for one in shown.walk()] == ["About a?", "More"]


def test_a_text_may_repeat_a_link_id():
    help_text = item("h", "display", "One", extension=[control("help")])
    told = read(item("a", "string", item=[help_text]), item("h", "display", "Another"))

    assert told.refused == ()
    assert [one.reason for one in told.warnings] == ["This link id stands there twice, for a text."]
    assert [one.text for one in told.questionnaire.items] == ["About a?", "Another"]


def test_words_that_are_worked_out():
    dynamic = {"_text": {"extension": [fhirpath("cqf-expression", "'When, ' + %patient.name")]}}

    assert warnings(item("a", "date", "When?", **dynamic)) == [
        ("a", "Its words are worked out by an expression; the fixed ones are shown.")
    ]


def test_hidden_and_read_only_hold_for_all_below():
    hidden = extension("questionnaire-hidden", valueBoolean=True)
    group = item("g", "group", readOnly=True, extension=[hidden], item=[item("a", "string")])

    inner = read(group, item("b", "string")).questionnaire.by_link_id["a"]

    assert (inner.is_hidden, inner.is_read_only) == (True, True)


def test_questions_may_hold_questions_and_a_text_that_does_becomes_a_group():
    parent = only(item("a", "boolean", item=[item("b", "string", item=[item("c", "group")])]))
    told = read(item("d", "display", item=[item("e", "string")]))

    assert [one.link_id for one in parent.walk()] == ["a", "b", "c"]
    assert told.questionnaire.items[0].type == ItemType.GROUP
    assert [one.link_id for one in told.warnings] == ["d"]


@pytest.mark.parametrize(
    ("link_id", "name"),
    [
        ("44250-9", "44250-9"),
        ("q1", "q1"),
        ("/54126-8/54125-0", "_1"),
        ("a b", "_1"),
        ("1.2", "_1"),
        ("größe", "_1"),
        ("a_b", "_1"),
        ("-", "_1"),
    ],
)
def test_names_are_safe_in_a_form(link_id, name):
    assert only(item(link_id, "string")).name == name


def test_expressions_and_what_they_name():
    variable = {"name": "n", "language": "text/fhirpath", "expression": "%resource.item.count()"}
    questionnaire = read(
        item(
            "a",
            "string",
            extension=[
                fhirpath("sdc-questionnaire-enableWhenExpression", "%n > 1"),
                fhirpath("sdc-questionnaire-initialExpression", "%patient.name.given"),
            ],
        ),
        extension=[extension("variable", valueExpression=variable)],
    ).questionnaire

    assert [(one.name, one.expression) for one in questionnaire.variables] == [
        ("n", "%resource.item.count()")
    ]
    assert questionnaire.items[0].enable_expression == "%n > 1"
    assert questionnaire.items[0].initial_expression == "%patient.name.given"


def test_a_value_that_is_worked_out_may_have_a_name():
    named = fhirpath("sdc-questionnaire-calculatedExpression", "1 + 1")
    named["valueExpression"]["name"] = "two"

    assert [one.name for one in only(item("a", "integer", extension=[named])).variables] == ["two"]


def test_constraints():
    parts = [
        {"url": "key", "valueId": "c-1"},
        {"url": "severity", "valueCode": "error"},
        {"url": "human", "valueString": "Please enter more."},
        {"url": "expression", "valueString": "%context.answer.value > 3"},
    ]
    constraint = {**extension("questionnaire-constraint"), "extension": parts}

    (read_back,) = only(item("a", "integer", extension=[constraint])).constraints

    assert (read_back.key, read_back.message, read_back.is_error) == (
        "c-1",
        "Please enter more.",
        True,
    )
    assert read_back.expression == "%context.answer.value > 3"


def test_an_expression_that_only_fills_in_may_fail_but_one_that_decides_may_not():
    query = {"name": "obs", "language": "application/x-fhir-query", "expression": "Observation?"}
    with_variable = {"extension": [extension("variable", valueExpression=query)]}
    initial = fhirpath("sdc-questionnaire-initialExpression", "%obs.entry")
    enable = fhirpath("sdc-questionnaire-enableWhenExpression", "%obs.exists()")

    filled = read(item("a", "string", extension=[initial]), **with_variable)
    decided = read(item("a", "string", extension=[enable]), **with_variable)

    assert (filled.refused, filled.questionnaire.items[0].initial_expression) == ((), "")
    assert [one.reason for one in decided.refused] == [
        "It is asked by an expression that needs “%obs”, which the portal does not have."
    ]


def test_a_name_that_nobody_told_decides_nothing():
    enable = fhirpath("sdc-questionnaire-enableWhenExpression", "%extra.exists() and %patient")

    assert [one.reason for one in read(item("a", "string", extension=[enable])).refused] == [
        "It is asked by an expression that needs “%extra”, which the portal does not have."
    ]


def test_names_with_hyphens_are_understood():
    variable = {"name": "has-fever", "language": "text/fhirpath", "expression": "true"}
    enable = fhirpath("sdc-questionnaire-enableWhenExpression", "%has-fever and true")
    reading = read(
        item("a", "string", extension=[enable]),
        extension=[extension("variable", valueExpression=variable)],
    )

    assert reading.refused == ()
    assert reading.questionnaire.items[0].enable_expression == "%`has-fever` and true"


def test_a_minus_is_no_hyphen():
    variable = {"name": "total", "language": "text/fhirpath", "expression": "3"}
    calculated = fhirpath("sdc-questionnaire-calculatedExpression", "%total-1")
    reading = read(
        item("a", "integer", readOnly=True, extension=[calculated]),
        extension=[extension("variable", valueExpression=variable)],
    )

    assert reading.refused == ()
    assert reading.questionnaire.items[0].calculated_expression == "%total-1"


def test_steps_between_two_ends_are_a_slider():
    ends = [extension(name, valueInteger=n) for n, name in enumerate(("minValue", "maxValue"))]
    step = extension("questionnaire-sliderStepValue", valueInteger=1)

    assert only(item("a", "integer", extension=[*ends, step])).control == "slider"
    assert only(item("a", "integer", extension=ends)).control == ""


def test_units_that_the_file_does_not_name_may_be_typed():
    address = "http://hl7.org/fhir/ValueSet/ucum-units"
    unknown = extension("questionnaire-unitValueSet", valueCanonical=address)
    reading = read(item("a", "quantity", extension=[unknown]))

    assert reading.refused == ()
    assert reading.questionnaire.items[0].may_type_unit is True
    assert only(item("a", "quantity")).may_type_unit is True


def test_side_things():
    read_back = only(
        item(
            "a",
            "open-choice",
            prefix="1.",
            answerOption=[coded("red")],
            extension=[
                extension("questionnaire-choiceOrientation", valueCode="horizontal"),
                extension("questionnaire-supportLink", valueUri="https://example.org/why"),
                extension("entryFormat", valueString="one word"),
                extension("sdc-questionnaire-openLabel", valueString="Another color"),
            ],
        )
    )

    assert read_back.is_horizontal is True
    assert read_back.support_links == ("https://example.org/why",)
    assert (read_back.entry_format, read_back.open_label) == ("one word", "Another color")
