"""Which times are open: the one answer that list, hold, confirm, move and the therapist share.

Pure. Instants are whole UTC seconds; weekly hours are wall-clock minutes in the practice's zone.
The open start times are computed as a set: hours (weekly and extra) without time off, shortened
by the session's length, minus the starts that would touch something busy or leave no time to
travel (what is left are the "rooms"); then the start grid or the packing chooses inside each room,
and what lies in a full day or week, or outside notice and horizon, is left out.
Cost: O(windows + busy + answers), one sweep each.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from booking.intervals import Interval, among, contains, difference, intersection, merged
from booking.packing import on_grid, packed
from booking.wall_clock import (
    Stretch,
    day_start,
    days_of,
    first_at,
    local_date,
    monday_of,
    stretches,
)

P = TypeVar("P", bound=str)
MINUTE = 60
ALWAYS = (0, 1 << 40)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """One window of one weekday on the practice's wall clock; `place` empty: either way."""

    weekday: int  # Monday is 0
    opens: int  # minutes after midnight
    closes: int  # minutes after midnight, up to 1440
    place: str = ""
    valid_from: date | None = None
    valid_until: date | None = None  # the last day on which it holds
    alternates_from: date | None = None  # every other week, the week of this date among them

    def holds_on(self, day: date) -> bool:
        """Whether this window exists on that local date."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
            and (self.alternates_from is None or _weeks_apart(self.alternates_from, day) % 2 == 0)
        )


@dataclass(frozen=True, slots=True)
class ExtraTime:
    """Time opened once, beside the weekly hours."""

    start: int
    end: int
    place: str = ""


class Session(NamedTuple):
    """A session in the diary, without its buffers, and the way to meet."""

    start: int
    end: int
    place: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a kind of session asks of a time. Lengths in seconds; caps count sessions."""

    length: int
    before: int = 0
    after: int = 0
    grid: int = 30 * MINUTE
    # Packed: only starts that leave no hole too short for this block (see booking.packing).
    shortest_block: int | None = None
    # The later one of both notices counts: so long from now, and not before this wall clock
    # so many local days on (None: from midnight).
    notice: int = 0
    notice_days: int = 0
    notice_clock: time | None = None
    # The rolling and the fixed horizon, local dates of sessions, all inclusive.
    horizon_days: int = 60
    open_from: date | None = None
    open_until: date | None = None
    # By local day and local week (Monday first): of this type, and of every type together.
    daily_cap: int | None = None
    weekly_cap: int | None = None
    daily_cap_in_all: int | None = None
    weekly_cap_in_all: int | None = None
    # At least so long between the sessions themselves when they are held in different ways.
    travel: int = 0

    @property
    def reach(self) -> int:
        """How far beyond the asked range a room has to be known."""
        return 0 if self.shortest_block is None else self.shortest_block + MINUTE


@dataclass(frozen=True, slots=True)
class Diary:
    """What a practitioner's time looks like; the order of the rows never matters."""

    zone: ZoneInfo
    weekly: Sequence[WeeklyHours] = ()
    extra: Sequence[ExtraTime] = ()
    closed: Sequence[Interval] = ()
    busy: Sequence[Interval] = ()  # blocked intervals, their own buffers included
    elsewhere: Sequence[Interval] = ()  # busy in another calendar, which knows no buffers
    sessions: Sequence[Session] = ()  # the busy ones again, for the way between two places
    counted: Sequence[int] = ()  # starts that count towards the caps of this type
    counted_in_all: Sequence[int] = ()  # and of any type


class Reason(StrEnum):
    """Why a time is not open, most telling first."""

    WRONG_PLACE = "wrong_place"
    WRONG_LENGTH = "wrong_length"
    PAST = "past"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    TAKEN = "taken"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    TIME_OFF = "time_off"
    OUTSIDE_HOURS = "outside_hours"
    BUSY_ELSEWHERE = "busy_elsewhere"
    NO_TIME_TO_TRAVEL = "no_time_to_travel"
    LEAVES_HOLE = "leaves_hole"
    OFF_GRID = "off_grid"


def open_starts(
    diary: Diary, terms: Terms, *, place: str, now: int, start: int, end: int
) -> list[int]:
    """Every open start in [start, end), ascending."""
    low, high = _asked(diary.zone, terms, now, start, end)
    if low >= high:
        return []
    cut = stretches(diary.zone, low - terms.reach, high + terms.reach + terms.length)
    rooms = _rooms(diary, terms, place, cut)
    return list(among(_chosen(rooms, cut, terms), difference([(low, high)], _full(diary, terms))))


