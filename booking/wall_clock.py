"""Between a zone's wall clock and instants (whole UTC seconds since 1970).

A zone is cut into stretches of constant offset. Inside a stretch, wall-clock arithmetic is plain
integer arithmetic: an hour that a spring change skips lies in no stretch, and an hour that an
autumn change repeats lies in two, so gaps and folds need no special case anywhere else.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400
BLOCK = 32 * DAY
EPOCH = date(1970, 1, 1)
SECONDS = [f"{second:02}" for second in range(60)]
MINUTES = [f"{hour:02}:{minute}" for hour in range(24) for minute in SECONDS]


class Stretch(NamedTuple):
    """Instants [start, end) during which the wall clock is `offset` seconds ahead of UTC."""

    start: int
    end: int
    offset: int


def offset_at(zone: ZoneInfo, instant: int) -> int:
    """Seconds that the zone's wall clock is ahead of UTC at this instant."""
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    assert offset is not None  # noqa: S101 - a ZoneInfo always knows its offset
    return int(offset.total_seconds())


def stretches(zone: ZoneInfo, start: int, end: int) -> list[Stretch]:
    """[start, end) cut wherever the zone's offset changes."""
    result: list[Stretch] = []
    for number in range(start // BLOCK, -(-end // BLOCK)):
        for one in _stretches_of_block(zone, number):
            begins, ends = max(one.start, start), min(one.end, end)
            if result and result[-1].offset == one.offset:
                begins = result.pop().start
            if begins < ends:
                result.append(Stretch(begins, ends, one.offset))
    return result


@lru_cache(maxsize=4096)
def _stretches_of_block(zone: ZoneInfo, number: int) -> list[Stretch]:
    """Probed daily, found by bisection; once, because a zone's past and future stand."""
    result: list[Stretch] = []
    start, end = number * BLOCK, (number + 1) * BLOCK
    begun, probe, offset = start, start, offset_at(zone, start)
    while probe < end:
        following = min(probe + DAY, end)
        if offset_at(zone, following) != offset:
            change = _change_between(zone, probe, following)
            result.append(Stretch(begun, change, offset))
            begun, offset = change, offset_at(zone, change)
            following = change
        probe = following
    if begun < end:
        result.append(Stretch(begun, end, offset))
    return result


def _change_between(zone: ZoneInfo, low: int, high: int) -> int:
    """The first instant after `low` whose offset is not that of `low`."""
    offset = offset_at(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def written(zone: ZoneInfo, instants: Sequence[int]) -> list[str]:
    """Ascending instants as RFC 3339 writes them in this zone.

    Put together from parts that are written once, which is many times as quick as `isoformat`.
    """
    texts: list[str] = []
    for stretch in stretches(zone, instants[0], instants[-1] + 1) if instants else ():
        until = bisect_left(instants, stretch.end)
        texts += _written_in(stretch.offset, instants[len(texts) : until])
    return texts


def _written_in(offset: int, instants: Iterable[int]) -> Iterator[str]:
    zero = datetime.fromtimestamp(0, timezone(timedelta(seconds=offset))).isoformat()
    written_offset = zero[len("1970-01-01T00:00:00") :]
    for instant in instants:
        day, second = divmod(instant + offset, DAY)
        minute, second = divmod(second, 60)
        yield f"{_written_day(day)}T{MINUTES[minute]}:{SECONDS[second]}{written_offset}"


@lru_cache(maxsize=4096)
def _written_day(number: int) -> str:
    return (EPOCH + timedelta(days=number)).isoformat()


def day_start(zone: ZoneInfo, day: date) -> int:
    """The first instant of a local date. Where midnight is skipped, the day begins later."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def first_at(zone: ZoneInfo, day: date, clock: time) -> int:
    """The first instant of a local date at which the wall clock shows `clock` or later.

    In the hour that a spring change skips this is the end of the gap; in an hour that comes twice
    it is the first of both.
    """
    midnight = (day - EPOCH).days * DAY
    wall = midnight + clock.hour * 3600 + clock.minute * 60 + clock.second
    start, end = day_interval(zone, day)
    for stretch in stretches(zone, start, end):
        if wall < stretch.end + stretch.offset:
            return max(stretch.start, wall - stretch.offset)
    return end


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def day_interval(zone: ZoneInfo, day: date) -> tuple[int, int]:
    """A local date as instants: 23, 24 or 25 hours long."""
    return day_start(zone, day), day_start(zone, day + timedelta(days=1))


def local_date(zone: ZoneInfo, instant: int) -> date:
    """The date on the zone's calendar at this instant."""
    return datetime.fromtimestamp(instant, zone).date()


def days_of(stretch: Stretch) -> Iterator[tuple[date, int]]:
    """The local dates that a stretch touches, each with its midnight in wall-clock seconds."""
    first = (stretch.start + stretch.offset) // DAY
    last = (stretch.end + stretch.offset - 1) // DAY
    for number in range(first, last + 1):
        yield EPOCH + timedelta(days=number), number * DAY


class NoSuchTime(ValueError):
    """The clocks go forward over this wall-clock time on this day."""


def moment_of(zone: ZoneInfo, day: date, clock: time) -> datetime:
    """The moment of a wall-clock time, in UTC; the earlier one where an hour comes twice.

    In UTC, because adding to a local time moves the hands of its clock: over a change of clocks
    a session would become an hour longer or shorter.

    Raises NoSuchTime inside the hour that a spring change skips.
    """
    local = datetime.combine(day, clock, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime
    return moment
