"""FHIR's date, dateTime, time, decimal and Quantity, to and from plain Python."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from intake.fhir.elements import Raw, as_decimal, as_text
from intake.fhir.questionnaire import PartialDate

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?", re.ASCII)


def read_date(value: Any) -> date | PartialDate | None:
    """YYYY, YYYY-MM or YYYY-MM-DD; None for anything else."""
    match = _DATE.fullmatch(as_text(value))
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        whole = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return whole if day else PartialDate(whole.year, month)


def read_datetime(value: Any) -> datetime | date | PartialDate | None:
    """With its offset; one without (as some files have) is taken as UTC."""
    text = as_text(value)
    if "T" not in text:
        return read_date(text)
    if len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_time(value: Any) -> time | None:
    match = _TIME.fullmatch(as_text(value))
    if not match:
        return None
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        return None


def first_day(value: date | PartialDate) -> date:
    """The day to compare a partial date by."""
    return date(value.year, value.month or 1, 1) if isinstance(value, PartialDate) else value


def read_number(quantity: Raw) -> Decimal | None:
    return as_decimal(quantity.get("value"))
