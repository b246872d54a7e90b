"""One law for each rule of an offer: it takes away exactly the times that it names."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from booking.availability import Reason, Terms, WeeklyHours, possible_starts, why_not
from tests.properties.booking.oracle import (
    DAY,
    MINUTE,
    asked,
    days,
    is_full,
    laws,
    listed,
    moment,
    monday,
    notice_passes,
    plain_situations,
    situations,
    too_near,
    wall,
)

NO_CAPS = {
    "daily_cap": None,
    "weekly_cap": None,
    "daily_cap_in_all": None,
    "weekly_cap_in_all": None,
}


def on_grid(situation):
    diary, wanted, *rest = situation
    return diary, replace(wanted, shortest_block=None), *rest


def without(situation, **fields) -> list[int]:
    """What would be listed if the rule were not there."""
    diary, wanted, *rest = situation
    return listed(diary, replace(wanted, **fields), *rest)


@laws
@given(situations() | plain_situations())
def test_caps_take_away_the_days_and_weeks_that_are_full_and_no_other(situation):
    diary, wanted, *_ = situation
    free = without(situation, **NO_CAPS)

    assert listed(*situation) == [one for one in free if not is_full(diary, wanted, one)]


@laws
@given((situations() | plain_situations()).map(on_grid))
def test_travel_takes_away_what_stands_too_near_a_session_held_in_another_way(situation):
    diary, wanted, place, *_ = situation
    free = without(situation, travel=0)

    assert listed(*situation) == [one for one in free if not too_near(diary, wanted, place, one)]


@laws
@given(situations())
def test_the_later_notice_counts(situation):
    diary, wanted, _place, now, _around = situation
    assume(wanted.notice_days or wanted.notice_clock)
    by_hours = without(situation, notice_days=0, notice_clock=None)
    by_clock = without(situation, notice=0)
    passes = notice_passes(diary, wanted, now)

    assert listed(*situation) == [one for one in by_hours if one >= passes]
    assert listed(*situation) == [one for one in by_clock if one >= now + wanted.notice]


@laws
@given(situations())
def test_the_fixed_horizon_keeps_its_local_dates_and_no_other(situation):
    diary, wanted, *_ = situation
    free = without(situation, open_from=None, open_until=None)
    first, last = wanted.open_from or date.min, wanted.open_until or date.max

    assert listed(*situation) == [one for one in free if first <= wall(diary, one).date() <= last]


@laws
@given(situations(), days)
def test_weeks_that_alternate_fill_each_other_up(situation, reference):
    """Hours of this week and the same hours of the next: together as if every week had them."""
    diary, *rest = situation
    every = [replace(hours, alternates_from=None) for hours in diary.weekly]
    turns = [
        replace(hours, alternates_from=reference + timedelta(weeks=n))
        for hours in every
        for n in (0, 1)
    ]

    assert listed(replace(diary, weekly=turns), *rest) == listed(
        replace(diary, weekly=every), *rest
    )


@laws
@given(days, st.integers(0, 6), st.integers(-3, 3))
def test_hours_of_every_other_week_hold_in_the_week_they_are_counted_from(around, weekday, weeks):
    reference = around + timedelta(weeks=weeks)
    hours = WeeklyHours(weekday=weekday, opens=0, closes=1440, alternates_from=reference)
    day = monday(around) + timedelta(days=weekday)

    assert hours.holds_on(day) == (weeks % 2 == 0)
    assert hours.holds_on(day + timedelta(weeks=1)) == (weeks % 2 == 1)


def useless(holes: list[int], shortest: int) -> int:
    """How much of this is too short for any session."""
    return sum(hole for hole in holes if hole < shortest)


def packed_rooms(situation, shortest: int):
    """The rooms of three days, and what is offered in them when nothing but packing chooses."""
    diary, wanted, place, _now, around = situation
    terms = Terms(
        length=wanted.length, before=wanted.before, after=wanted.after, grid=wanted.grid,
        travel=wanted.travel, shortest_block=shortest * MINUTE,
    )  # fmt: skip
    edges, now = asked(diary, around), moment(around, -5 * 1440)
    wide = {"start": edges["start"] - DAY, "end": edges["end"] + DAY}
    rooms = possible_starts(diary, terms, place=place, now=now, **wide)
    whole = [one for one in rooms if edges["start"] <= one[0] and one[1] <= edges["end"]]
    return whole, listed(diary, terms, place, now, around)


@laws
@given(situations() | plain_situations(), st.sampled_from([20, 50, 75]))
def test_packed_never_leaves_more_useless_time_than_it_must(situation, shortest):
    """In each room: no other start would leave less time that nobody can use."""
    rooms, offered = packed_rooms(situation, shortest)
    for low, high in rooms:

        def wasted(start: int, low=low, last=high - 1) -> int:
            holes = start - low, last - start
            return sum(hole for hole in holes if hole < shortest * MINUTE)

        least = min(map(wasted, range(low, high, MINUTE)))
        assert {wasted(start) for start in offered if low <= start < high} == {least}


@laws
@given(situations())
def test_packed_offers_something_wherever_a_session_fits(situation):
    rooms, offered = packed_rooms(situation, 60)

    assert all(any(low <= start < high for start in offered) for low, high in rooms)


@laws
@given(situations())
def test_a_packed_start_that_would_leave_a_hole_is_told_so(situation):
    diary, wanted, place, now, around = situation
    packed = replace(wanted, shortest_block=60 * MINUTE)
    plain = set(listed(diary, replace(wanted, shortest_block=None), place, now, around))
    for start in sorted(plain - set(listed(diary, packed, place, now, around)))[:5]:
        reason = why_not(diary, packed, place=place, now=now, start=start)
        assert reason == Reason.LEAVES_HOLE
