"""Laws of the open times, held against a naive oracle that asks minute by minute."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from booking.availability import (
    Diary,
    Session,
    Terms,
    WeeklyHours,
    is_open,
    open_starts,
    possible_starts,
    why_not,
)
from booking.intervals import contains
from booking.wall_clock import day_start
from tests.properties.booking.oracle import (
    DAY,
    DST_DAYS,
    HOUR,
    MINUTE,
    NEW_YORK,
    asked,
    in_hours,
    laws,
    listed,
    moment,
    oracle,
    places,
    plain_situations,
    situations,
    spans,
    touches_busy,
)


@laws
@given(situations() | plain_situations())
def test_list_is_what_asking_minute_by_minute_finds(situation):
    assert listed(*situation) == list(oracle(*situation))


@pytest.mark.parametrize("day", DST_DAYS)
@pytest.mark.parametrize("length", [20, 50, 90])
@pytest.mark.parametrize("shortest_block", [None, 20 * MINUTE])
def test_list_is_right_around_the_clock_on_days_when_clocks_change(day, length, shortest_block):
    hours = [WeeklyHours(weekday=day.weekday(), opens=30, closes=300)]
    situation = (
        Diary(zone=NEW_YORK, weekly=hours),
        Terms(length=length * MINUTE, grid=15 * MINUTE, shortest_block=shortest_block),
        "telehealth",
        day_start(NEW_YORK, day) - DAY,
        day,
    )

    starts = listed(*situation)

    assert starts
    assert starts == list(oracle(*situation))


@laws
@given(situations())
def test_no_open_time_touches_a_busy_one_buffers_included(situation):
    diary, wanted, *_ = situation
    assert not any(touches_busy(diary, wanted, start) for start in listed(*situation))


@laws
@given(situations())
def test_every_open_time_lies_in_hours_and_outside_time_off(situation):
    diary, wanted, place, *_ = situation
    for start in listed(*situation):
        assert all(
            in_hours(diary, place, instant)
            for instant in range(start, start + wanted.length, MINUTE)
        )


def busier(diary: Diary, span: tuple[int, int], place: str) -> Diary:
    """The same diary with one more session in it, which is busy, elsewhere, counted and a way."""
    return replace(
        diary,
        busy=[*diary.busy, span],
        elsewhere=[*diary.elsewhere, span],
        sessions=[*diary.sessions, Session(*span, place)],
        counted=[*diary.counted, span[0]],
        counted_in_all=[*diary.counted_in_all, span[0]],
    )


@laws
@given(situations(), st.data())
def test_more_busy_never_opens_a_time_on_the_grid(situation, data):
    diary, wanted, *rest = situation
    wanted = replace(wanted, shortest_block=None)
    more = busier(diary, data.draw(spans(rest[-1])), data.draw(places))

    assert set(listed(more, wanted, *rest)) <= set(listed(diary, wanted, *rest))


@laws
@given(situations() | plain_situations(), st.data())
def test_more_busy_never_makes_a_time_possible(situation, data):
    """Packed types as well: they may choose other starts, but only among those that were there."""
    diary, wanted, place, now, around = situation
    more = busier(diary, data.draw(spans(around)), data.draw(places))
    edges = asked(diary, around)

    before = possible_starts(diary, wanted, place=place, now=now, **edges)
    after = possible_starts(more, wanted, place=place, now=now, **edges)

    assert all(contains(before, low, high) for low, high in after)
    assert all(contains(after, one, one + 1) for one in listed(more, wanted, place, now, around))


@laws
@given(situations(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(situation, random):
    diary, *rest = situation
    rows = ("weekly", "extra", "closed", "busy", "elsewhere", "sessions", "counted")
    mixed = {name: random.sample(list(found := getattr(diary, name)), len(found)) for name in rows}

    assert listed(replace(diary, **mixed), *rest) == listed(diary, *rest)


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
        Terms(length=50 * MINUTE, notice=HOUR),
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
