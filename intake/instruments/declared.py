"""Scoring that a pack declares: sums and means of items, cut-offs, and ranges with a name.

Every item is needed: no published rule for blanks is known for any of these instruments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from intake.instruments.result import (
    Answers,
    Result,
    check_answers,
    given,
    incomplete,
    missing_items,
)

TOTAL = "total"


@dataclass(frozen=True)
class Value:
    """A sum or mean of some items; an empty `items` means all of them."""

    name: str
    items: tuple[int, ...]
    is_mean: bool
    times: int
    decimals: int
    within: str  # the object of the JSON that it stands in; empty: beside the total

    def exact(self, answers: list[int]) -> Fraction:
        chosen = [answers[number - 1] for number in self.items] or answers
        return Fraction(sum(chosen) * self.times, len(chosen) if self.is_mean else 1)


@dataclass(frozen=True)
class Range:
    name: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class Flag:
    name: str
    of: str
    lowest: int | None
    highest: int | None

    def holds(self, value: Fraction) -> bool:
        is_low_enough = self.highest is None or value <= self.highest
        return is_low_enough and (self.lowest is None or value >= self.lowest)


@dataclass(frozen=True)
class Rule:
    has_sum: bool
    values: tuple[Value, ...]
    flags: tuple[Flag, ...]
    ranges: dict[str, tuple[Range, ...]]  # by the value they divide
    ranges_name: str
    notes: dict[str, bool]  # said with every result, such as "cut-offs not verified"

    @property
    def says(self) -> tuple[str, ...]:
        """The names beside the total."""
        values = (value.within or value.name for value in self.values)
        ranges = (self.ranges_name,) if self.ranges else ()
        return (*dict.fromkeys(values), *ranges, *(flag.name for flag in self.flags))


def score_declared(
    instrument: str,
    rule: Rule,
    answers: Answers,
    *,
    items: int,
    lowest: int,
    highest: int,
    step: int,
) -> Result:
    """Raises InvalidAnswers. The scale is that of one item."""
    check_answers(answers, items=items, lowest=lowest, highest=highest, step=step)
    blank, top = missing_items(answers), items * highest if rule.has_sum else None
    if blank:
        return incomplete(instrument, blank, highest=top, unknown=rule.says)
    complete = given(answers)
    exact = {value.name: value.exact(complete) for value in rule.values}
    exact[TOTAL] = Fraction(sum(complete))
    return Result(
        instrument=instrument,
        total=sum(complete) if rule.has_sum else None,
        lowest=items * lowest if rule.has_sum else None,
        highest=top,
        missing=0,
        missing_items=(),
        values={**_values(rule, exact), **_in_ranges(rule, exact), **rule.notes},
        flags={flag.name: flag.holds(exact[flag.of]) for flag in rule.flags},
    )


def _values(rule: Rule, exact: dict[str, Fraction]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for value in rule.values:
        place = told.setdefault(value.within, {}) if value.within else told
        place[value.name] = _rounded(exact[value.name], value.decimals)
    return told


def _rounded(value: Fraction, decimals: int) -> int | float:
    """Halves up, as people round."""
    if not decimals:
        return int(value)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def _in_ranges(rule: Rule, exact: dict[str, Fraction]) -> dict[str, Any]:
    if not rule.ranges:
        return {}
    found = {name: _range_of(exact[name], ranges) for name, ranges in rule.ranges.items()}
    return {rule.ranges_name: found}


def _range_of(value: Fraction, ranges: tuple[Range, ...]) -> str | None:
    return next((one.name for one in ranges if one.lowest <= value <= one.highest), None)


def read_rule(raw: dict[str, Any]) -> Rule:
    """From a pack."""
    ranges = raw.get("ranges", {})
    return Rule(
        has_sum=raw.get("sum", False),
        values=tuple(_read_values(raw.get("values", ()))),
        flags=tuple(_read_flags(raw.get("flags", ()))),
        ranges={
            name: tuple(Range(**one) for one in ranges_of)
            for name, ranges_of in ranges.get("of", {}).items()
        },
        ranges_name=ranges.get("name", ""),
        notes=raw.get("notes", {}),
    )


def _read_values(values: list[dict[str, Any]]) -> Iterator[Value]:
    for value in values:
        yield Value(
            name=value["name"],
            items=tuple(value.get("items", ())),
            is_mean=value["method"] == "mean",
            times=value.get("times", 1),
            decimals=value.get("decimals", 0),
            within=value.get("within", ""),
        )


def _read_flags(flags: list[dict[str, Any]]) -> Iterator[Flag]:
    for flag in flags:
        yield Flag(flag["name"], flag["of"], flag.get("at_least"), flag.get("at_most"))
