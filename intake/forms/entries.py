"""The fields of a question that is typed: one, or one for each answer where it repeats."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from intake.fhir.answers import Answer
from intake.fhir.questionnaire import Coded, Item, ItemType, Quantity, Unit, Value
from intake.fhir.wording import number_words, value_words

NATIVE = {ItemType.DATE: "date", ItemType.TIME: "time", ItemType.DATETIME: "date"}
INPUT_MODES = {ItemType.INTEGER: "numeric", ItemType.DECIMAL: "decimal", ItemType.URL: "url"}
AUTOCOMPLETE_TYPES = {"tel": "tel", "email": "email"}
MOST_BLANK = 20  # fields that are there from the start


@dataclass(frozen=True)
class Entry:
    """`second` is the time beside a date, or the key of the unit beside a number."""

    id: str
    position: int  # from 1, when the question has several fields
    text: str
    second: str
    input_type: str
    input_mode: str
    lowest: str
    highest: str
    step: str
    units: tuple[tuple[Unit, bool], ...] = ()
    second_type: str = ""

    @property
    def second_id(self) -> str:
        return f"{self.id}:second"

    @property
    def second_words(self) -> str:
        """The unit as it may be typed."""
        chosen = (unit.display for unit, is_chosen in self.units if is_chosen)
        return next(chosen, self.second)

    @property
    def has_bounds(self) -> bool:
        return self.input_type in ("number", "date", "time")

    @property
    def lowest_day(self) -> str:
        return self.lowest[:10]

    @property
    def highest_day(self) -> str:
        return self.highest[:10]


def build_entries(item: Item, id: str, given: Answer, *, more: bool) -> list[Entry]:
    """`more` asks for a blank field behind those that are filled in."""
    values: list[Value | None] = list(given.values)
    if not item.is_repeating:
        return [_entry(item, id, 0, values[0] if values else None)]
    wanted = max(1, min(item.limits.min_occurs, MOST_BLANK), len(values) + more)
    values += [None] * (wanted - len(values))
    return [
        _entry(item, f"{id}:{position}", position, value)
        for position, value in enumerate(values, start=1)
    ]


def _entry(item: Item, id: str, position: int, value: Value | None) -> Entry:
    text, second = _fields(item, value)
    is_typed = isinstance(value, str)
    return Entry(
        id=id,
        position=position,
        text=text,
        second=second,
        input_type=_input_type(item, is_typed),
        input_mode=INPUT_MODES.get(item.type, ""),
        lowest=_bound(item.limits.minimum),
        highest=_bound(item.limits.maximum),
        step=str(item.limits.step or ("1" if item.type == ItemType.INTEGER else "any")),
        units=tuple((unit, unit.key == second) for unit in item.units),
        # A browser's own control would throw away what is no time.
        second_type="text" if is_typed else "time",
    )


def _fields(item: Item, value: Value | None) -> tuple[str, str]:
    """What stands in the one or two boxes, also when it could not be kept."""
    if value is None:
        return "", ""
    if isinstance(value, str):
        first, _, second = value.partition("\n") if item.type != ItemType.TEXT else (value, "", "")
        return first, second.rstrip("!")
    if isinstance(value, datetime):
        return value.date().isoformat(), _clock(value.time())
    if isinstance(value, date):
        return value.isoformat(), ""
    if isinstance(value, time):
        return _clock(value), ""
    if isinstance(value, Quantity):
        return number_words(value.value), value.unit
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return number_words(value), ""
    return value_words(item, value) if isinstance(value, Coded) else str(value), ""


def _clock(value: time) -> str:
    return value.isoformat("seconds" if value.second else "minutes")


def _input_type(item: Item, is_typed: bool) -> str:
    if item.type in NATIVE and not is_typed and not item.may_be_partial:
        return NATIVE[item.type]
    if item.control == "spinner" and not is_typed:
        return "number"
    if item.type == ItemType.URL:
        return "url"
    return AUTOCOMPLETE_TYPES.get(item.autocomplete, "text")


def _bound(value: Value | None) -> str:
    if value is None or isinstance(value, (str, bool, Coded)):
        return ""
    if isinstance(value, Quantity):
        return number_words(value.value)
    if isinstance(value, (int, Decimal)):
        return number_words(value)
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
