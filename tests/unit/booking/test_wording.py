from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking import wording

NEW_YORK, KOLKATA = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
MOMENT = datetime(2027, 1, 12, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "words"), [(5, "12:00 am"), (16, "11:00 am"), (17, "12:00 pm"), (4, "11:00 pm")]
)
def test_clock_knows_noon_and_midnight(hour, words):
    assert wording.clock(datetime(2027, 1, 12, hour, tzinfo=UTC), NEW_YORK) == words


def test_days_and_moments_are_said_in_the_zone_that_is_named():
    assert wording.day(date(2027, 1, 5)) == "Tuesday, January 5"
    assert wording.day_and_clock(MOMENT, NEW_YORK) == "Tuesday, January 12, 10:30 am"
    assert wording.full(MOMENT, KOLKATA) == "Tuesday, January 12, 2027, 9:00 pm, Kolkata time"


@pytest.mark.parametrize(
    ("minutes", "words"), [(20, "10:30 to 10:50 am"), (120, "10:30 am to 12:30 pm")]
)
def test_a_span_names_the_half_of_the_day_once_where_it_can(minutes, words):
    assert wording.span(MOMENT, MOMENT + timedelta(minutes=minutes), NEW_YORK) == words


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2027, 11, 7)])
def test_the_hour_that_comes_twice_names_its_half_of_the_year(day):
    first = datetime(day.year, day.month, day.day, 5, 30, tzinfo=UTC)
    later = first + timedelta(hours=1)

    assert wording.clock(first, NEW_YORK) == "1:30 am EDT"
    assert wording.clock(later, NEW_YORK) == "1:30 am EST"
    assert wording.span(first, later, NEW_YORK) == "1:30 am EDT to 1:30 am EST"
    assert wording.span(later, later + timedelta(hours=1), NEW_YORK) == "1:30 am EST to 2:30 am"


def test_around_the_hour_that_is_skipped_nothing_is_doubtful():
    before = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)

    assert wording.span(before, before + timedelta(hours=1), NEW_YORK) == "1:30 to 3:30 am"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "The appointment has moved."), (2, "2 appointments have moved.")],
)
def test_one_and_several_are_told_alike(count, said):
    assert wording.done(count, "has moved", "have moved") == said


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(900, 15), (899, 15), (841, 15), (840, 14), (1, 1), (0, 0), (-5, 0)]
)
def test_minutes_left_are_rounded_up_and_never_negative(seconds, minutes):
    assert wording.minutes_left(MOMENT + timedelta(seconds=seconds), MOMENT) == minutes
