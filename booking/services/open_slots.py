"""Open times of a session type: read the practitioner's diary once, ask `booking.availability`.

List, hold, confirm, move and the therapist's own bookings all pass through here, so what is
listed can be booked and what is not listed is refused, with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.availability import (
    Diary,
    ExtraTime,
    Reason,
    Terms,
    WeeklyHours,
    bookable_range,
    open_starts,
    why_not,
)
from booking.intervals import Interval
from booking.models import (
    LONGEST_HORIZON_DAYS,
    Appointment,
    AvailabilityException,
    AvailabilityRule,
    ExceptionKind,
    Place,
    SessionType,
)
from booking.states import Status
from booking.wall_clock import day_interval, local_date

END_OF_DAY = time(23, 59)
"""Hours that end here end at midnight: a clock has no 24:00."""


class NotOpen(Exception):
    """The time can't be had; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class SlotTaken(NotOpen):
    """Somebody else has it."""

    def __init__(self) -> None:
        super().__init__(Reason.TAKEN)


class Slot(NamedTuple):
    """A time that can be booked, and the ways to meet that it allows."""

    starts_at: datetime
    ends_at: datetime
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Overlook:
    """What does not count as taken: a visitor's own holds, or the appointment being moved."""

    holder: str = ""
    appointment_id: int | None = None

    def covers(self, row: "BusyRow") -> bool:
        """Whether this row is overlooked."""
        own_hold = bool(self.holder) and row.holder == self.holder and row.status == Status.HELD
        return own_hold or row.id == self.appointment_id


class BusyRow(NamedTuple):
    """The columns of an appointment that availability needs."""

    id: int
    status: str
    session_type_id: int
    starts_at: datetime
    blocked_from: datetime
    blocked_until: datetime
    holder: str


class RuleRow(NamedTuple):
    """The columns of a weekly window."""

    weekday: int
    starts: time
    ends: time
    place: str
    valid_from: date | None
    valid_until: date | None


class ExceptionRow(NamedTuple):
    """The columns of time off or extra time."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    place: str


NOTHING = Overlook()


def open_slots(
    *,
    session_type: SessionType,
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    now: datetime,
    place: str = "",
    overlook: Overlook = NOTHING,
    terms: Terms | None = None,
) -> list[Slot]:
    """Open times that begin in [start, end); `place` empty: any of the type's ways to meet."""
    terms = terms or terms_of(session_type)
    length = timedelta(seconds=terms.length)
    found = open_seconds(session_type, terms, zone, start, end, now, place, overlook)
    return [
        Slot(starts_at := instant(second), starts_at + length, tuple(places))
        for second, places in found.items()
    ]


def open_seconds(
    session_type: SessionType,
    terms: Terms,
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    now: datetime,
    place: str = "",
    overlook: Overlook = NOTHING,
) -> dict[int, list[Place]]:
    """The same as bare seconds since 1970, ascending, each with its ways to meet.

    Three queries, whatever the length of the history.
    """
    low, high = bookable_range(zone, terms, seconds(now))
    low, high = max(low, seconds(start)), min(high, seconds(end))
    if low >= high:
        return {}
    diary = load_diary(session_type, terms, zone, (low, high), now, overlook)
    found: dict[int, list[Place]] = {}
    for one in session_type.places:
        if place in ("", one):
            starts = open_starts(diary, terms, place=one, now=seconds(now), start=low, end=high)
            for second in starts:
                found.setdefault(second, []).append(one)
    return dict(sorted(found.items()))


def check_open(
    *,
    session_type: SessionType,
    zone: ZoneInfo,
    starts_at: datetime,
    place: str,
    now: datetime,
    overlook: Overlook = NOTHING,
    terms: Terms | None = None,
) -> None:
    """Raise NotOpen (SlotTaken when it is taken) unless the list would hold this very time."""
    terms = terms or terms_of(session_type)
    start = int(starts_at.timestamp())
    if place not in session_type.places:
        raise NotOpen(Reason.OUTSIDE_HOURS)
    if starts_at.microsecond:
        raise NotOpen(Reason.OFF_GRID)
    diary = load_diary(session_type, terms, zone, (start, start + 1), now, overlook)
    reason = why_not(diary, terms, place=place, now=seconds(now), start=start)
    if reason == Reason.TAKEN:
        raise SlotTaken
    if reason:
        raise NotOpen(reason)


