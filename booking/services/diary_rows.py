"""What decides over a practitioner's open times, read in three bounded queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import CharField, Value

from booking.availability import Diary, ExtraTime, Session, Terms, WeeklyHours
from booking.intervals import Interval
from booking.models import (
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
KEPT_FOR_UNDO = "undo:"
"""The holder of a time that was given up and may still be taken back begins with this."""
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Overlook:
    """What does not count as taken: a visitor's own holds, or the appointment being moved."""

    holder: str = ""
    appointment_id: int | None = None

    def covers(self, row: "BusyRow") -> bool:
        """Whether this row is overlooked."""
        own_hold = bool(self.holder) and row.holder == self.holder and row.status == Status.HELD
        return own_hold or row.id == self.appointment_id


NOTHING = Overlook()


class BusyRow(NamedTuple):
    """The columns of an appointment that availability needs."""

    id: int
    status: str
    session_type_id: int
    place: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_until: datetime
    holder: str

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


class ExceptionRow(NamedTuple):
    """The columns of time off, extra time, or busy time of another calendar."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    place: str


def load_diary(
    session_type: SessionType,
    terms: Terms,
    zone: ZoneInfo,
    span: Interval,
    now: datetime,
    overlook: Overlook = NOTHING,
) -> Diary:
    """Everything that decides over starts in `span`: whole local days or weeks for the caps."""
    start, end = _bounds(terms, zone, span)
    exceptions = _exceptions(session_type.practitioner_id, start, end)
    taken = _taken(session_type.practitioner_id, start, end, now, overlook)
    counted = [row for row in taken if row.counts]
    return Diary(
        zone=zone,
        weekly=_weekly(session_type.practitioner_id),
        extra=[ExtraTime(*_span(row), row.place) for row in _of(exceptions, ExceptionKind.EXTRA)],
        closed=[_span(row) for row in _of(exceptions, ExceptionKind.CLOSED)],
        elsewhere=[_span(row) for row in _of(exceptions, ELSEWHERE)],
        busy=[(_second(row.blocked_from), _second(row.blocked_until)) for row in taken],
        sessions=[
            Session(_second(row.starts_at), _second(row.ends_at), row.place) for row in taken
        ],
        counted=[
            _second(row.starts_at) for row in counted if row.session_type_id == session_type.pk
        ],
        counted_in_all=[_second(row.starts_at) for row in counted],
    )


def _bounds(terms: Terms, zone: ZoneInfo, span: Interval) -> tuple[datetime, datetime]:
    first, last = local_date(zone, span[0]), local_date(zone, span[1])
    if terms.weekly_cap is not None or terms.weekly_cap_in_all is not None:
        first, last = monday_of(first), monday_of(last) + timedelta(days=6)
    margin = terms.reach + terms.length + max(terms.travel, terms.before, terms.after)
    return (
        instant(day_start(zone, first) - margin),
        instant(day_interval(zone, last)[1] + margin),
    )


def _weekly(practitioner_id: int) -> list[WeeklyHours]:
    """All of them: they are few, and each knows the days on which it holds."""
    rows = AvailabilityRule.objects.filter(practitioner_id=practitioner_id).order_by()
    return [_hours(RuleRow(*row)) for row in rows.values_list(*RuleRow._fields)]


def _hours(row: RuleRow) -> WeeklyHours:
    return WeeklyHours(
        weekday=row.weekday,
        opens=_minutes(row.starts),
        closes=24 * 60 if row.ends >= END_OF_DAY else _minutes(row.ends),
        place=row.place,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        alternates_from=row.alternates_from,
    )


def _exceptions(practitioner_id: int, start: datetime, end: datetime) -> list[ExceptionRow]:
    """Of the practice's own calendar and of the others, in one query."""
    within = {"practitioner_id": practitioner_id, "ends_at__gt": start, "starts_at__lt": end}
    own = AvailabilityException.objects.filter(**within).order_by()
    others = (
        ExternalBusy.objects.filter(**within)
        .annotate(
            kind=Value(ELSEWHERE, output_field=CharField()),
            place=Value("", output_field=CharField()),
        )
        .order_by()
    )
    columns = ExceptionRow._fields
    rows = own.values_list(*columns).union(others.values_list(*columns), all=True)
    return [ExceptionRow(*row) for row in rows]


def _of(rows: Sequence[ExceptionRow], kind: str) -> list[ExceptionRow]:
    return [row for row in rows if row.kind == kind]


def _taken(
    practitioner_id: int, start: datetime, end: datetime, now: datetime, overlook: Overlook
) -> list[BusyRow]:
    rows = Appointment.objects.taking_time(practitioner_id, start, end, now).order_by()
    busy = (BusyRow(*row) for row in rows.values_list(*BusyRow._fields))
    return [row for row in busy if not overlook.covers(row)]


def _span(row: ExceptionRow) -> Interval:
    return _second(row.starts_at), _second(row.ends_at)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def instant(second: int) -> datetime:
    """The aware UTC datetime of a second."""
    return datetime.fromtimestamp(second, UTC)
