"""Invented diaries, and a slow, obvious answer to which times are open: minute by minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from booking.availability import Diary, ExtraTime, Session, Terms, WeeklyHours, open_starts
from booking.wall_clock import day_start

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ["America/New_York", "Asia/Kathmandu", "Europe/London", "Australia/Lord_Howe", "UTC"]
DST_DAYS = [date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7)]
MINUTE, HOUR, DAY = 60, 3600, 86400

laws = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def moment(day: date, minutes: int) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + minutes * MINUTE


days = st.sampled_from(DST_DAYS) | st.dates(date(2026, 6, 1), date(2028, 6, 1))
places = st.sampled_from(["telehealth", "office"])


def seldom(strategy):
    """Mostly none: a situation in which every rule bites at once lists nothing at all."""
    return st.integers(0, 4).flatmap(lambda n: strategy if n == 4 else st.none())


caps = seldom(st.integers(0, 3))


@st.composite
def weekly_hours(draw, around: date) -> WeeklyHours:
    opens = draw(st.integers(0, 60)) * 15
    closes = draw(st.integers(opens // 15 + 4, 96)) * 15
    bounds = draw(seldom(st.tuples(days, st.integers(0, 300))))
    return WeeklyHours(
        weekday=(around.weekday() + draw(st.integers(-1, 1))) % 7,
        opens=opens,
        closes=closes,
        place=draw(st.just("") | places),
        valid_from=bounds and bounds[0],
        valid_until=bounds and bounds[0] + timedelta(days=bounds[1]),
        alternates_from=draw(seldom(days)),
    )


@st.composite
def spans(draw, around: date, longest: int = 600) -> tuple[int, int]:
    start = moment(around, draw(st.integers(-2 * 1440, 3 * 1440)))
    return start, start + draw(st.integers(1, longest)) * MINUTE


@st.composite
def terms(draw, around: date) -> Terms:
    dates = seldom(st.integers(-2, 2).map(lambda n: around + timedelta(days=n)))
    return Terms(
        length=draw(st.sampled_from([20, 45, 50, 60, 90])) * MINUTE,
        before=draw(st.sampled_from([0, 0, 5, 15])) * MINUTE,
        after=draw(st.sampled_from([0, 10, 30])) * MINUTE,
        grid=draw(st.sampled_from([15, 30, 60])) * MINUTE,
        shortest_block=draw(st.none() | st.sampled_from([20, 50, 75]).map(lambda n: n * MINUTE)),
        notice=draw(st.sampled_from([0, 0, 2 * HOUR, DAY])),
        notice_days=draw(st.sampled_from([0, 0, 0, 1, 2])),
        notice_clock=draw(seldom(st.times().map(lambda one: one.replace(second=0)))),
        horizon_days=draw(st.sampled_from([1, 2, 30, 90])),
        open_from=draw(dates),
        open_until=draw(dates),
        daily_cap=draw(caps),
        weekly_cap=draw(caps),
        daily_cap_in_all=draw(caps),
        weekly_cap_in_all=draw(caps),
        travel=draw(st.sampled_from([0, 20, 60])) * MINUTE,
    )


@st.composite
def situations(draw):
    around = draw(days)
    starts = st.lists(spans(around), max_size=4).map(lambda found: [one for one, _ in found])
    diary = Diary(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        weekly=draw(st.lists(weekly_hours(around), min_size=1, max_size=6)),
        extra=[
            ExtraTime(*span, draw(st.just("") | places))
            for span in draw(st.lists(spans(around), max_size=2))
        ],
        closed=draw(st.lists(spans(around), max_size=1)),
        busy=draw(st.lists(spans(around, longest=120), max_size=5)),
        elsewhere=draw(st.lists(spans(around, longest=120), max_size=2)),
        sessions=[
            Session(*span, draw(places))
            for span in draw(st.lists(spans(around, longest=90), max_size=3))
        ],
        counted=draw(starts),
        counted_in_all=draw(starts),
    )
    now = moment(around, draw(st.integers(-2 * 1440, 1440))) + draw(st.integers(0, 59))
    return diary, draw(terms(around)), draw(places), now, around


@st.composite
def plain_situations(draw):
    """Wide open days and few sessions, so that the one rule under test decides."""
    around, place = draw(days), draw(places)
    span = spans(around, longest=90)
    sessions = draw(st.lists(span, min_size=1, max_size=4))
    starts = [start for start, _ in sessions]
    diary = Diary(
        zone=NEW_YORK,
        weekly=[WeeklyHours(weekday=day, opens=480, closes=1080) for day in range(7)],
        busy=draw(st.lists(span, max_size=3)),
        sessions=[Session(*one, draw(places)) for one in sessions],
        counted=starts[1:],
        counted_in_all=starts,
    )
    wanted = Terms(
        length=draw(st.sampled_from([30, 50])) * MINUTE,
        grid=5 * MINUTE,
        shortest_block=draw(st.sampled_from([None, 30 * MINUTE])),
        horizon_days=90,
        daily_cap=draw(caps),
        weekly_cap=draw(caps),
        daily_cap_in_all=draw(caps),
        weekly_cap_in_all=draw(caps),
        travel=draw(st.sampled_from([0, 25, 40])) * MINUTE,
    )
    return diary, wanted, place, moment(around, -4 * 1440), around


def asked(diary: Diary, around: date) -> dict[str, int]:
    """Three local days."""
    return {
        "start": day_start(diary.zone, around - timedelta(days=1)),
        "end": day_start(diary.zone, around + timedelta(days=2)),
    }


def listed(diary: Diary, wanted: Terms, place: str, now: int, around: date) -> list[int]:
    return open_starts(diary, wanted, place=place, now=now, **asked(diary, around))


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def wall(diary: Diary, instant: int) -> datetime:
    return datetime.fromtimestamp(instant, diary.zone)


def holds(hours: WeeklyHours, clock: datetime) -> bool:
    """Does this window cover what the wall clock shows?"""
    in_turn = hours.alternates_from is None or (
        abs(monday(clock.date()) - monday(hours.alternates_from)).days % 14 == 0
    )
    return (
        in_turn
        and hours.weekday == clock.weekday()
        and (hours.valid_from or date.min) <= clock.date() <= (hours.valid_until or date.max)
        and hours.opens <= clock.hour * 60 + clock.minute < hours.closes
    )


def in_hours(diary: Diary, place: str, instant: int) -> bool:
    """Is the wall clock, at this instant, inside hours and outside time off?"""
    if any(a <= instant < b for a, b in diary.closed):
        return False
    if any(one.place in ("", place) and one.start <= instant < one.end for one in diary.extra):
        return True
    clock = wall(diary, instant)
    return any(hours.place in ("", place) and holds(hours, clock) for hours in diary.weekly)


def touches_busy(diary: Diary, wanted: Terms, start: int) -> bool:
    begins, ends = start - wanted.before, start + wanted.length + wanted.after
    return any(a < ends and begins < b for a, b in [*diary.busy, *diary.elsewhere])


def too_near(diary: Diary, wanted: Terms, place: str, start: int) -> bool:
    """Is there too little time on the way to or from a session held in another way?"""
    end = start + wanted.length
    return any(
        one.place != place and start - one.end < wanted.travel and one.start - end < wanted.travel
        for one in diary.sessions
        if wanted.travel
    )


def is_full(diary: Diary, wanted: Terms, start: int) -> bool:
    day = wall(diary, start).date()

    def reached(starts, cap, of) -> bool:
        return (
            cap is not None and sum(of(wall(diary, one).date()) == of(day) for one in starts) >= cap
        )

    return (
        reached(diary.counted, wanted.daily_cap, lambda one: one)
        or reached(diary.counted, wanted.weekly_cap, monday)
        or reached(diary.counted_in_all, wanted.daily_cap_in_all, lambda one: one)
        or reached(diary.counted_in_all, wanted.weekly_cap_in_all, monday)
    )


def notice_passes(diary: Diary, wanted: Terms, now: int) -> int:
    """The first minute of the notice's day at which the clock on the wall is not before it."""
    day = wall(diary, now).date() + timedelta(days=wanted.notice_days)
    clock = wanted.notice_clock or time.min
    minutes = range(day_start(diary.zone, day), day_start(diary.zone, day + timedelta(days=1)), 60)
    return next((one for one in minutes if wall(diary, one).time() >= clock), minutes[-1] + 60)


