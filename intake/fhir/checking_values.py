"""Is one value possible for its item? What is wrong with it, in words that help."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from intake.fhir.attachments import GONE, kinds_of
from intake.fhir.comparing import compares
from intake.fhir.patterns import fits
from intake.fhir.questionnaire import (
    Attached,
    Coded,
    Item,
    ItemType,
    PartialDate,
    Quantity,
    Value,
)
from intake.fhir.wording import value_words

OLDEST = date(1900, 1, 1)
LARGEST_INTEGER = 2**31 - 1  # FHIR's integer
MOST_DIGITS = 15  # what every system keeps exactly
CHOOSE = "Please choose one of the answers shown."
WORDS = (ItemType.STRING, ItemType.TEXT, ItemType.OPEN_CHOICE, ItemType.URL)
SHAPES = {
    ItemType.DATE: "Please enter a full date that exists, for example 1985-04-23.",
    ItemType.DATETIME: "Please enter a date and a time that exist, for example 1985-04-23 and"
    " 14:30.",
    ItemType.TIME: "Please enter a time, for example 14:30.",
    ItemType.INTEGER: "Please enter a whole number, such as 3.",
    ItemType.DECIMAL: "Please enter a number, such as 3 or 2.5.",
    ItemType.QUANTITY: "Please enter a number, such as 3 or 2.5.",
    ItemType.BOOLEAN: "Please choose Yes or No.",
    ItemType.ATTACHMENT: GONE,
}
PARTIAL = "Please enter a year, or a year and a month, for example 2019 or 2019-05."
AMBIGUOUS = re.compile(r"[+-]?\d{1,3},\d{3}")
ADDRESS = re.compile(r"https?://[^\s/]+\S*|(mailto|tel|ftp|urn):\S+", re.IGNORECASE)


def value_problems(item: Item, value: Value, today: date) -> list[str]:
    if isinstance(value, Coded):
        return [] if item.option(value.code) else [CHOOSE]
    if isinstance(value, Attached):
        return [] if value.media_type in kinds_of(item.limits.media_types) else [GONE]
    if isinstance(value, str):
        return _text_problems(item, value)
    if isinstance(value, bool) or item.is_choice:
        return []
    number = value.value if isinstance(value, Quantity) else value
    if isinstance(number, (int, Decimal)):
        return [*_number_problems(item, number), *_unit_problems(item, value)] or _bounds(
            item, value
        )
    return [*_date_problems(item, value, today), *_bounds(item, value)]


def _text_problems(item: Item, value: str) -> list[str]:
    if item.type not in WORDS:
        return [_shape(item, value)]
    if len(value) > item.limit:
        over = len(value) - item.limit
        return [f"This is {_characters(over)} too long. The limit is {item.limit:,}."]
    if len(value) < item.limits.min_length:
        least = item.limits.min_length
        return [f"This is too short. Please write at least {_characters(least)}."]
    if item.type == ItemType.URL and not ADDRESS.fullmatch(value):
        return ["Please enter a full address, for example https://example.org."]
    if item.limits.regex and not fits(item.limits.regex, value):
        return [_form(item)]
    return []


def _characters(count: int) -> str:
    return f"{count:,} character{'' if count == 1 else 's'}"


def _form(item: Item) -> str:
    if item.entry_format:
        return f"Please write it in this form: {item.entry_format}"
    return "This does not have the form that is asked for. Please check it for slips."


def _shape(item: Item, value: str) -> str:
    if item.type in (ItemType.DECIMAL, ItemType.QUANTITY) and AMBIGUOUS.fullmatch(
        value.partition("\n")[0]
    ):
        whole, _, rest = value.partition("\n")[0].partition(",")
        return f"Is this {whole}{rest} or {whole}.{rest}? Please write it without the comma."
    if item.type == ItemType.DATETIME and value.startswith("\n"):
        return "Please enter the date as well."
    if item.type == ItemType.DATETIME and value.endswith("!"):
        return (
            "On that day the clocks go forward, and this time is skipped. Please choose one that"
            " exists."
        )
    if item.may_be_partial:
        return PARTIAL
    return SHAPES.get(item.type, CHOOSE)


def _number_problems(item: Item, number: int | Decimal) -> list[str]:
    if isinstance(number, int):
        too_large = abs(number) > LARGEST_INTEGER
        return ["This number is too large."] if too_large else []
    _, digits, exponent = number.as_tuple()
    if len(digits) > MOST_DIGITS or not isinstance(exponent, int) or abs(exponent) > MOST_DIGITS:
        return [f"Please use at most {MOST_DIGITS} digits."]
    most = item.limits.max_decimals
    if most is not None and -exponent > most:
        if most == 0:
            return ["Please enter a whole number, such as 3."]
        return [f"Please use at most {most} decimal{'' if most == 1 else 's'}."]
    return []


def _unit_problems(item: Item, value: Value) -> list[str]:
    if not isinstance(value, Quantity):
        return []
    if item.units and not item.may_type_unit and item.unit(value.unit) is None:
        return ["Please choose a unit."]
    return []


def _bounds(item: Item, value: Value) -> list[str]:
    low, high = item.limits.minimum, item.limits.maximum
    if low is not None and compares(item, value, "<", low):
        return [f"The {_end(low, 'smallest', 'earliest')} is {value_words(item, low)}."]
    if high is not None and compares(item, value, ">", high):
        return [f"The {_end(high, 'largest', 'latest')} is {value_words(item, high)}."]
    return []


def _end(bound: Any, size: str, moment: str) -> str:
    if isinstance(bound, (date, PartialDate)):
        return f"{moment} date here"
    return f"{moment} time here" if isinstance(bound, time) else f"{size} number here"


def _date_problems(item: Item, value: Value, today: date) -> list[str]:
    if isinstance(value, PartialDate):
        return [] if item.may_be_partial or item.type == ItemType.DATETIME else [_shape(item, "")]
    if item.autocomplete != "bday" or not isinstance(value, date) or isinstance(value, datetime):
        return []
    if value > today:
        return ["This date is in the future. Please check the year."]
    if value < OLDEST:
        return ["This date is a long time ago. Please check the year."]
    return []