def open_by_place(
    diary: Diary, terms: Terms, places: Sequence[P], *, now: int, start: int, end: int
) -> dict[P, list[int]]:
    """`open_starts` of several ways to meet; worked out once where nothing tells them apart."""
    ask = partial(open_starts, diary, terms, now=now, start=start, end=end)
    if _tells_places_apart(diary, terms):
        return {one: ask(place=one) for one in places}
    return dict.fromkeys(places, ask(place=""))


def possible_starts(
    diary: Diary, terms: Terms, *, place: str, now: int, start: int, end: int
) -> list[Interval]:
    """Every second at which a session could begin, before grid or packing choose among them.

    More busy time only ever makes this set smaller. A grid chooses the same starts whatever is
    busy, so its offers shrink too; a packing may choose another start in what is left.
    """
    low, high = _asked(diary.zone, terms, now, start, end)
    if low >= high:
        return []
    rooms = _rooms(diary, terms, place, stretches(diary.zone, low, high + terms.length))
    return intersection(rooms, difference([(low, high)], _full(diary, terms)))


def is_open(diary: Diary, terms: Terms, *, place: str, now: int, start: int) -> bool:
    """Whether this very start is one that `open_starts` lists."""
    return bool(open_starts(diary, terms, place=place, now=now, start=start, end=start + 1))


def why_not(diary: Diary, terms: Terms, *, place: str, now: int, start: int) -> Reason | None:
    """None if the time is open, else the reason to tell the person."""
    if is_open(diary, terms, place=place, now=now, start=start):
        return None
    return next(_reasons(diary, terms, place, now, start))


def bookable_range(zone: ZoneInfo, terms: Terms, now: int) -> Interval:
    """From the later notice to the end of the last local day of the nearer horizon."""
    low, last_day = now + terms.notice, local_date(zone, now) + timedelta(days=terms.horizon_days)
    if terms.notice_days or terms.notice_clock:
        day = local_date(zone, now) + timedelta(days=terms.notice_days)
        low = max(low, first_at(zone, day, terms.notice_clock or time.min))
    if terms.open_from:
        low = max(low, day_start(zone, terms.open_from))
    if terms.open_until:
        last_day = min(last_day, terms.open_until)
    return low, day_start(zone, last_day + timedelta(days=1))


def unchanged_until(zone: ZoneInfo, terms: Terms, now: int, starts: Sequence[int]) -> int:
    """The last second at which the same rows still list `starts`, found at `now`.

    Until the next local midnight the horizons and the notice's day stand still, and all that
    moves is the notice in hours: it can only pass the first of the starts.
    """
    midnight = day_start(zone, local_date(zone, now) + timedelta(days=1))
    return min([midnight - 1, *(start - terms.notice for start in starts[:1])])


def _asked(zone: ZoneInfo, terms: Terms, now: int, start: int, end: int) -> Interval:
    low, high = bookable_range(zone, terms, now)
    return max(low, start), min(high, end)


def _tells_places_apart(diary: Diary, terms: Terms) -> bool:
    places = {one.place for one in diary.weekly} | {one.place for one in diary.extra}
    return bool(terms.travel) or bool(places - {""})


def _rooms(diary: Diary, terms: Terms, place: str, cut: Sequence[Stretch]) -> list[Interval]:
    """The unbroken runs of possible starts: from as early as it may be to as late as it may be."""
    starts = [(a, b - terms.length + 1) for a, b in _hours(diary, place, cut)]
    taken = [*_touching(diary.busy, terms), *_touching(diary.elsewhere, terms)]
    return difference(merged(starts), merged([*taken, *_too_near(diary, terms, place)]))


def _chosen(rooms: Sequence[Interval], cut: Sequence[Stretch], terms: Terms) -> Iterable[int]:
    if terms.shortest_block is None:
        return on_grid(rooms, cut, terms.grid)
    return packed(rooms, cut, terms.grid, terms.shortest_block)


