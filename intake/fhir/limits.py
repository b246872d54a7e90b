"""What answers must keep to: lengths, numbers, days, counts, files."""

import re
from decimal import Decimal
from typing import Any

from intake.fhir import extensions
from intake.fhir.elements import (
    Raw,
    as_decimal,
    as_element,
    as_elements,
    as_flag,
    as_text,
    as_whole,
    choice_of,
)
from intake.fhir.expressions import read_expression
from intake.fhir.extensions import extension_value, extension_values, extensions_of
from intake.fhir.questionnaire import ItemType, Limits, Quantity, Unit, Value
from intake.fhir.values import read_date, read_datetime, read_time

LONGEST_PATTERN = 300
MEGABYTE = 1_000_000
_ENDLESS = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]|\([^()]*\|[^()]*\)[+*]|\\[1-9]")


def read_limits(raw: Raw, item_type: ItemType, units: tuple[Unit, ...]) -> Limits:
    low, low_expression = _bound(raw, item_type, units, extensions.MIN_VALUE)
    high, high_expression = _bound(raw, item_type, units, extensions.MAX_VALUE)
    if item_type == ItemType.QUANTITY:
        low = quantity(extension_value(raw, extensions.MIN_QUANTITY), units) or low
        high = quantity(extension_value(raw, extensions.MAX_QUANTITY), units) or high
    most = as_whole(extension_value(raw, extensions.MAX_OCCURS))
    decimals = as_whole(extension_value(raw, extensions.MAX_DECIMALS), otherwise=-1)
    step = as_decimal(extension_value(raw, extensions.SLIDER_STEP))
    megabytes = as_decimal(extension_value(raw, extensions.MAX_SIZE)) or Decimal(0)
    return Limits(
        min_occurs=max(
            as_whole(extension_value(raw, extensions.MIN_OCCURS)), int(as_flag(raw.get("required")))
        ),
        max_occurs=most if most > 0 else None,
        minimum=low,
        maximum=high,
        minimum_expression=low_expression,
        maximum_expression=high_expression,
        step=step if step and step > 0 else None,
        max_decimals=decimals if decimals >= 0 else None,
        min_length=max(0, as_whole(extension_value(raw, extensions.MIN_LENGTH))),
        regex=_pattern(as_text(extension_value(raw, extensions.REGEX))),
        media_types=tuple(map(as_text, extension_values(raw, extensions.MIME_TYPE))),
        max_bytes=_bytes(megabytes),
    )


def _bytes(size: Decimal) -> int:
    """FHIR counts in megabytes; some files mean bytes."""
    return int(max(Decimal(0), size) * (MEGABYTE if size < MEGABYTE / 1000 else 1))


def has_unread_pattern(raw: Raw, limits: Limits) -> bool:
    return bool(as_text(extension_value(raw, extensions.REGEX))) and not limits.regex


def _pattern(text: str) -> str:
    """Only patterns that compile and can't keep a process busy on a long answer."""
    if not text or len(text) > LONGEST_PATTERN or _ENDLESS.search(text):
        return ""
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return ""
    return text


def _bound(
    raw: Raw, item_type: ItemType, units: tuple[Unit, ...], url: str
) -> tuple[Value | None, str]:
    """A fixed bound, or a FHIRPath expression beside an empty one (`_valueDate`)."""
    for extension in extensions_of(raw, url):
        expression = _beside(extension)
        if expression:
            return None, expression
        value = choice_of(extension, "value")
        if value:
            return bound_value(item_type, value[1], units), ""
    return None, ""


def _beside(extension: Raw) -> str:
    for key, holder in extension.items():
        if key.startswith("_value"):
            nested = extension_value(as_element(holder), extensions.CQF_EXPRESSION)
            expression = read_expression(nested)
            return expression.text if expression and expression.is_fhirpath else ""
    nested = [one for one in as_elements(extension.get("extension"))]
    value = next((choice_of(one, "value") for one in nested), None)
    expression = read_expression(value[1]) if value else None
    return expression.text if expression and expression.is_fhirpath else ""


def bound_value(item_type: ItemType, value: Any, units: tuple[Unit, ...]) -> Value | None:
    """A bound in the type of its question."""
    if item_type == ItemType.INTEGER:
        number = as_decimal(value)
        whole = number is not None and number == number.to_integral_value()
        return int(number) if number is not None and whole else number
    if item_type == ItemType.DECIMAL:
        return as_decimal(value)
    if item_type == ItemType.DATE:
        return read_date(as_text(value)[:10])
    if item_type == ItemType.DATETIME:
        return read_datetime(value)
    if item_type == ItemType.TIME:
        return read_time(value)
    if item_type == ItemType.QUANTITY:
        return quantity(value, units)
    return None


def quantity(value: Any, units: tuple[Unit, ...]) -> Quantity | None:
    element = as_element(value)
    number = as_decimal(element.get("value")) if element else as_decimal(value)
    return None if number is None else Quantity(number, unit_key(element, units))


def unit_key(element: Raw, units: tuple[Unit, ...]) -> str:
    """The key of the unit that a FHIR Quantity names by code, else by word."""
    code, words = as_text(element.get("code")), as_text(element.get("unit"))
    system = as_text(element.get("system"))
    for unit in units:
        if code and unit.code == code and (not system or unit.system in ("", system)):
            return unit.key
    for unit in units:
        if words and words in (unit.display, unit.code):
            return unit.key
    return words or code
