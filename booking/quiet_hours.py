"""When the portal may reach somebody: never in the practice's quiet hours.

Quiet hours are wall-clock times of the practice's zone: quiet from the first up to, and not
including, the second. They may cross midnight; two equal times mean that there are none. Where a
clock change skips or repeats an hour, the clock on the wall still decides.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.intervals import Interval, merged
from booking.wall_clock import DAY, days_of, stretches

REACH = 4 * DAY
"""Seconds on either side within which there is allowed time: a zone may skip a whole date."""
ROOM = timedelta(minutes=5)
"""What is moved ahead of quiet hours leaves this long before them, so that it is out in time."""


def is_quiet(moment: datetime, *, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> bool:
    """Whether nothing may go out at this moment."""
    wall = moment.astimezone(zone).time()
    if quiet_from <= quiet_until:
        return quiet_from <= wall < quiet_until
    return wall >= quiet_from or wall < quiet_until


def next_allowed(
    moment: datetime, *, zone: ZoneInfo, quiet_from: time, quiet_until: time
) -> datetime:
    """The moment itself, or the end of the quiet hours that it lies in."""
    for start, end in allowed_around(moment, zone, quiet_from, quiet_until):
        if moment < end:
            return max(moment, start)
    raise AssertionError("no day is quiet from end to end")


def last_allowed(
    moment: datetime, *, zone: ZoneInfo, quiet_from: time, quiet_until: time
) -> datetime:
    """The moment itself, or earlier: ROOM before the quiet hours that it lies in or just before.

    Where the time between two quiet hours is shorter than ROOM, its beginning.
    """
    windows = allowed_around(moment, zone, quiet_from, quiet_until)
    start, end = [window for window in windows if window[0] <= moment][-1]
    return min(moment, max(start, end - ROOM))


def reminder_time(
    wanted: datetime,
    *,
    starts_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    quiet_from: time,
    quiet_until: time,
) -> datetime | None:
    """When a reminder that is wanted then goes out; None where it would be pointless.

    Out of quiet hours it moves ahead; where that is over, behind them, if still before the start.
    """
    if wanted <= now:
        return None
    ahead = last_allowed(wanted, zone=zone, quiet_from=quiet_from, quiet_until=quiet_until)
    if ahead > now:
        return ahead
    behind = next_allowed(wanted, zone=zone, quiet_from=quiet_from, quiet_until=quiet_until)
    return behind if behind < starts_at else None


def allowed_around(
    moment: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time
) -> list[tuple[datetime, datetime]]:
    """The stretches of time that are not quiet, as moments, in order."""
    middle = int(moment.timestamp())
    allowed: list[Interval] = []
    for stretch in stretches(zone, middle - REACH, middle + REACH):
        for _, midnight in days_of(stretch):
            for first, last in _allowed_of_a_day(quiet_from, quiet_until):
                start, end = midnight + first - stretch.offset, midnight + last - stretch.offset
                allowed.append((max(start, stretch.start), min(end, stretch.end)))
    return [
        (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
        for start, end in merged(allowed)
    ]


def _allowed_of_a_day(quiet_from: time, quiet_until: time) -> list[Interval]:
    """Seconds of the wall clock since midnight; an interval may be empty."""
    first, last = _seconds(quiet_from), _seconds(quiet_until)
    if first <= last:
        return [(0, first), (last, DAY)]
    return [(last, first)]


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
