"""What an expression gave, as values of an item; what does not fit its type is no value."""

import re
from collections.abc import Iterable
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from intake.fhir.answers import read_moment
from intake.fhir.questionnaire import Coded, Item, ItemType, Quantity, Value

DECIMALS = 4  # of a calculated number, unless the item says otherwise
_UNIT_QUOTES = "'"


def to_values(item: Item, found: Iterable[Any]) -> tuple[Value, ...]:
    """One value, or several for an item that repeats."""
    read = (_to_value(item, value) for value in found)
    values = tuple(value for value in read if value is not None)
    return values if item.is_repeating else values[:1]


def _to_value(item: Item, value: Any) -> Value | None:
    try:
        if item.is_choice:
            return _chosen(item, value)
        if item.type == ItemType.BOOLEAN:
            return value if isinstance(value, bool) else None
        if item.type == ItemType.INTEGER:
            number = _number(value)
            return int(number) if number is not None and number == int(number) else None
        if item.type == ItemType.DECIMAL:
            return _rounded(item, _number(value))
        if item.type == ItemType.QUANTITY:
            return _quantity(item, value)
        if item.type in (ItemType.DATE, ItemType.DATETIME):
            return _moment(item, str(value))
        if item.type == ItemType.TIME:
            return time.fromisoformat(str(value)).replace(microsecond=0, tzinfo=None)
    except (ValueError, InvalidOperation, OverflowError):
        return None
    return _text(item, value)


def _text(item: Item, value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("display") or value.get("code") or ""
    words = ("Yes" if value else "No") if isinstance(value, bool) else str(value)
    return words[: item.limit].strip() or None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, float, str)):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None


def _rounded(item: Item, number: Decimal | None) -> Decimal | None:
    if number is None or abs(number) >= Decimal(10) ** 11:
        return None
    most = item.limits.max_decimals
    places = DECIMALS if most is None else min(most, DECIMALS)
    plain = number.quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP").normalize()
    return plain if plain.as_tuple().exponent <= 0 else plain.quantize(Decimal(1))  # type: ignore[operator]


def _quantity(item: Item, value: Any) -> Quantity | None:
    told, unit = value, ""
    if isinstance(value, dict):
        told, unit = value.get("value"), value.get("code") or value.get("unit") or ""
    elif hasattr(value, "value") and hasattr(value, "unit"):  # the library's own quantities
        told, unit = value.value, str(value.unit or "").strip(_UNIT_QUOTES)
    number = _rounded(item, _number(told))
    if number is None:
        return None
    names = {name: each.key for each in item.units for name in (each.key, each.code, each.display)}
    only = item.units[0].key if len(item.units) == 1 else ""
    return Quantity(number, names.get(unit, unit or only))


def _moment(item: Item, text: str) -> Value:
    """Raises ValueError."""
    day = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", text)
    if day is None:
        raise ValueError(text)
    return read_moment(day[0] if item.type == ItemType.DATE else text)


def _chosen(item: Item, value: Any) -> Value | None:
    """The option with this coding, code or words; own words where they are allowed."""
    told = value if isinstance(value, dict) else {"code": str(value), "display": str(value)}
    for option in item.options:
        coding = option.raw.get("valueCoding") or {"code": option.code, "system": option.system}
        same_system = not told.get("system") or told["system"] == coding.get("system")
        same = told.get("code") in (coding.get("code"), option.code) and same_system
        if same or (told.get("display") and told["display"] == option.display):
            return Coded(option.code)
    is_open = item.type == ItemType.OPEN_CHOICE and not isinstance(value, dict)
    return _text(item, value) if is_open else None
