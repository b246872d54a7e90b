"""An answer in words, as a person would read it."""

from datetime import date, datetime, time
from decimal import Decimal

from intake.fhir.answers import Answer
from intake.fhir.attachments import attached_words
from intake.fhir.questionnaire import Attached, Coded, Item, PartialDate, Quantity, Value
from portal.shared.dates import long_date

IN_PERSON = "I would rather say this in person."
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def words(item: Item, answer: Answer) -> tuple[str, ...]:
    """One entry per value; empty when blank."""
    if answer.in_person and not answer.values:
        return (IN_PERSON,)
    return tuple(value_words(item, value) for value in answer.values)


def value_words(item: Item, value: Value) -> str:
    if isinstance(value, Coded):
        option = item.option(value.code)
        return option.display if option else value.code
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Quantity):
        return f"{number_words(value.value)} {unit_words(item, value.unit)}".strip()
    if isinstance(value, Attached):
        return attached_words(value)
    if isinstance(value, (int, Decimal)):
        return f"{number_words(value)} {item.unit_text}".strip()
    return moment_words(value)


def number_words(value: int | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def unit_words(item: Item, key: str) -> str:
    unit = item.unit(key)
    return unit.display if unit else key


def moment_words(value: str | date | datetime | time | PartialDate) -> str:
    """Words stay as they are."""
    if isinstance(value, datetime):
        return f"{long_date(value.date())}, {_clock(value.time())}"  # on the practice's clock
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, time):
        return _clock(value)
    if isinstance(value, PartialDate):
        return f"{MONTHS[value.month - 1]} {value.year}" if value.month else str(value.year)
    return value


def _clock(value: time) -> str:
    half = "am" if value.hour < 12 else "pm"
    seconds = f":{value:%S}" if value.second else ""
    return f"{value.hour % 12 or 12}:{value:%M}{seconds} {half}"
