"""Laws of the open times, held against a naive oracle that asks minute by minute."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from booking.availability import (
    Diary,
    ExtraTime,
    Terms,
    WeeklyHours,
    is_open,
    open_starts,
    why_not,
)
from booking.wall_clock import day_start, local_date

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


@st.composite
def weekly_hours(draw) -> WeeklyHours:
    opens = draw(st.integers(0, 95)) * 15
    closes = draw(st.integers(opens // 15 + 1, 96)) * 15
    bounds = draw(st.none() | st.tuples(days, st.integers(0, 300)))
    return WeeklyHours(
        weekday=draw(st.integers(0, 6)),
        opens=opens,
        closes=closes,
        place=draw(st.just("") | places),
        valid_from=bounds and bounds[0],
        valid_until=bounds and bounds[0] + timedelta(days=bounds[1]),
    )


@st.composite
def spans(draw, around: date) -> tuple[int, int]:
    start = moment(around, draw(st.integers(-2 * 1440, 3 * 1440)))
    return start, start + draw(st.integers(1, 600)) * MINUTE


@st.composite
def terms(draw) -> Terms:
    return Terms(
        length=draw(st.sampled_from([20, 45, 50, 60, 90])) * MINUTE,
        before=draw(st.sampled_from([0, 0, 5, 15])) * MINUTE,
        after=draw(st.sampled_from([0, 10, 30])) * MINUTE,
        grid=draw(st.sampled_from([15, 30, 60])) * MINUTE,
        notice=draw(st.sampled_from([0, 0, 2 * HOUR, DAY])),
        horizon_days=draw(st.sampled_from([0, 1, 30, 90])),
        daily_cap=draw(st.none() | st.integers(1, 3)),
    )


@st.composite
def situations(draw):
    around = draw(days)
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    extra = [
        ExtraTime(*span, draw(st.just("") | places))
        for span in draw(st.lists(spans(around), max_size=2))
    ]
    diary = Diary(
        zone=zone,
        weekly=draw(st.lists(weekly_hours(), max_size=8)),
        extra=extra,
        closed=draw(st.lists(spans(around), max_size=2)),
        busy=draw(st.lists(spans(around), max_size=5)),
        counted=[start for start, _ in draw(st.lists(spans(around), max_size=4))],
    )
    now = moment(around, draw(st.integers(-3 * 1440, 1440))) + draw(st.integers(0, 59))
    return diary, draw(terms()), draw(places), now, around


def listed(diary: Diary, wanted: Terms, place: str, now: int, around: date) -> list[int]:
    start = day_start(diary.zone, around - timedelta(days=1))
    end = day_start(diary.zone, around + timedelta(days=2))
    return open_starts(diary, wanted, place=place, now=now, start=start, end=end)


def in_hours(diary: Diary, place: str, instant: int) -> bool:
    """The oracle: is the wall clock, at this instant, inside hours and outside time off?"""
    wall = datetime.fromtimestamp(instant, diary.zone)
    minutes = wall.hour * 60 + wall.minute
    if any(a <= instant < b for a, b in diary.closed):
        return False
    weekly = any(
        hours.place in ("", place)
        and hours.weekday == wall.weekday()
        and (hours.valid_from or date.min) <= wall.date() <= (hours.valid_until or date.max)
        and hours.opens <= minutes < hours.closes
        for hours in diary.weekly
    )
    extra = any(one.place in ("", place) and one.start <= instant < one.end for one in diary.extra)
    return weekly or extra


def oracle(diary: Diary, wanted: Terms, place: str, now: int, around: date) -> Iterator[int]:
    """Every minute of three days, asked one by one in the plainest words."""
    last_day = local_date(diary.zone, now) + timedelta(days=wanted.horizon_days)
    first = day_start(diary.zone, around - timedelta(days=1))
    for start in range(first, day_start(diary.zone, around + timedelta(days=2)), MINUTE):
        wall = datetime.fromtimestamp(start, diary.zone)
        begins, ends = start - wanted.before, start + wanted.length + wanted.after
        same_day = sum(local_date(diary.zone, one) == wall.date() for one in diary.counted)
        if (
            (wall.hour * 60 + wall.minute) * MINUTE % wanted.grid == 0
            and start >= now + wanted.notice
            and wall.date() <= last_day
            and not any(a < ends and begins < b for a, b in diary.busy)
            and (wanted.daily_cap is None or same_day < wanted.daily_cap)
            and all(
                in_hours(diary, place, instant)
                for instant in range(start, start + wanted.length, MINUTE)
            )
        ):
            yield start


@laws
@given(situations())
def test_list_is_what_asking_minute_by_minute_finds(situation):
    assert listed(*situation) == list(oracle(*situation))


@pytest.mark.parametrize("day", DST_DAYS)
@pytest.mark.parametrize("zone", ZONES[:1])
@pytest.mark.parametrize("length", [20, 50, 90])
def test_list_is_right_around_the_clock_on_days_when_clocks_change(day, zone, length):
    hours = [WeeklyHours(weekday=day.weekday(), opens=30, closes=300)]
    situation = (
        Diary(zone=ZoneInfo(zone), weekly=hours),
        Terms(length=length * MINUTE, grid=15 * MINUTE),
        "telehealth",
        day_start(ZoneInfo(zone), day) - DAY,
        day,
    )

    starts = listed(*situation)

    assert starts
    assert starts == list(oracle(*situation))


@laws
@given(situations())
def test_no_open_time_touches_a_busy_one_buffers_included(situation):
    diary, wanted, *_ = situation
    for start in listed(*situation):
        blocked = (start - wanted.before, start + wanted.length + wanted.after)
        assert not any(a < blocked[1] and blocked[0] < b for a, b in diary.busy)


@laws
@given(situations())
def test_every_open_time_lies_in_hours_and_outside_time_off(situation):
    diary, wanted, place, *_ = situation
    for start in listed(*situation):
        assert all(
            in_hours(diary, place, instant)
            for instant in range(start, start + wanted.length, MINUTE)
        )


@laws
@given(situations(), st.data())
def test_more_busy_never_opens_a_time(situation, data):
    diary, *rest = situation
    span = data.draw(spans(rest[-1]))
    busier = Diary(
        zone=diary.zone,
        weekly=diary.weekly,
        extra=diary.extra,
        closed=diary.closed,
        busy=[*diary.busy, span],
        counted=[*diary.counted, span[0]],
    )

    assert set(listed(busier, *rest)) <= set(listed(diary, *rest))


@laws
@given(situations(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(situation, random):
    diary, *rest = situation

    def shuffled(rows):
        return random.sample(list(rows), len(rows))

    mixed = Diary(
        zone=diary.zone,
        weekly=shuffled(diary.weekly),
        extra=shuffled(diary.extra),
        closed=shuffled(diary.closed),
        busy=shuffled(diary.busy),
        counted=shuffled(diary.counted),
    )

    assert listed(mixed, *rest) == listed(diary, *rest)


@laws
@given(situations(), st.integers(-90, 90))
def test_single_check_agrees_with_the_list(situation, shift):
    diary, wanted, place, now, _around = situation
    starts = listed(*situation)
    for start in [*starts[:3], *(one + shift * MINUTE for one in starts[-3:])]:
        expected = start in open_starts(
            diary, wanted, place=place, now=now, start=start - DAY, end=start + DAY
        )
        assert is_open(diary, wanted, place=place, now=now, start=start) == expected
        reason = why_not(diary, wanted, place=place, now=now, start=start)
        assert (reason is None) == expected


@laws
@given(situations(), st.sampled_from(["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"]))
def test_a_day_of_a_visitor_anywhere_shows_the_same_instants(situation, visitor_zone):
    """Cutting the same stretch of time along another zone's days loses and adds nothing."""
    diary, wanted, place, now, around = situation
    zone = ZoneInfo(visitor_zone)
    edges = [day_start(zone, around + timedelta(days=n)) for n in range(-2, 5)]
    by_day = [
        start
        for a, b in pairwise(edges)
        for start in open_starts(diary, wanted, place=place, now=now, start=a, end=b)
    ]

    assert by_day == open_starts(diary, wanted, place=place, now=now, start=edges[0], end=edges[-1])


@pytest.fixture
def _host_zone_restored() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("_host_zone_restored")
@settings(parent=laws, max_examples=25)
@given(situations(), st.sampled_from(["Pacific/Kiritimati", "Asia/Kolkata", "America/New_York"]))
@example(
    (
        Diary(zone=NEW_YORK, weekly=[WeeklyHours(weekday=6, opens=0, closes=1440)]),
        Terms(length=50 * MINUTE),
        "telehealth",
        moment(date(2026, 10, 31), 0),
        date(2026, 11, 1),
    ),
    "Asia/Kolkata",
)
def test_zone_of_the_host_does_not_matter(situation, host_zone):
    os.environ["TZ"] = "UTC"
    time.tzset()
    expected = listed(*situation)

    os.environ["TZ"] = host_zone
    time.tzset()

    assert listed(*situation) == expected
