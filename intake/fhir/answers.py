"""Answers: what a person gave to one question, and how it is kept as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from intake.fhir.questionnaire import Attached, Coded, Item, ItemType, PartialDate, Quantity, Value

_BETWEEN = "\x1f"  # may stand in no linkId


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
"""By key: the linkId, and inside repeating groups the path as well (intake.fhir.places)."""


class Given(dict[str, Answer]):
    """Answers as they were saved, with what the FHIRPath conditions said of them then."""

    def __init__(self, answers: Answers, switched_off: Iterable[str] = ()) -> None:
        super().__init__(answers)
        self.switched_off = frozenset(switched_off)


def switched_off(answers: Answers) -> frozenset[str]:
    """Keys of what a FHIRPath condition turned off."""
    return answers.switched_off if isinstance(answers, Given) else frozenset()


def key_of(link_id: str, path: str = "") -> str:
    return f"{link_id}{_BETWEEN}{path}" if path else link_id


def split_key(key: str) -> tuple[str, str]:
    """The linkId and the path."""
    link_id, _, path = key.partition(_BETWEEN)
    return link_id, path


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
    if isinstance(value, Quantity):
        return {"value": str(value.value), "unit": value.unit}
    if isinstance(value, Attached):
        told = asdict(value)
        return {"attached": told.pop("public_id"), **told}
    if isinstance(value, (date, time)):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, (Decimal, PartialDate)):
        return str(value)
    return value


def _value_from_json(item: Item, stored: Any) -> Value:
    if isinstance(stored, dict):
        if "code" in stored:
            return Coded(stored["code"])
        if "attached" in stored:
            told = {name: known for name, known in stored.items() if name != "attached"}
            return Attached(stored["attached"], **told)
        return Quantity(Decimal(stored["value"]), stored["unit"])
    if not isinstance(stored, str):
        return stored
    if item.type == ItemType.DECIMAL:
        return Decimal(stored)
    if item.type == ItemType.TIME:
        return time.fromisoformat(stored)
    if item.type in (ItemType.DATE, ItemType.DATETIME):
        return read_moment(stored)
    return stored


def read_moment(text: str) -> PartialDate | date | datetime:
    """A FHIR date or dateTime: a year, a month, a day, or an instant. Raises ValueError."""
    if len(text) > len("2027-01-31"):
        return datetime.fromisoformat(text)
    if len(text) == len("2027-01-31"):
        return date.fromisoformat(text)
    year, _, month = text.partition("-")
    first = date(int(year), int(month or 1), 1)  # such a month exists
    return PartialDate(first.year, first.month if month else None)
