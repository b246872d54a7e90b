"""What stands in an item before anyone answers it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from intake.fhir.conditions import option_of_coding
from intake.fhir.elements import Raw, as_element, as_elements, as_flag, as_text, choice_of
from intake.fhir.limits import bound_value
from intake.fhir.options import bare_coding, with_unique_keys
from intake.fhir.questionnaire import Coded, Item, ItemType, Option, Value

_TEXTS = frozenset({ItemType.STRING, ItemType.TEXT, ItemType.URL})


def read_initial(item: Item, raw: Raw, warn: Callable[[str], None]) -> Item:
    """The item with its first values; one that can't be an answer is told and left out."""
    raws = [choice_of(one, "value") for one in as_elements(raw.get("initial"))]
    given = [value for value in raws if value]
    if given and not item.is_question:
        warn("It has a first value, and asks nothing.")
        return item
    if item.is_hidden and item.is_choice and not item.options:
        item = replace(item, options=_options_of(given))
    values: list[Value] = [Coded(one.code) for one in item.options if one.is_initial]
    for kind, value in given:
        read = _value(item, kind, value)
        if read is None:
            warn("Its first value is no possible answer, and is left out.")
        elif read not in values:
            values.append(read)
    kept = values if item.is_repeating else values[:1]
    return replace(item, initial=tuple(kept))


def _value(item: Item, kind: str, value: Any) -> Value | None:
    if item.is_choice:
        return _choice(item, kind, value)
    if item.type == ItemType.BOOLEAN:
        return as_flag(value) if isinstance(value, bool) or value in ("true", "false") else None
    if item.type in _TEXTS:
        return as_text(value) or None
    return bound_value(item.type, value, item.units)


def _choice(item: Item, kind: str, value: Any) -> Value | None:
    if kind == "Coding":
        element = as_element(value)
        option = option_of_coding(item.options, element)
        words = as_text(element.get("display")) or as_text(element.get("code"))
    else:
        words = str(value) if isinstance(value, int) else as_text(value)
        option = next((one for one in item.options if words in (one.code, one.display)), None)
    if option:
        return Coded(option.code)
    return words or None if item.type == ItemType.OPEN_CHOICE else None


def _options_of(given: list[tuple[str, Any]]) -> tuple[Option, ...]:
    """A hidden choice without answers of its own keeps what it starts with."""
    codings = (as_element(value) for kind, value in given if kind == "Coding")
    return with_unique_keys(
        Option(
            code=as_text(coding.get("code")) or as_text(coding.get("display")),
            display=as_text(coding.get("display")) or as_text(coding.get("code")),
            system=as_text(coding.get("system")),
            raw={"valueCoding": bare_coding(coding)},
        )
        for coding in codings
        if as_text(coding.get("code")) or as_text(coding.get("display"))
    )