def oracle(diary: Diary, wanted: Terms, place: str, now: int, around: date) -> Iterator[int]:
    """Every minute of three days, asked one by one in the plainest words."""
    horizon = wall(diary, now).date() + timedelta(days=wanted.horizon_days)
    earliest = max(now + wanted.notice, notice_passes(diary, wanted, now))
    if not wanted.notice_days and wanted.notice_clock is None:
        earliest = now + wanted.notice

    @cache
    def is_open_hour(instant: int) -> bool:
        return in_hours(diary, place, instant)

    @cache
    def has_room(start: int) -> bool:
        return (
            not touches_busy(diary, wanted, start)
            and not too_near(diary, wanted, place, start)
            and all(is_open_hour(start + n) for n in range(0, wanted.length, MINUTE))
        )

    def left_over(start: int, step: int) -> int:
        """How long is it empty on this side, as far as the shortest block?"""
        gone = 0
        while gone < wanted.shortest_block and has_room(start + step):
            start, gone = start + step, gone + MINUTE
        return gone

    def fits(start: int) -> bool:
        clock = wall(diary, start)
        on_grid = (clock.hour * 60 + clock.minute) * MINUTE % wanted.grid == 0
        if wanted.shortest_block is None:
            return on_grid
        sides = left_over(start, -MINUTE), left_over(start, MINUTE)
        return 0 in sides or (on_grid and min(sides) >= wanted.shortest_block)

    edges = asked(diary, around)
    for start in range(edges["start"], edges["end"], MINUTE):
        day = wall(diary, start).date()
        if (
            earliest <= start
            and (wanted.open_from or date.min) <= day <= min(horizon, wanted.open_until or date.max)
            and has_room(start)
            and fits(start)
            and not is_full(diary, wanted, start)
        ):
            yield start
