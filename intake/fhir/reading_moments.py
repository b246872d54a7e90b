"""Dates and times as people type them; what is none stays the text that was typed."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from intake.fhir.questionnaire import PartialDate, Value
from intake.fhir.wording import MONTHS

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"(\d{4})")
_MONTH_LAST = re.compile(r"(\d{4})[-/.](\d{1,2})")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})")
_MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})\.?,? (\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?([ap])\.?m\.?", re.IGNORECASE)
SKIPPED = "!"  # behind a time that the clocks skip on that day


def read_date(text: str, *, may_be_partial: bool) -> date | PartialDate | str:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        return _read_partial(text) if may_be_partial else text
    except ValueError:
        return text


def _read_partial(text: str) -> PartialDate | str:
    """`2019`, `2019-05`, `05/2019` or `May 2019`. Raises ValueError for what does not exist."""
    if match := _YEAR.fullmatch(text):
        return _partial(match[1])
    if match := _MONTH_LAST.fullmatch(text):
        return _partial(match[1], int(match[2]))
    if match := _MONTH_FIRST.fullmatch(text):
        return _partial(match[2], int(match[1]))
    if match := _MONTH_NAMED.fullmatch(text):
        named = [month for month in MONTHS if month.lower().startswith(match[1].lower())]
        return _partial(match[2], MONTHS.index(named[0]) + 1) if named else text
    return text


def _partial(year: str, month: int | None = None) -> PartialDate:
    return PartialDate(date(int(year), month or 1, 1).year, month)


def read_time(text: str) -> time | str:
    """`14:30`, as a browser's control gives it, or `2:30 pm`."""
    match = _CLOCK.fullmatch(text)
    try:
        if match:
            hour, minute, second = (int(part or 0) for part in match.groups()[:3])
            if not 1 <= hour <= 12:
                return text
            return time(hour % 12 + 12 * (match[4].lower() == "p"), minute, second)
        return time.fromisoformat(text).replace(microsecond=0, tzinfo=None) if text else ""
    except ValueError:
        return text


def read_datetime(day: str, clock: str, zone: tzinfo, *, may_be_partial: bool) -> Value:
    """On the clock of `zone`. A day alone is a FHIR dateTime as well.

    In the hour that a day has twice it is the first one. A time that the clocks skip stays text.
    """
    on, at = read_date(day, may_be_partial=may_be_partial), read_time(clock)
    if at == "" and not isinstance(on, str):
        return on
    if not isinstance(on, date) or not isinstance(at, time):
        return f"{day}\n{clock}"
    try:
        moment = datetime.combine(on, at, zone)
        there_and_back = moment.astimezone(UTC).astimezone(zone)
    except OverflowError:
        return f"{day}\n{clock}"
    if there_and_back.time() != at:
        return f"{day}\n{clock}{SKIPPED}"
    offset = moment.utcoffset() or timedelta()
    if offset.seconds % 60:  # before there were time zones
        return f"{day}\n{clock}"
    # With its bare offset it equals what comes back from the database, in the double hour too.
    return moment.replace(tzinfo=timezone(offset))