def _hours(diary: Diary, place: str, cut: Sequence[Stretch]) -> list[Interval]:
    """When a session may be held this way: weekly and extra time without time off."""
    span = [(cut[0].start, cut[-1].end)]
    weekly = [hours for hours in diary.weekly if hours.place in ("", place)]
    extra = merged((one.start, one.end) for one in diary.extra if one.place in ("", place))
    windows = [*_weekly_windows(weekly, cut), *intersection(extra, span)]
    return difference(merged(windows), merged(diary.closed))


def _weekly_windows(weekly: Sequence[WeeklyHours], cut: Iterable[Stretch]) -> Iterator[Interval]:
    """The instants at which the wall clock stands inside weekly hours."""
    by_weekday: dict[int, list[WeeklyHours]] = defaultdict(list)
    for hours in weekly:
        by_weekday[hours.weekday].append(hours)
    for stretch in cut:
        for day, midnight in days_of(stretch):
            for hours in by_weekday.get(day.weekday(), ()):
                if hours.holds_on(day):
                    opens = midnight + hours.opens * MINUTE - stretch.offset
                    closes = midnight + hours.closes * MINUTE - stretch.offset
                    yield max(opens, stretch.start), min(closes, stretch.end)


def _weeks_apart(one: date, other: date) -> int:
    return (monday_of(other) - monday_of(one)).days // 7


def _touching(busy: Iterable[Interval], terms: Terms) -> Iterator[Interval]:
    """Starts whose session, buffers included, would overlap something busy."""
    lead, tail = terms.length + terms.after - 1, terms.before
    return ((a - lead, b + tail) for a, b in busy if a < b)


def _too_near(diary: Diary, terms: Terms, place: str) -> Iterator[Interval]:
    """Starts that leave too little time between two sessions held in different ways."""
    lead, tail = terms.travel + terms.length - 1, terms.travel
    others = (one for one in diary.sessions if terms.travel and one.place != place)
    return ((one.start - lead, one.end + tail) for one in others)


def _full(diary: Diary, terms: Terms) -> list[Interval]:
    """Local days and weeks in which a cap is reached."""
    return merged([*_full_days(diary, terms), *_full_weeks(diary, terms)])


def _full_days(diary: Diary, terms: Terms) -> list[Interval]:
    return [
        *_full_spans(diary.zone, diary.counted, terms.daily_cap, days=1),
        *_full_spans(diary.zone, diary.counted_in_all, terms.daily_cap_in_all, days=1),
    ]


def _full_weeks(diary: Diary, terms: Terms) -> list[Interval]:
    return [
        *_full_spans(diary.zone, diary.counted, terms.weekly_cap, days=7),
        *_full_spans(diary.zone, diary.counted_in_all, terms.weekly_cap_in_all, days=7),
    ]


def _full_spans(
    zone: ZoneInfo, starts: Iterable[int], cap: int | None, *, days: int
) -> Iterator[Interval]:
    if cap is None:
        return
    if cap == 0:
        yield ALWAYS
    dates = (local_date(zone, start) for start in starts)
    count = Counter(monday_of(day) if days == 7 else day for day in dates)
    for first, booked in count.items():
        if booked >= cap:
            yield day_start(zone, first), day_start(zone, first + timedelta(days=days))


def _reasons(diary: Diary, terms: Terms, place: str, now: int, start: int) -> Iterator[Reason]:
    low, high = bookable_range(diary.zone, terms, now)
    end = start + terms.length
    if start < now:
        yield Reason.PAST
    if start < low:
        yield Reason.TOO_SOON
    if start >= high:
        yield Reason.TOO_FAR
    if _lies_in(start, _touching(diary.busy, terms)):
        yield Reason.TAKEN
    if _lies_in(start, _full_days(diary, terms)):
        yield Reason.DAY_FULL
    if _lies_in(start, _full_weeks(diary, terms)):
        yield Reason.WEEK_FULL
    if intersection(merged(diary.closed), [(start, end)]):
        yield Reason.TIME_OFF
    if not contains(_hours(diary, place, stretches(diary.zone, start, end)), start, end):
        yield Reason.OUTSIDE_HOURS
    if _lies_in(start, _touching(diary.elsewhere, terms)):
        yield Reason.BUSY_ELSEWHERE
    if _lies_in(start, _too_near(diary, terms, place)):
        yield Reason.NO_TIME_TO_TRAVEL
    yield Reason.OFF_GRID if terms.shortest_block is None else Reason.LEAVES_HOLE


def _lies_in(start: int, spans: Iterable[Interval]) -> bool:
    return any(low <= start < high for low, high in spans)
