"""The therapist's diary of some days: appointments, time off, extra time, busy elsewhere, hours."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.intervals import merged
from booking.models import (
    KEPT_FOR_UNDO,
    Appointment,
    AvailabilityException,
    ExternalBusy,
    Practitioner,
)
from booking.services.diary_rows import read_weekly
from booking.states import Status
from booking.wall_clock import day_interval

SHOWN = (
    Status.HELD,
    Status.REQUESTED,
    Status.CONFIRMED,
    Status.COMPLETED,
    Status.NO_SHOW,
    Status.LATE_CANCELLED,
)
SHORTEST_GAP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time without anything of its own: busy elsewhere, or free."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Whole ones."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a day; exactly one of the four is set."""

    starts_at: datetime
    ends_at: datetime
    appointment: Appointment | None = None
    exception: AvailabilityException | None = None
    busy: Span | None = None
    gap: Span | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Everything between two moments, each kind in the order of its beginnings."""

    appointments: list[Appointment]
    exceptions: list[AvailabilityException]
    busy: list[Span]


@dataclass(frozen=True, slots=True)
class Window:
    """Open hours of one day on the wall clock, in minutes after midnight, up to 1440."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: what is in it, and the weekly hours that it would have."""

    on: date
    appointments: list[Appointment]
    exceptions: list[AvailabilityException]
    busy: list[Span]
    hours: list[Window]

    @property
    def entries(self) -> list[Entry]:
        """All that is in it, as one list in the order of the clock."""
        return in_order(
            *(Entry(one.starts_at, one.ends_at, appointment=one) for one in self.appointments),
            *(Entry(one.starts_at, one.ends_at, exception=one) for one in self.exceptions),
            *(Entry(one.starts_at, one.ends_at, busy=one) for one in self.busy),
        )


def in_order(*entries: Entry) -> list[Entry]:
    """By their beginnings; what lasts longer comes first."""
    return sorted(entries, key=lambda one: (one.starts_at, -one.ends_at.timestamp()))


def between(
    *, practitioner: Practitioner, begins: datetime, ends: datetime, now: datetime
) -> Stretch:
    """What lies in `[begins, ends)`. Three queries, whatever its length."""
    exceptions = practitioner.availability_exceptions.filter(ends_at__gt=begins, starts_at__lt=ends)
    return Stretch(
        appointments=_appointments(practitioner, begins, ends, now),
        exceptions=list(exceptions),
        busy=_busy(practitioner, begins, ends),
    )


def days(
    *, practitioner: Practitioner, first: date, count: int, zone: ZoneInfo, now: datetime
) -> list[Day]:
    """`count` local days from `first`. Four queries, whatever the number of days."""
    begins, ends = bounds(zone, first, count)
    found = between(practitioner=practitioner, begins=begins, ends=ends, now=now)
    by_day = defaultdict(list)
    for one in found.appointments:
        by_day[one.starts_at.astimezone(zone).date()].append(one)
    windows = open_hours(practitioner, [first + timedelta(days=n) for n in range(count)])
    return [
        Day(
            on=day,
            appointments=by_day[day],
            exceptions=[one for one in found.exceptions if _touches(one, day, zone)],
            busy=[one for one in found.busy if _touches(one, day, zone)],
            hours=hours,
        )
        for day, hours in windows.items()
    ]


def bounds(zone: ZoneInfo, first: date, count: int) -> tuple[datetime, datetime]:
    """From the midnight of `first` to the midnight after `count` local days."""
    start = day_interval(zone, first)[0]
    end = day_interval(zone, first + timedelta(days=count - 1))[1]
    return datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)


def open_hours(practitioner: Practitioner, dates: Iterable[date]) -> dict[date, list[Window]]:
    """The weekly hours of each of these days, one way to meet laid over the other."""
    rules = read_weekly(practitioner.pk)
    return {
        day: [
            Window(*pair)
            for pair in merged((one.opens, one.closes) for one in rules if one.holds_on(day))
        ]
        for day in dates
    }


def _appointments(
    practitioner: Practitioner, begins: datetime, ends: datetime, now: datetime
) -> list[Appointment]:
    rows = (
        Appointment.objects.filter(
            practitioner=practitioner, status__in=SHOWN, starts_at__lt=ends, ends_at__gt=begins
        )
        .beginning_between(begins, ends)
        .select_related("client__user", "session_type", "series")
        .order_by("starts_at")
    )
    return [row for row in rows if not _is_over_or_kept(row, now)]


def _is_over_or_kept(row: Appointment, now: datetime) -> bool:
    """A hold that has lapsed, or one that keeps a time in case a change is taken back."""
    if row.status != Status.HELD:
        return False
    lapsed = row.held_until is not None and row.held_until <= now
    return lapsed or row.holder.startswith(KEPT_FOR_UNDO)


def _busy(practitioner: Practitioner, begins: datetime, ends: datetime) -> list[Span]:
    """Joined: two calendars may know of the same event, and nobody needs to see how many."""
    rows = ExternalBusy.objects.filter(
        practitioner=practitioner, ends_at__gt=begins, starts_at__lt=ends
    ).values_list("starts_at", "ends_at")
    zone = begins.tzinfo
    return [
        Span(datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone))
        for start, end in merged((int(a.timestamp()), int(b.timestamp())) for a, b in rows)
    ]


def _touches(one: AvailabilityException | Span, day: date, zone: ZoneInfo) -> bool:
    midnight = datetime.combine(day, time(), zone)
    return one.starts_at < midnight + timedelta(days=1) and one.ends_at > midnight


def with_gaps(entries: list[Entry]) -> list[Entry]:
    """The same with the free time between them, where there is enough of it to use."""
    result: list[Entry] = []
    for entry in entries:
        ends = max((one.ends_at for one in result), default=entry.starts_at)
        if entry.starts_at - ends >= SHORTEST_GAP:
            result.append(Entry(ends, entry.starts_at, gap=Span(ends, entry.starts_at)))
        result.append(entry)
    return result
