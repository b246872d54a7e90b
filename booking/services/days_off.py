"""The days on which the practice is closed, and the public holidays on which it might be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from booking import public_holidays
from booking.intervals import contains, merged
from booking.models import Appointment, AvailabilityException, ExceptionKind, Practitioner
from booking.public_holidays import PublicHoliday
from booking.services import time_off, weekly_hours
from booking.states import Status
from booking.wall_clock import day_interval, day_start
from portal.shared.request import Source

NOBODY = Source()


class NotSuggested(Exception):
    """The day is no public holiday of the coming twelve months."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A public holiday: whether it is closed, by which entry alone, and what else is on it."""

    holiday: PublicHoliday
    is_closed: bool
    entry: AvailabilityException | None
    booked: int
    has_hours: bool


def coming(practitioner: Practitioner, now: datetime) -> list[AvailabilityException]:
    """Time off and extra time that is not over, the earliest first."""
    return list(practitioner.availability_exceptions.filter(ends_at__gt=now))


def suggestions(
    *,
    practitioner: Practitioner,
    entries: Sequence[AvailabilityException],
    state: str,
    zone: ZoneInfo,
    now: datetime,
) -> list[Suggestion]:
    """Public holidays of the coming twelve months beside the `coming` entries; two queries."""
    days = public_holidays.coming(now.astimezone(zone).date(), state=state)
    closed = [one for one in entries if one.closes]
    spans = merged((_second(one.starts_at), _second(one.ends_at)) for one in closed)
    alone = {(_second(one.starts_at), _second(one.ends_at)): one for one in closed}
    booked = _booked_by_day(practitioner, zone, now)
    weekly = [window.hours for window in weekly_hours.current(practitioner)]
    return [
        Suggestion(
            holiday=holiday,
            is_closed=contains(spans, *(day := day_interval(zone, holiday.on))),
            entry=alone.get(day),
            booked=booked[holiday.on],
            has_hours=any(hours.holds_on(holiday.on) for hours in weekly),
        )
        for holiday in days
    ]


def close_holiday(
    *,
    practitioner: Practitioner,
    on: date,
    state: str,
    zone: ZoneInfo,
    by: User,
    now: datetime,
    source: Source = NOBODY,
) -> time_off.Change | None:
    """Close one whole day; None when it is closed already. Raises NotSuggested."""
    offered = suggestions(
        practitioner=practitioner,
        entries=coming(practitioner, now),
        state=state,
        zone=zone,
        now=now,
    )
    wanted = next((one for one in offered if one.holiday.on == on), None)
    if wanted is None:
        raise NotSuggested
    if wanted.is_closed:
        return None
    return time_off.add(
        practitioner=practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=_midnight(on, zone),
        ends_at=_midnight(on + timedelta(days=1), zone),
        note=wanted.holiday.name,
        by=by,
        source=source,
        now=now,
    )


def _booked_by_day(practitioner: Practitioner, zone: ZoneInfo, now: datetime) -> Counter[date]:
    starts = Appointment.objects.filter(
        practitioner=practitioner,
        status__in=[Status.CONFIRMED, Status.REQUESTED],
        starts_at__gt=now,
    ).order_by()
    found = starts.values_list("starts_at", flat=True)
    return Counter(moment.astimezone(zone).date() for moment in found)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(day_start(zone, day), UTC)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
