"""Answers to choose from: every kind of option, value sets, and their keys."""

from decimal import Decimal

import pytest

from intake.fhir.parsing import read_questionnaire
from intake.fhir.value_sets import known_value_sets
from tests.factories.fhir_files import COLORS, coded, extension, item, resource, value_set


def options(*raws, item_type="choice", **more):
    reading = read_questionnaire(resource(item("a", item_type, answerOption=list(raws)), **more))
    assert reading.refused == ()
    return reading.questionnaire.items[0].options


def from_value_set(*contained, address="#colors"):
    reading = read_questionnaire(
        resource(item("a", "choice", answerValueSet=address), contained=list(contained))
    )
    return [one.code for one in reading.questionnaire.items[0].options] or [
        finding.reason for finding in reading.refused
    ]


@pytest.mark.parametrize(
    ("raw", "key", "words", "answer"),
    [
        (
            coded("red"),
            "red",
            "Red",
            {"valueCoding": {"system": COLORS, "code": "red", "display": "Red"}},
        ),
        ({"valueInteger": 3}, "3", "3", {"valueInteger": 3}),
        ({"valueString": "Often"}, "Often", "Often", {"valueString": "Often"}),
        ({"valueDate": "2026-11"}, "2026-11", "2026-11", {"valueDate": "2026-11"}),
        ({"valueTime": "09:00:00"}, "09:00:00", "09:00", {"valueTime": "09:00:00"}),
        (
            {"valueReference": {"reference": "Practitioner/1", "display": "Dr. A"}},
            "Practitioner/1",
            "Dr. A",
            {"valueReference": {"reference": "Practitioner/1", "display": "Dr. A"}},
        ),
    ],
)
def test_every_kind_of_option(raw, key, words, answer):
    (option,) = options(raw)

    assert (option.code, option.display, option.raw) == (key, words, answer)


def test_keys_are_unique_where_codes_are_not():
    found = options(
        coded("1", "One", "https://example.org/a"),
        coded("1", "First", "https://example.org/b"),
        coded("1", "Uno", "https://example.org/b"),
        coded("1", "One", "https://example.org/a"),
        coded("+other"),
    )

    assert [(one.code, one.display) for one in found] == [
        ("1", "One"),
        ("https://example.org/b|1", "First"),
        ("1|2", "Uno"),
        (f"{COLORS}|+other", "+Other"),
    ]


@pytest.mark.parametrize("name", ["ordinalValue", "itemWeight", "sdc-questionnaire-itemWeight"])
@pytest.mark.parametrize("on_coding", [True, False])
def test_ordinal_values_stand_in_several_places(name, on_coding):
    raw = coded("red")
    holder = raw["valueCoding"] if on_coding else raw
    holder["extension"] = [extension(name, valueDecimal=1.5)]

    assert options(raw)[0].ordinal == Decimal("1.5")


@pytest.mark.parametrize("ordinals", [(0, 1, 3), (None, None, None)])
def test_an_imported_phq_9_raises_the_alert_of_its_last_item(ordinals):
    raws = [coded(code) for code in ("none", "some", "much")]
    for raw, ordinal in zip(raws, ordinals, strict=True):
        if ordinal is not None:
            raw["extension"] = [extension("ordinalValue", valueDecimal=ordinal)]
    loinc = {"system": "http://loinc.org", "code": "44260-8"}
    reading = read_questionnaire(resource(item("a", "choice", code=[loinc], answerOption=raws)))

    assert [one.safety for one in reading.questionnaire.items[0].options] == [
        "",
        "self-harm",
        "self-harm",
    ]


def test_prefix_exclusive_and_formatted_words():
    raw = coded("none")
    raw["extension"] = [extension("questionnaire-optionExclusive", valueBoolean=True),
                        extension("questionnaire-optionPrefix", valueString="c)")]  # fmt: skip
    bold = extension("rendering-xhtml", valueString="<b>None</b><script>x()</script>")
    raw["valueCoding"]["_display"] = {"extension": [bold]}

    (option,) = options(raw)

    assert (option.is_exclusive, option.prefix, option.html) == (True, "c)", "<b>None</b>")


