"""What is offered under a slug right now, and everything that decides over it, in three queries.

The first is all that is read when an answer is given again: it names the version of the diary.
It is read before the rows, never after: an answer may be newer than its version, never older.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from weakref import WeakSet
from zoneinfo import ZoneInfo

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection
from django.db.models import F, Min, OuterRef, Subquery

from accounts.models import Practice
from booking.availability import WeeklyHours, bookable_range, open_starts, unchanged_until
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

CURRENT = """
    SELECT offered.id,
        (SELECT time_zone FROM accounts_practice WHERE id = 1),
        (SELECT version FROM booking_diaryversion WHERE practitioner_id = offered.practitioner_id)
    FROM booking_sessiontype AS offered
    WHERE offered.slug = %s AND offered.is_active
"""
"""By hand: the ORM takes several times as long to write it as the database takes to answer."""
PREPARE = f"PREPARE current_offer (text) AS {CURRENT % '$1'}"
_prepared: WeakSet[Any] = WeakSet()
"""PostgreSQL's connections that know the query: planning it takes twice as long as running it."""
TYPE_FIELDS = [field.attname for field in SessionType._meta.concrete_fields]
PRACTITIONER_FIELDS = ["id", "daily_cap", "weekly_cap", "travel_minutes"]


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
    row = _row_of(slug)
    if row is None:
        return None
    type_id, zone, version = row
    return Current(type_id, zone or Practice.get().zone.key, version)


def _row_of(slug: str) -> tuple[int, str | None, str | None] | None:
    """Asked at once: Django would ask first whether the connection is alive, each time.

    Where it is not, it is opened anew and asked once more; reading twice does no harm.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _ask(slug)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _ask(slug)


def _ask(slug: str) -> tuple[int, str | None, str | None] | None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _prepare(connection.connection)
            cursor.execute("EXECUTE current_offer (%s)", [slug])
        else:
            cursor.execute(CURRENT, [slug])
        row: tuple[int, str | None, str | None] | None = cursor.fetchone()
    return row


def _prepare(server: Any) -> None:
    """Once a connection, beside Django, which knows no prepared queries."""
    if server not in _prepared:
        server.execute(PREPARE)
        _prepared.add(server)


def open_times(current: Current, start: datetime, end: datetime, now: datetime) -> OpenTimes | None:
    """Two queries. None when the type has gone meanwhile."""
    offer = _load(current.type_id)
    if offer is None:
        return None
    session_type, zone = offer.session_type, ZoneInfo(current.zone)
    terms = terms_of(session_type, shortest_block=offer.shortest_block)
    low, high = bookable_range(zone, terms, seconds(now))
    low, high = max(low, seconds(start)), min(high, seconds(end))
    found: set[int] = set()
    lapses: list[datetime] = []
    if low < high:
        rows = read_intervals(session_type.practitioner_id, bounds(terms, zone, (low, high)), now)
        diary = diary_of(session_type, zone, offer.weekly, rows)
        lapses = [row.held_until for row in rows if row.held_until and row.held_until > now]
        for place in session_type.places:
            found.update(
                open_starts(diary, terms, place=place, now=seconds(now), start=low, end=high)
            )
    starts = sorted(found)
    last = unchanged_until(zone, terms, seconds(now), starts)
    until = min([instant(last) + timedelta.resolution, *lapses])
    return OpenTimes(starts, terms.length, until)


def _load(type_id: int) -> Offer | None:
    """The type, what it needs of its practitioner, and her weekly hours, in one query."""
    others = SessionType.objects.filter(
        practitioner_id=OuterRef("practitioner_id"), is_active=True
    ).order_by()
    block = F("minutes") + F("buffer_before_minutes") + F("buffer_after_minutes")
    shortest = others.values("practitioner_id").values(shortest=Min(block))
    rows = list(
        SessionType.objects.filter(pk=type_id)
        .order_by()
        .annotate(shortest_block=Subquery(shortest))
        .values_list(
            *TYPE_FIELDS,
            *(f"practitioner__{name}" for name in PRACTITIONER_FIELDS),
            "shortest_block",
            *(f"practitioner__availability_rules__{name}" for name in RuleRow._fields),
        )
    )
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