def nearest_open(slots: Sequence[Slot], wanted: datetime, count: int = 4) -> list[Slot]:
    """Those closest to a time that could not be had, in the order of the clock."""
    closest = sorted(slots, key=lambda slot: abs(slot.starts_at - wanted))[:count]
    return sorted(closest)


def terms_of(session_type: SessionType) -> Terms:
    """What a visitor's or client's booking of this type has to respect."""
    return Terms(
        length=session_type.minutes * 60,
        before=session_type.buffer_before_minutes * 60,
        after=session_type.buffer_after_minutes * 60,
        grid=session_type.grid_minutes * 60,
        notice=session_type.notice_hours * 3600,
        horizon_days=session_type.horizon_days,
        daily_cap=session_type.daily_cap,
    )


def therapist_terms(session_type: SessionType) -> Terms:
    """The therapist may book at once, far ahead and over her cap, but not over anything else."""
    return _waived(terms_of(session_type))


def move_terms(appointment: Appointment, *, by_therapist: bool) -> Terms:
    """An appointment moves with the length and the buffers that it was agreed with."""
    terms = replace(
        terms_of(appointment.session_type),
        length=_whole(appointment.ends_at - appointment.starts_at),
        before=_whole(appointment.starts_at - appointment.blocked_from),
        after=_whole(appointment.blocked_until - appointment.ends_at),
    )
    return _waived(terms) if by_therapist else terms


def _waived(terms: Terms) -> Terms:
    return replace(
        terms,
        grid=300,
        notice=0,
        horizon_days=LONGEST_HORIZON_DAYS,
        daily_cap=None,
    )


def _whole(span: timedelta) -> int:
    return int(span.total_seconds())


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970, rounded up: a notice of two hours is never a moment less."""
    return -int(-moment.timestamp() // 1)


def load_diary(
    session_type: SessionType,
    terms: Terms,
    zone: ZoneInfo,
    span: Interval,
    now: datetime,
    overlook: Overlook = NOTHING,
) -> Diary:
    """Everything that decides over starts in `span`, whole local days for the daily cap."""
    first = day_interval(zone, local_date(zone, span[0]))[0] - terms.before
    last = day_interval(zone, local_date(zone, span[1]))[1] + terms.length + terms.after
    start, end = instant(first), instant(last)
    exceptions = _exceptions(session_type.practitioner_id, start, end)
    taken = _taken(session_type.practitioner_id, start, end, now, overlook)
    return Diary(
        zone=zone,
        weekly=_weekly(session_type.practitioner_id),
        extra=[ExtraTime(*_span(row), row.place) for row in exceptions if _is_extra(row)],
        closed=[_span(row) for row in exceptions if not _is_extra(row)],
        busy=[(_second(row.blocked_from), _second(row.blocked_until)) for row in taken],
        counted=[_second(row.starts_at) for row in taken if row.session_type_id == session_type.pk],
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
    )


def _exceptions(practitioner_id: int, start: datetime, end: datetime) -> list[ExceptionRow]:
    rows = AvailabilityException.objects.filter(
        practitioner_id=practitioner_id, ends_at__gt=start, starts_at__lt=end
    ).order_by()
    return [ExceptionRow(*row) for row in rows.values_list(*ExceptionRow._fields)]


def _taken(
    practitioner_id: int, start: datetime, end: datetime, now: datetime, overlook: Overlook
) -> list[BusyRow]:
    rows = Appointment.objects.taking_time(practitioner_id, start, end, now).order_by()
    busy = (BusyRow(*row) for row in rows.values_list(*BusyRow._fields))
    return [row for row in busy if not overlook.covers(row)]


def _is_extra(row: ExceptionRow) -> bool:
    return row.kind == ExceptionKind.EXTRA


def _span(row: ExceptionRow) -> Interval:
    return _second(row.starts_at), _second(row.ends_at)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def instant(second: int) -> datetime:
    """The aware UTC datetime of a second."""
    return datetime.fromtimestamp(second, UTC)
