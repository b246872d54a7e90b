"""The therapist's diary of some days: appointments, time off, extra time, open hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.models import (
    Appointment,
    AvailabilityException,
    AvailabilityRule,
    Practitioner,
)
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


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: what is in it, and the weekly hours that it would have."""

    on: date
    appointments: list[Appointment]
    exceptions: list[AvailabilityException]
    hours: list[AvailabilityRule]


def days(
    *, practitioner: Practitioner, first: date, count: int, zone: ZoneInfo, now: datetime
) -> list[Day]:
    """`count` local days from `first`. Three queries, whatever the number of days."""
    dates = [first + timedelta(days=n) for n in range(count)]
    start, end = day_interval(zone, dates[0])[0], day_interval(zone, dates[-1])[1]
    begins, ends = datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)
    appointments = _appointments(practitioner, begins, ends, now)
    exceptions = list(
        practitioner.availability_exceptions.filter(ends_at__gt=begins, starts_at__lt=ends)
    )
    rules = list(practitioner.availability_rules.all())
    return [
        Day(
            on=day,
            appointments=[one for one in appointments if _on(one.starts_at, zone) == day],
            exceptions=[one for one in exceptions if _touches(one, day, zone)],
            hours=[rule for rule in rules if _holds(rule, day)],
        )
        for day in dates
    ]


def _appointments(
    practitioner: Practitioner, begins: datetime, ends: datetime, now: datetime
) -> list[Appointment]:
    rows = (
        Appointment.objects.filter(
            practitioner=practitioner, status__in=SHOWN, starts_at__gte=begins, starts_at__lt=ends
        )
        .beginning_between(begins, ends)
        .select_related("client__user", "session_type")
        .order_by("starts_at")
    )
    return [row for row in rows if not _is_lapsed(row, now)]


def _is_lapsed(row: Appointment, now: datetime) -> bool:
    return row.status == Status.HELD and row.held_until is not None and row.held_until <= now


def _on(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _touches(one: AvailabilityException, day: date, zone: ZoneInfo) -> bool:
    midnight = datetime.combine(day, time(), zone)
    return one.starts_at < midnight + timedelta(days=1) and one.ends_at > midnight


def _holds(rule: AvailabilityRule, day: date) -> bool:
    return (
        rule.weekday == day.weekday()
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_until is None or day <= rule.valid_until)
    )
