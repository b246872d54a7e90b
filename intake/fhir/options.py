"""The answers to choose from: an item's own, a value set's, and units."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import chain, count
from typing import Any

from intake.fhir import extensions
from intake.fhir.elements import Raw, as_decimal, as_element, as_flag, as_text, choice_of
from intake.fhir.extensions import extension_text, extension_value, extension_values
from intake.fhir.formatted import Wording, Words
from intake.fhir.questionnaire import Coding, Option, PartialDate, Unit
from intake.fhir.value_sets import Concept
from intake.fhir.values import read_date, read_time
from portal.shared.dates import long_date

MOST_OPTIONS = 2_000
_OWN_KEYS = frozenset({"+other"})  # what the form itself sends beside the options' keys


def own_options(raws: Iterable[Raw], wording: Wording) -> tuple[Option, ...]:
    """Of `answerOption`. An option without a readable value is left out: the caller compares."""
    found = (_own_option(raw, wording) for raw in raws)
    return with_unique_keys(option for option in found if option)


def options_of_concepts(concepts: Iterable[Concept], wording: Wording) -> tuple[Option, ...]:
    return with_unique_keys(_concept_option(concept, wording) for concept in concepts)


def with_unique_keys(options: Iterable[Option]) -> tuple[Option, ...]:
    """The code is the key; where two systems share it, the system stands before it."""
    taken: set[str] = set(_OWN_KEYS)
    unique: list[Option] = []
    seen: set[tuple[str, str]] = set()
    for option in options:
        identity = (option.system, option.code)
        if identity in seen and _is_same_answer(option, unique):
            continue  # the same answer twice is one answer
        seen.add(identity)
        key = _free_key(option, taken)
        taken.add(key)
        unique.append(replace(option, code=key))
    return tuple(unique)


def _is_same_answer(option: Option, others: list[Option]) -> bool:
    return any(other.raw == option.raw for other in others)


def _free_key(option: Option, taken: set[str]) -> str:
    tries = [option.code, f"{option.system}|{option.code}"]
    numbered = (f"{option.code}|{number}" for number in count(2))
    return next(key for key in chain(tries, numbered) if key and key not in taken)


def _own_option(raw: Raw, wording: Wording) -> Option | None:
    value = choice_of(raw, "value")
    read = _READERS.get(value[0]) if value else None
    option = read(value[1], raw, wording) if read and value else None
    if option is None or not option.display:
        return None
    coding = as_element(value[1]) if value else {}
    return replace(
        option,
        ordinal=_ordinal(raw, coding, as_element(raw.get("_valueCoding"))),
        is_exclusive=as_flag(extension_value(raw, extensions.EXCLUSIVE)),
        safety=extension_text(raw, extensions.SAFETY),
        prefix=extension_text(raw, extensions.OPTION_PREFIX)
        or extension_text(coding, extensions.OPTION_PREFIX),
        is_initial=as_flag(raw.get("initialSelected")),
    )


def _coding_option(coding: Any, raw: Raw, wording: Wording) -> Option | None:
    element = as_element(coding)
    words = wording.words(element, "display")
    code = as_text(element.get("code")) or words.text
    if not code:
        return None
    return Option(
        code=code,
        display=words.text or code,
        system=as_text(element.get("system")),
        html=words.html,
        raw={"valueCoding": bare_coding(element)},
    )


def bare_coding(element: Raw) -> dict[str, Any]:
    """A Coding as an answer repeats it: without extensions."""
    keys = ("system", "version", "code", "display")
    return {key: element[key] for key in keys if as_text(element.get(key))}


def _string_option(value: Any, raw: Raw, wording: Wording) -> Option | None:
    text = as_text(value)
    html = wording.words(raw, "valueString").html
    return Option(text, text, "", html=html, raw={"valueString": text}) if text else None


def _integer_option(value: Any, raw: Raw, wording: Wording) -> Option | None:
    number = as_decimal(value)
    if number is None or number != number.to_integral_value():
        return None
    words = str(int(number))
    return Option(words, words, "", raw={"valueInteger": int(number)})


def _date_option(value: Any, raw: Raw, wording: Wording) -> Option | None:
    day = read_date(value)
    if day is None:
        return None
    words = str(day) if isinstance(day, PartialDate) else long_date(day)
    return Option(as_text(value), words, "", raw={"valueDate": as_text(value)})


def _time_option(value: Any, raw: Raw, wording: Wording) -> Option | None:
    moment = read_time(value)
    if moment is None:
        return None
    written = moment.isoformat()
    return Option(written, f"{moment:%H:%M}", "", raw={"valueTime": written})


def _reference_option(value: Any, raw: Raw, wording: Wording) -> Option | None:
    """By its words: there is no record here that it could point to."""
    element = as_element(value)
    display = as_text(element.get("display"))
    key = as_text(element.get("reference")) or display
    return Option(key, display, "", raw={"valueReference": dict(element)}) if display else None


_READERS = {
    "Coding": _coding_option,
    "String": _string_option,
    "Integer": _integer_option,
    "Date": _date_option,
    "Time": _time_option,
    "Reference": _reference_option,
}


def _ordinal(*holders: Raw) -> Decimal | None:
    values = (extension_value(holder, *extensions.ORDINALS) for holder in holders)
    return next((number for number in map(as_decimal, values) if number is not None), None)


def _concept_option(concept: Concept, wording: Wording) -> Option:
    words: Words = wording.words(concept.raw, "display")
    coding = {"system": concept.system, "code": concept.code, "display": concept.display}
    return Option(
        code=concept.code,
        display=concept.display,
        system=concept.system,
        html=words.html,
        ordinal=_ordinal(concept.raw),
        is_exclusive=as_flag(extension_value(concept.raw, extensions.EXCLUSIVE)),
        prefix=extension_text(concept.raw, extensions.OPTION_PREFIX),
        raw={"valueCoding": {key: value for key, value in coding.items() if value}},
    )


def read_coding(value: Any) -> Coding | None:
    element = as_element(value)
    code, display = as_text(element.get("code")), as_text(element.get("display"))
    if not (code or display):
        return None
    return Coding(as_text(element.get("system")), code or display, display)


def unit_codings(raw: Raw) -> Iterator[Coding]:
    """Units that an item names one by one."""
    for value in extension_values(raw, extensions.UNIT_OPTION) or extension_values(
        raw, extensions.UNIT
    ):
        coding = read_coding(value)
        if coding:
            yield coding


# Codes of UCUM that nobody reads, in the words that people know.
_UCUM = {
    "[in_i]": "in", "[ft_i]": "ft", "[lb_av]": "lb", "[oz_av]": "oz", "Cel": "°C", "[degF]": "°F",
    "mm[Hg]": "mmHg", "/min": "per minute", "{score}": "points", "a": "years",
    "mo": "months", "wk": "weeks", "d": "days", "h": "hours", "min": "minutes",
}  # fmt: skip


def units_of(codings: Iterable[Coding]) -> tuple[Unit, ...]:
    units: dict[str, Unit] = {}
    for coding in codings:
        words = coding.display or _UCUM.get(coding.code, coding.code)
        known = units.get(coding.code)
        key = coding.code if known in (None, _unit(coding, coding.code, words)) else (
            f"{coding.system}|{coding.code}"
        )  # fmt: skip
        units.setdefault(key, _unit(coding, key, words))
    return tuple(units.values())


def _unit(coding: Coding, key: str, words: str) -> Unit:
    return Unit(key, words, coding.system, coding.code)
