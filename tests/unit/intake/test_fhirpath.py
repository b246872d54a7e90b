"""Expressions that others wrote: right where they are right, harmless where they are not."""

import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from intake.fhir.fhirpath import BadExpression, evaluate, plain
from intake.fhir.patterns import fits, is_tame

NOW = datetime(2027, 3, 14, 9, 30, tzinfo=UTC)
RESPONSE = {
    "resourceType": "QuestionnaireResponse",
    "item": [
        {"linkId": "weight", "answer": [{"valueDecimal": 72.5}]},
        {"linkId": "height", "answer": [{"valueInteger": 180}]},
        {"linkId": "names", "answer": [{"valueString": "Ada"}, {"valueString": "Grace"}]},
        {
            "linkId": "mood",
            "answer": [
                {
                    "valueCoding": {
                        "code": "most",
                        "extension": [
                            {
                                "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                                "valueDecimal": 2,
                            }
                        ],
                    }
                }
            ],
        },
    ],
}


def found(expression, **variables):
    variables = {"resource": RESPONSE, **variables}
    return plain(evaluate(expression, focus=RESPONSE, variables=variables, now=NOW))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("item.where(linkId='weight').answer.value", [Decimal("72.5")]),
        ("QuestionnaireResponse.item.count()", [4]),
        (
            "(%resource.item.where(linkId='weight').answer.value"
            " / (%resource.item.where(linkId='height').answer.value / 100).power(2)).round(1)",
            [Decimal("22.4")],
        ),
        ("%weight / %height", [Decimal("0.4")]),
        ("item.where(linkId='names').answer.value.join(' & ')", ["Ada & Grace"]),
        ("item.where(linkId='mood').answer.value.ordinal()", [Decimal(2)]),
        ("item.where(linkId='mood').answer.ordinal().sum()", [Decimal(2)]),
        ("item.where(linkId='none').answer.value.sum()", []),
        ("item.where(linkId='names').exists() and item.where(linkId='mood').exists()", [True]),
        ("item.where(answer.where(value = 'Ada').exists() and linkId = 'names').linkId", ["names"]),
        ("(2.5).round()", [Decimal(3)]),
        ("today()", ["2027-03-14"]),
        ("now()", ["2027-03-14T09:30:00+00:00"]),
        ("timeOfDay()", ["09:30:00"]),
        ("'ab12'.matches('[a-z]+[0-9]+')", [True]),
        ("%resource.repeat(item).linkId", ["weight", "height", "names", "mood"]),
        ("(1 | 2 | 2).count()", [2]),
        ("iif(%weight > 70, 'more', 'less')", ["more"]),
        ("%weight.trace('secret')", [72]),
    ],
)
def test_what_an_expression_gives(expression, expected, capsys):
    assert found(expression, weight=72, height=180) == expected
    assert capsys.readouterr().out == ""


HOSTILE = {
    "endless": "1.repeat($this + 1)",
    "growing": "'a'.repeat($this & 'a')",
    "doubling": "'aaaaaaaa'" + ".select($this & $this)" * 40,
    "squaring": "(99999999)" + ".select($this * $this)" * 40,
    "power": "10.power(10.power(9))",
    "nested": "(" * 400 + "1" + ")" * 400,
    "explosion": "%many.select(%many.select(%many.select(%many.select(1 + 1).count()).count()))",
    "pairs": "%many.isDistinct()",
    "all with all": "%many.select(%many).count()",
    "twice as many": "%many" + ".combine(%many)" * 100,
    "aggregate": "%many.aggregate($total & $total, 'aaaa')",
    "regex": "('a' & 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!').matches('(a+)+$')",
    "replaced": "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.replaceMatches('(a|aa)+$', 'b')",
    "large": "%long.replace('a', %long)",
    "joined": "%many.select(%long).join(%long)",
    "long": "1 + " * 2_000 + "1",
    "garbage": "1 + 1 )) drop",
    "left over": "1 1",
    "nothing": "",
    "unknown name": "%nobody.value",
    "unknown function": "1.explode()",
    "wrong type": "'a' + 1",
    "not text": "\x00\ud800",
}


@pytest.mark.parametrize("expression", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_expression_is_refused_soon(expression):
    before = time.thread_time()

    with pytest.raises(BadExpression):
        found(expression, many=list(range(2_000)), long="a" * 4_000)

    assert time.thread_time() - before < 4


@pytest.mark.parametrize(
    ("pattern", "length", "expected"),
    [
        ("[0-9]{5}(-[0-9]{4})?", 20_000, True),
        (r"[^@\s]+@[^@\s]+\.[a-z]+", 200, True),
        (r"[^@\s]+@[^@\s]+\.[a-z]+", 20_000, False),
        ("(a+)+", 5, False),
        ("(a|aa)+", 5, False),
        (r"(.)\1", 5, False),
        ("([A-Z]{2} )*", 5, True),
        ("a" * 301, 5, False),
        ("(", 5, False),
        ("(?=.*a)(?=.*b).{8,}", 40, True),
    ],
)
def test_which_patterns_are_tried(pattern, length, expected):
    assert is_tame(pattern, length) is expected


def test_a_pattern_that_can_not_be_tried_refuses_nothing():
    assert fits("(a+)+b", "a" * 50)
    assert fits("[0-9]+", "123")
    assert not fits("[0-9]+", "12x")
