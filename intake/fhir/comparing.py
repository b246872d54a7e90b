"""Is one answer the same as another, or more than it? Unsure is no.

Rule: https://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html
"""

import operator
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from intake.fhir.questionnaire import Coded, Item, PartialDate, Quantity, Value

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def is_same(given: Value, expected: Value) -> bool:
    """Of one kind and equal: True is not 1."""
    if isinstance(given, bool) or isinstance(expected, bool):
        return given is expected
    if isinstance(given, datetime) and isinstance(expected, datetime):
        return _instant(given) == _instant(expected)
    return given == expected


def compares(item: Item, given: Value, sign: str, expected: Value) -> bool:
    """`given` `sign` `expected`, where both can be put in an order."""
    left, right = _ranks(item, given, expected)
    if left is None or right is None:
        return False
    return _ORDERED[sign](left, right)


def _ranks(item: Item, given: Value, expected: Value) -> tuple[Any, Any]:
    """Two things that Python compares, or None where there is no order."""
    if isinstance(given, Quantity) and isinstance(expected, Quantity):
        same_unit = given.unit == expected.unit
        return (given.value, expected.value) if same_unit else (None, None)
    if isinstance(given, Coded) and isinstance(expected, Coded):
        return _ordinal(item, given), _ordinal(item, expected)
    if _is_number(given) and _is_number(expected):
        return given, expected
    if isinstance(given, time) and isinstance(expected, time):
        return given, expected
    if isinstance(given, str) and isinstance(expected, str):
        return given, expected
    if isinstance(given, (date, PartialDate)) and isinstance(expected, (date, PartialDate)):
        return _moments(given, expected)
    if isinstance(given, bool) and isinstance(expected, bool):
        return given, expected
    return None, None


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _ordinal(item: Item, value: Coded) -> Any:
    """Codes compare by their ordinal value; without one there is no order."""
    option = item.option(value.code)
    return option.ordinal if option else None


def _moments(given: date | PartialDate, expected: date | PartialDate) -> tuple[Any, Any]:
    """As far as both are exact; the same year of two dates, one of them only a year, is unsure."""
    if isinstance(given, datetime) and isinstance(expected, datetime):
        return _instant(given), _instant(expected)
    left, right = _parts(given), _parts(expected)
    shorter = min(len(left), len(right))
    if len(left) != len(right) and left[:shorter] == right[:shorter]:
        return None, None
    return left[:shorter], right[:shorter]


def _parts(value: date | PartialDate) -> tuple[int, ...]:
    if isinstance(value, PartialDate):
        return (value.year,) if value.month is None else (value.year, value.month)
    return value.year, value.month, value.day


def _instant(value: datetime) -> Any:
    return value.timestamp() if value.tzinfo else value.replace(tzinfo=None).isoformat()