def test_a_question_of_another_type_with_answers_to_choose_from_is_a_choice():
    reading = read_questionnaire(
        resource(item("a", "integer", answerOption=[{"valueInteger": 1}, {"valueInteger": 2}]))
    )

    assert reading.questionnaire.items[0].is_choice
    assert [one.raw for one in reading.questionnaire.items[0].options] == [
        {"valueInteger": 1},
        {"valueInteger": 2},
    ]


def test_contained_value_sets_by_id_and_by_address():
    colors = value_set("colors", "red", "green")

    assert from_value_set(colors) == ["red", "green"]
    assert from_value_set(colors, address=f"{colors['url']}|2.0") == ["red", "green"]


def test_an_expansion_is_read_as_deep_as_it_goes():
    expanded = {
        "contains": [
            {
                "abstract": True,
                "code": "warm",
                "contains": [{"system": COLORS, "code": "red", "display": "Red"}],
            },
            {"system": COLORS, "code": "blue"},
        ]
    }

    assert from_value_set(value_set("colors", "x", expansion=expanded)) == ["red", "blue"]


def test_includes_and_excludes():
    both = {
        "include": [
            {"valueSet": ["#colors"]},
            {"system": "https://example.org/b", "concept": [{"code": "oak"}, {"code": "red"}]},
        ],
        "exclude": [{"system": COLORS, "concept": [{"code": "green"}]}],
    }
    mixed = value_set("mixed", compose=both)

    found = from_value_set(value_set("colors", "red", "green"), mixed, address="#mixed")

    assert found == ["red", "oak", "https://example.org/b|red"]


def test_words_of_a_contained_code_system():
    system = {
        "resourceType": "CodeSystem",
        "url": "https://example.org/b",
        "concept": [{"code": "1", "display": "Oak", "concept": [{"code": "2", "display": "Elm"}]}],
    }
    trees = value_set("trees", compose={"include": [{"system": "https://example.org/b"}]})
    reading = read_questionnaire(
        resource(item("a", "choice", answerValueSet="#trees"), contained=[system, trees])
    )

    assert [one.display for one in reading.questionnaire.items[0].options] == ["Oak", "Elm"]


def test_a_designation_in_place_of_a_display():
    concept = {"code": "1", "designation": [{"language": "en", "value": "Oak"}]}
    trees = value_set("trees", compose={"include": [{"system": "s", "concept": [concept]}]})
    reading = read_questionnaire(
        resource(item("a", "choice", answerValueSet="#trees"), contained=[trees])
    )

    assert reading.questionnaire.items[0].options[0].display == "Oak"


@pytest.mark.parametrize(
    ("contained", "reason"),
    [
        ([], "Its answers are in a value set that this file does not contain: #colors"),
        ([value_set("colors", compose={})], "Its value set has no answers in it: #colors"),
        (
            [value_set("colors", compose={"include": [{"system": "s", "filter": [{}]}]})],
            "Its value set picks answers by a rule instead of naming them: #colors",
        ),
        (
            [value_set("colors", compose={"include": [{"system": "https://example.org/s"}]})],
            "It offers all of a code system that this file does not contain: https://example.org/s",
        ),
        (
            [value_set("colors", compose={"include": [{"valueSet": ["#colors"]}]})],
            "Its value sets include each other without end: #colors",
        ),
    ],
)
def test_value_sets_that_can_not_be_told(contained, reason):
    assert from_value_set(*contained) == [reason]


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("http://hl7.org/fhir/ValueSet/yesnodontknow", ["Y", "N", "asked-unknown"]),
        ("https://terminology.hl7.org/ValueSet/v2-0136", ["Y", "N"]),
        (
            "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1",
            ["male", "female", "other", "unknown"],
        ),
        (
            "http://terminology.hl7.org/ValueSet/condition-category",
            ["problem-list-item", "encounter-diagnosis"],
        ),
        ("http://loinc.org/vs/LL358-3", ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]),
    ],
)
def test_well_known_value_sets(address, codes):
    assert sorted(from_value_set(address=address)) == sorted(codes)


def test_every_known_concept_has_words():
    concepts = [one for found in known_value_sets().values() for one in found]

    assert len(known_value_sets()) > 100
    assert all(one.system and one.code and one.display.strip() for one in concepts)
