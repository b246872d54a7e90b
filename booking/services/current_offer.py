"""What is offered under a slug right now, and everything that decides over it, in three queries.

The first is all that is read when an answer is given again: it names the version of the diary.
It is read before the rows, never after: an answer may be newer than its version, never older.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import DEFAULT_DB_ALIAS

from accounts.models import Practice
from booking.availability import WeeklyHours, bookable_range, open_by_place, unchanged_until
from booking.models import Practitioner, SessionType
from booking.services.diary_rows import (
    RuleRow,
    bounds,
    diary_of,
    hours_of,
    instant,
    read_intervals,
)
from booking.services.open_slots import seconds, terms_of
from portal.shared.prepared import Prepared

TYPE_FIELDS = [
    "id", "practitioner_id", "minutes", "buffer_before_minutes", "buffer_after_minutes",
    "grid_minutes", "is_packed", "by_telehealth", "at_office", "notice_hours", "notice_days",
    "notice_clock", "horizon_days", "open_from", "open_until", "daily_cap", "weekly_cap",
]  # fmt: skip
PRACTITIONER_FIELDS = ["id", "daily_cap", "weekly_cap", "travel_minutes"]
CURRENT = Prepared(
    "current_offer",
    """
    SELECT offered.id,
        (SELECT time_zone FROM accounts_practice WHERE id = 1),
        (SELECT version FROM booking_diaryversion WHERE practitioner_id = offered.practitioner_id)
    FROM booking_sessiontype AS offered
    WHERE offered.slug = $1 AND offered.is_active
    """,
)
OFFER = Prepared(
    "offer_and_hours",
    f"""
    SELECT {", ".join(f"offered.{name}" for name in TYPE_FIELDS)},
        {", ".join(f"person.{name}" for name in PRACTITIONER_FIELDS)},
        (SELECT MIN(minutes + buffer_before_minutes + buffer_after_minutes)
            FROM booking_sessiontype WHERE practitioner_id = person.id AND is_active),
        {", ".join(f"rule.{name}" for name in RuleRow._fields)}
    FROM booking_sessiontype AS offered
    JOIN booking_practitioner AS person ON person.id = offered.practitioner_id
    LEFT JOIN booking_availabilityrule AS rule ON rule.practitioner_id = person.id
    WHERE offered.id = $1
    """,  # noqa: S608 - names of columns, no values
)


class Current(NamedTuple):
    """An offered type; `version` None: nothing was written since versions exist."""

    type_id: int
    zone: str  # the practice's
    version: str | None


class Offer(NamedTuple):
    """A type with its practitioner's hours, and the shortest block that she offers."""

    session_type: SessionType
    shortest_block: int
    weekly: Sequence[WeeklyHours]


@dataclass(frozen=True, slots=True)
class OpenTimes:
    """Starts in seconds, ascending, and the first moment at which time alone changes them."""

    starts: Sequence[int]
    length: int
    until: datetime


def find_current(slug: str) -> Current | None:
    """One query; None when no such type is offered."""
    if "\0" in slug:  # which no text of PostgreSQL can hold
        return None
    for type_id, zone, version in CURRENT.rows(slug):
        return Current(type_id, zone or Practice.get().zone.key, version)
    return None


def open_times(current: Current, start: datetime, end: datetime, now: datetime) -> OpenTimes | None:
    """Two queries. None when the type has gone meanwhile."""
    offer = _load(current.type_id)
    if offer is None:
        return None
    session_type, zone = offer.session_type, ZoneInfo(current.zone)
    terms = terms_of(session_type, shortest_block=offer.shortest_block)
    low, high = bookable_range(zone, terms, seconds(now))
    low, high = max(low, seconds(start)), min(high, seconds(end))
    starts: list[int] = []
    lapses: list[int] = []
    if low < high:
        rows = read_intervals(session_type.practitioner_id, bounds(terms, zone, (low, high)), now)
        diary = diary_of(session_type, zone, offer.weekly, rows)
        lapses = [row.held_until for row in rows if row.held_until is not None]
        by_place = open_by_place(
            diary, terms, session_type.places, now=seconds(now), start=low, end=high
        )
        starts = sorted(set().union(*by_place.values()))
    last = unchanged_until(zone, terms, seconds(now), starts)
    until = min([instant(last) + timedelta.resolution, *map(instant, lapses)])
    return OpenTimes(starts, terms.length, until)


def _load(type_id: int) -> Offer | None:
    """The type, what it needs of its practitioner, and her weekly hours, in one query."""
    rows = OFFER.rows(type_id)
    return _offer(rows) if rows else None


def _offer(rows: Sequence[Sequence[Any]]) -> Offer:
    types, people = len(TYPE_FIELDS), len(TYPE_FIELDS) + len(PRACTITIONER_FIELDS)
    first = rows[0]
    session_type = SessionType.from_db(DEFAULT_DB_ALIAS, TYPE_FIELDS, first[:types])
    session_type.practitioner = Practitioner.from_db(
        DEFAULT_DB_ALIAS, PRACTITIONER_FIELDS, first[types:people]
    )
    rules = [row[people + 1 :] for row in rows]
    weekly = [hours_of(RuleRow(*rule)) for rule in rules if rule[0] is not None]
    return Offer(session_type, (first[people] or 0) * 60, weekly)
