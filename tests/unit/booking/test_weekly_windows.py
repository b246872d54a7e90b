"""Windows of the week: joined where they overlap, told apart where they differ."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from booking.models import AvailabilityRule
from booking.weekly_windows import END_OF_DAY, Window, fingerprint, joined, of_rule

MORNING = Window(0, time(9), time(12))
OVERLAPPING = Window(0, time(11), time(14))
TOUCHING = Window(0, time(12), time(13))
SEPARATE = Window(0, time(15), time(17))


@pytest.mark.parametrize(
    ("windows", "all_of_them", "made"),
    [
        ([SEPARATE, MORNING], [MORNING, SEPARATE], []),
        ([MORNING, OVERLAPPING], [Window(0, time(9), time(14))], [Window(0, time(9), time(14))]),
        ([TOUCHING, MORNING], [Window(0, time(9), time(13))], [Window(0, time(9), time(13))]),
        ([MORNING, MORNING], [MORNING], [MORNING]),
        (
            [SEPARATE, MORNING, TOUCHING, OVERLAPPING],
            [Window(0, time(9), time(14)), SEPARATE],
            [Window(0, time(9), time(14))],
        ),
    ],
)
def test_windows_that_overlap_become_one(windows, all_of_them, made):
    assert joined(windows) == (all_of_them, made)


@pytest.mark.parametrize(
    "other",
    [
        replace(OVERLAPPING, weekday=1),
        replace(OVERLAPPING, place="office"),
        replace(OVERLAPPING, first_on=date(2027, 1, 1)),
        replace(OVERLAPPING, last_on=date(2027, 1, 1)),
        replace(OVERLAPPING, first_on=date(2027, 1, 1), every_other_week=True),
    ],
)
def test_windows_that_differ_in_more_than_times_stay_apart(other):
    assert joined([MORNING, other]) == ([MORNING, other], [])


def test_the_fingerprint_knows_no_order_and_every_difference():
    assert fingerprint([MORNING, SEPARATE]) == fingerprint([SEPARATE, MORNING])
    assert fingerprint([MORNING]) != fingerprint([replace(MORNING, place="office")])
    assert fingerprint([MORNING]) != fingerprint([MORNING, MORNING])


def test_a_window_in_words():
    assert str(MORNING) == "Monday 9:00 am to 12:00 pm"
    assert str(Window(6, time(20, 30), END_OF_DAY)) == "Sunday 8:30 pm to midnight"


@pytest.mark.parametrize(
    ("valid_from", "alternates_from", "first_on"),
    [
        (None, None, None),
        (date(2027, 1, 5), None, date(2027, 1, 5)),
        (None, date(2027, 1, 9), date(2027, 1, 9)),
        (date(2027, 1, 6), date(2027, 1, 9), date(2027, 1, 6)),
        (date(2027, 1, 6), date(2027, 1, 16), date(2027, 1, 11)),
        (date(2027, 2, 20), date(2027, 1, 9), date(2027, 2, 20)),
    ],
)
def test_a_rule_is_shown_with_the_first_day_of_its_first_week(
    valid_from, alternates_from, first_on
):
    rule = AvailabilityRule(
        weekday=5,
        starts=time(10),
        ends=time(14),
        valid_from=valid_from,
        alternates_from=alternates_from,
    )

    window = of_rule(rule)

    assert (window.first_on, window.every_other_week) == (first_on, bool(alternates_from))


@pytest.mark.parametrize("valid_from", [date(2027, 1, 6), date(2027, 1, 13), None])
def test_a_rule_and_its_window_hold_on_the_same_days(valid_from):
    """On and after the first day; before it the editor's window promises nothing."""
    rule = AvailabilityRule(
        weekday=5,
        starts=time(10),
        ends=time(14),
        valid_from=valid_from,
        alternates_from=date(2027, 1, 16),
    )
    window = of_rule(rule).hours
    days = [date(2027, 1, 2) + timedelta(weeks=n) for n in range(8)]
    first = valid_from or rule.alternates_from

    holding = [day.day for day in days if window.holds_on(day)]

    expected = [date(2027, 1, 16) + timedelta(weeks=2 * n) for n in range(-1, 4)]
    assert holding == [day.day for day in expected if first <= day <= days[-1]]
