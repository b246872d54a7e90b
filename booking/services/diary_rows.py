"""What decides over a practitioner's open times, read in two bounded queries."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.models import Practice
from booking.availability import Diary, ExtraTime, Session, Terms, WeeklyHours
from booking.intervals import Interval
from booking.models import KEPT_FOR_UNDO, LONGEST_BLOCK, ExceptionKind, SessionType
from booking.states import LIVE, Status
from booking.wall_clock import day_interval, day_start, local_date, monday_of
from booking.weekly_windows import closing, minutes
from portal.shared.prepared import Prepared

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
    """An interval of the diary: an appointment, time off, extra time, another calendar's.

    Moments are whole seconds since 1970.
    """

    id: int
    status: str  # an appointment's status, an exception's kind, or ELSEWHERE
    session_type_id: int
    place: str
    start: int
    end: int
    blocked_from: int
    blocked_until: int
    holder: str
    held_until: int | None  # of a hold alone

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


ZONE = Prepared("practice_zone", "SELECT time_zone FROM accounts_practice WHERE id = 1")
RULES = Prepared(
    "weekly_hours",
    """
    SELECT weekday, starts, ends, place, valid_from, valid_until, alternates_from
    FROM booking_availabilityrule WHERE practitioner_id = $1
    """,
)
# Appointments as `AppointmentQuerySet.taking_time` finds them; each part meets one index.
INTERVALS = Prepared(
    "diary_intervals",
    f"""
    SELECT id, status, session_type_id, place, SECOND(starts_at), SECOND(ends_at),
        SECOND(blocked_from), SECOND(blocked_until), holder,
        CASE WHEN status = '{Status.HELD}' THEN SECOND(held_until) END
    FROM booking_appointment
    WHERE practitioner_id = $1 AND blocked_from >= $2 AND blocked_from < $4
        AND blocked_until > $3 AND status IN ({", ".join(f"'{status}'" for status in LIVE)})
        AND NOT (status = '{Status.HELD}' AND held_until <= $5)
    UNION ALL
    SELECT id, kind, 0, place, SECOND(starts_at), SECOND(ends_at),
        SECOND(starts_at), SECOND(ends_at), '', NULL
    FROM booking_availabilityexception
    WHERE practitioner_id = $1 AND ends_at > $3 AND starts_at < $4
    UNION ALL
    SELECT id, '{ELSEWHERE}', 0, '', SECOND(starts_at), SECOND(ends_at),
        SECOND(starts_at), SECOND(ends_at), '', NULL
    FROM booking_externalbusy
    WHERE practitioner_id = $1 AND ends_at > $3 AND starts_at < $4
    """,  # noqa: S608 - statuses, no values
)


def practice_zone() -> ZoneInfo:
    """The zone of every wall clock here, without the rest of the practice."""
    rows = ZONE.rows()
    return ZoneInfo(rows[0][0]) if rows else Practice.get().zone


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
    return Diary(
        zone=zone,
        weekly=weekly,
        extra=[ExtraTime(row.start, row.end, row.place) for row in rows if row.status == EXTRA],
        closed=[(row.start, row.end) for row in rows if row.status == CLOSED],
        elsewhere=[(row.start, row.end) for row in rows if row.status == ELSEWHERE],
        busy=[(row.blocked_from, row.blocked_until) for row in taken],
        sessions=[Session(row.start, row.end, row.place) for row in taken],
        counted=[row.start for row in counted if row.session_type_id == session_type.pk],
        counted_in_all=[row.start for row in counted],
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
    return [hours_of(RuleRow(*row)) for row in RULES.rows(practitioner_id)]


def hours_of(row: RuleRow) -> WeeklyHours:
    """A row as the core knows it."""
    return WeeklyHours(
        weekday=row.weekday,
        opens=minutes(row.starts),
        closes=closing(row.ends),
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
    found = INTERVALS.rows(practitioner_id, start - LONGEST_BLOCK, start, end, now)
    return [BusyRow(*row) for row in found]


def instant(second: int) -> datetime:
    """The aware UTC datetime of a second."""
    return datetime.fromtimestamp(second, UTC)
