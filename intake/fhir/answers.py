"""Answers: what a person gave to one question, and how it is kept as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.fhir.questionnaire import Coded, Item, ItemType, Value
from portal.shared.dates import long_date


@dataclass(frozen=True)
class Answer:
    """Blank, some values, or the wish to say it in person: three different things."""

    values: tuple[Value, ...] = ()
    in_person: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.values and not self.in_person

    def has_code(self, code: str) -> bool:
        return Coded(code) in self.values


BLANK = Answer()
Answers = Mapping[str, Answer]


def answer_to_json(answer: Answer) -> dict[str, Any]:
    return {
        "values": [_value_to_json(value) for value in answer.values],
        "in_person": answer.in_person,
    }


def answer_from_json(item: Item, stored: Mapping[str, Any]) -> Answer:
    """Back from answer_to_json; the item says what a bare text means."""
    values = tuple(_value_from_json(item, value) for value in stored.get("values", []))
    return Answer(values=values, in_person=bool(stored.get("in_person", False)))


def _value_to_json(value: Value) -> Any:
    if isinstance(value, Coded):
        return {"code": value.code}
    if isinstance(value, date):
        return value.isoformat()
    return value


def _value_from_json(item: Item, stored: Any) -> Value:
    if isinstance(stored, dict):
        return Coded(stored["code"])
    if item.type == ItemType.DATE:
        return date.fromisoformat(stored)
    return stored


def words(item: Item, answer: Answer) -> tuple[str, ...]:
    """The answer as a person would read it, one entry per value; empty when blank."""
    if answer.in_person and not answer.values:
        return ("I would rather say this in person.",)
    return tuple(_value_words(item, value) for value in answer.values)


def _value_words(item: Item, value: Value) -> str:
    if isinstance(value, Coded):
        option = item.option(value.code)
        return option.display if option else value.code
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return long_date(value)
    return str(value)
