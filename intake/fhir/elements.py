"""JSON that nobody here wrote: each function takes what may be anything and never raises."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Raw = Mapping[str, Any]
NOTHING: Raw = {}
LARGEST = Decimal(10) ** 18  # FHIR decimals and integers beyond this are typing errors


def as_element(value: Any) -> Raw:
    return value if isinstance(value, Mapping) else NOTHING


def as_elements(value: Any) -> list[Raw]:
    return [entry for entry in as_list(value) if isinstance(entry, Mapping)]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """Without white space around it; anything but a string is empty."""
    return value.strip() if isinstance(value, str) else ""


def as_flag(value: Any) -> bool:
    return value is True or value == "true"


def as_whole(value: Any, *, otherwise: int = 0) -> int:
    number = as_decimal(value)
    if number is None or number != number.to_integral_value():
        return otherwise
    return int(number)


def as_decimal(value: Any) -> Decimal | None:
    """A finite number of a sensible size, also where it was written as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, str) and (len(value) > 40 or not value.isascii()):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and abs(number) < LARGEST else None


def choice_of(element: Raw, prefix: str) -> tuple[str, Any] | None:
    """FHIR's value[x]: the kind and the value, such as ("Coding", {...}); None without one."""
    for key, value in element.items():
        kind = key[len(prefix) :]
        if key.startswith(prefix) and kind[:1].isupper() and value is not None:
            return kind, value
    return None


def first_text(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")
