"""What decides over a practitioner's open times, read in two bounded queries."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, CharField, DateTimeField, F, Value
from django.db.models.functions import Cast

from booking.availability import Diary, ExtraTime, Session, Terms, WeeklyHours
from booking.intervals import Interval
from booking.models import (
    KEPT_FOR_UNDO,
    Appointment,
    AvailabilityException,
    AvailabilityRule,
    ExceptionKind,
    ExternalBusy,
    SessionType,
)
from booking.states import Status
from booking.wall_clock import day_interval, day_start, local_date, monday_of

END_OF_DAY = time(23, 59)
"""Hours that end here end at midnight: a clock has no 24:00."""
ELSEWHERE, CLOSED, EXTRA = "elsewhere", ExceptionKind.CLOSED, ExceptionKind.EXTRA
NO_APPOINTMENT = frozenset({ELSEWHERE, str(CLOSED), str(EXTRA)})


@dataclass(frozen=True, slots=True)
class Overlook:
    """What does not count as taken: a visitor's own holds, or what is being moved."""

    holder: str = ""
    appointment_id: int | None = None
    moving: Set[int] = frozenset()  # ids of appointments that move together

    def covers(self, row: "BusyRow") -> bool:
        """Whether this row is overlooked."""
        own_hold = bool(self.holder) and row.holder == self.holder and row.status == Status.HELD
        return own_hold or row.id == self.appointment_id or row.id in self.moving


NOTHING = Overlook()


class BusyRow(NamedTuple):
    """An interval of the diary: an appointment, time off, extra time, another calendar's."""

    id: int
    status: str  # an appointment's status, an exception's kind, or ELSEWHERE
    session_type_id: int
    place: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_until: datetime
    holder: str
    held_until: datetime | None

    @property
    def session(self) -> Interval:
        """Without buffers."""
        return _second(self.starts_at), _second(self.ends_at)

    @property
    def counts(self) -> bool:
        """A time kept for undo is blocked, but the session it was kept for is called off."""
        return not self.holder.startswith(KEPT_FOR_UNDO)


class RuleRow(NamedTuple):
    """The columns of a weekly window."""

    weekday: int
    starts: time
    ends: time
    place: str
    valid_from: date | None
    valid_until: date | None
    alternates_from: date | None


def load_diary(
    session_type: SessionType,
    terms: Terms,
    zone: ZoneInfo,
    span: Interval,
    now: datetime,
    overlook: Overlook = NOTHING,
) -> Diary:
    """Everything that decides over starts in `span`: whole local days or weeks for the caps.

    Two queries: the weekly hours, and every interval of the span.
    """
    rows = read_intervals(session_type.practitioner_id, bounds(terms, zone, span), now)
    return diary_of(session_type, zone, read_weekly(session_type.practitioner_id), rows, overlook)


def diary_of(
    session_type: SessionType,
    zone: ZoneInfo,
    weekly: Sequence[WeeklyHours],
    rows: Sequence[BusyRow],
    overlook: Overlook = NOTHING,
) -> Diary:
    """The diary as it counts for one type and whoever asks."""
    taken = [row for row in rows if row.status not in NO_APPOINTMENT and not overlook.covers(row)]
    counted = [row for row in taken if row.counts]
    of_type = (row for row in counted if row.session_type_id == session_type.pk)
    return Diary(
        zone=zone,
        weekly=weekly,
        extra=[ExtraTime(*row.session, row.place) for row in rows if row.status == EXTRA],
        closed=[row.session for row in rows if row.status == CLOSED],
        elsewhere=[row.session for row in rows if row.status == ELSEWHERE],
        busy=[(_second(row.blocked_from), _second(row.blocked_until)) for row in taken],
        sessions=[Session(*row.session, row.place) for row in taken],
        counted=[_second(row.starts_at) for row in of_type],
        counted_in_all=[_second(row.starts_at) for row in counted],
    )


def bounds(terms: Terms, zone: ZoneInfo, span: Interval) -> tuple[datetime, datetime]:
    """Between which moments rows can decide over starts in `span`."""
    first, last = local_date(zone, span[0]), local_date(zone, span[1])
    if terms.weekly_cap is not None or terms.weekly_cap_in_all is not None:
        first, last = monday_of(first), monday_of(last) + timedelta(days=6)
    margin = terms.reach + terms.length + max(terms.travel, terms.before, terms.after)
    return (
        instant(day_start(zone, first) - margin),
        instant(day_interval(zone, last)[1] + margin),
    )


def read_weekly(practitioner_id: int) -> list[WeeklyHours]:
    """All of them: they are few, and each knows the days on which it holds."""
    rows = AvailabilityRule.objects.filter(practitioner_id=practitioner_id).order_by()
    return [hours_of(RuleRow(*row)) for row in rows.values_list(*RuleRow._fields)]


def hours_of(row: RuleRow) -> WeeklyHours:
    """A row as the core knows it."""
    return WeeklyHours(
        weekday=row.weekday,
        opens=_minutes(row.starts),
        closes=24 * 60 if row.ends >= END_OF_DAY else _minutes(row.ends),
        place=row.place,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        alternates_from=row.alternates_from,
    )


def read_intervals(
    practitioner_id: int, bounds: tuple[datetime, datetime], now: datetime
) -> list[BusyRow]:
    """Appointments, exceptions and busy times of other calendars between two moments."""
    start, end = bounds
    within = {"practitioner_id": practitioner_id, "ends_at__gt": start, "starts_at__lt": end}
    taken = Appointment.objects.taking_time(practitioner_id, start, end, now)
    exceptions = AvailabilityException.objects.filter(**within).annotate(
        status=F("kind"), **_as_busy()
    )
    elsewhere = ExternalBusy.objects.filter(**within).annotate(
        status=_text(ELSEWHERE), place=_text(""), **_as_busy()
    )
    first, *others = (
        rows.order_by().values_list(*BusyRow._fields) for rows in (taken, exceptions, elsewhere)
    )
    return [BusyRow(*row) for row in first.union(*others, all=True)]


def _as_busy() -> dict[str, Any]:
    """The columns that only an appointment has."""
    return {
        "session_type_id": Value(0, output_field=BigIntegerField()),
        "blocked_from": F("starts_at"),
        "blocked_until": F("ends_at"),
        "holder": _text(""),
        "held_until": Cast(Value(None), DateTimeField()),
    }


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def instant(second: int) -> datetime:
    """The aware UTC datetime of a second."""
    return datetime.fromtimestamp(second, UTC)
