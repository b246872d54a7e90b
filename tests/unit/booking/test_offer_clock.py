"""How long an offer stays: two hours awake, less when the session is near, never past notice."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.offer_clock import answer_until, last_true

NEW_YORK = ZoneInfo("America/New_York")
FALL_BACK, SPRING_FORWARD = date(2026, 11, 1), date(2027, 3, 14)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def until(now: datetime, last_call: datetime, quiet_from=time(21), quiet_until=time(8)):
    return answer_until(
        now=now,
        last_call=last_call,
        zone=NEW_YORK,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )


DAY = date(2027, 1, 5)
NEXT = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "stays"),
    [
        (timedelta(days=9), timedelta(hours=2)),
        (timedelta(hours=6), timedelta(hours=2)),
        (timedelta(hours=3), timedelta(hours=1)),
        (timedelta(minutes=60), timedelta(minutes=20)),
        (timedelta(minutes=45), timedelta(minutes=15)),
        (timedelta(minutes=20), timedelta(minutes=15)),
        (timedelta(minutes=15), timedelta(minutes=15)),
    ],
)
def test_stays_two_hours_or_a_third_of_what_is_left(left, stays):
    now = local(DAY, 12)

    assert until(now, now + left) == now + stays


@pytest.mark.parametrize("left", [timedelta(minutes=14), timedelta(0), timedelta(hours=-1)])
def test_too_little_time_is_no_offer(left):
    now = local(DAY, 12)

    assert until(now, now + left) is None


def test_clock_stands_still_in_quiet_hours():
    assert until(local(DAY, 20), local(DAY, 12) + timedelta(days=5)) == local(NEXT, 9)


def test_waits_no_longer_than_the_last_call_in_the_morning():
    assert until(local(DAY, 20, 30), local(NEXT, 8, 20)) == local(NEXT, 8, 20)


def test_last_call_inside_quiet_hours_leaves_what_is_awake_before():
    assert until(local(DAY, 20, 30), local(DAY, 23)) == local(DAY, 23)
    assert until(local(DAY, 20, 50), local(DAY, 23)) is None


def test_made_in_quiet_hours_its_clock_begins_in_the_morning():
    assert until(local(DAY, 23), local(DAY, 12) + timedelta(days=5)) == local(NEXT, 10)


@pytest.mark.parametrize("day", [FALL_BACK, SPRING_FORWARD])
def test_night_of_a_clock_change_is_quiet_from_end_to_end(day):
    evening = day - timedelta(days=1)

    assert until(local(evening, 20), local(day, 12) + timedelta(days=5)) == local(day, 9)


@pytest.mark.parametrize(
    ("day", "elapsed"), [(FALL_BACK, timedelta(hours=4)), (SPRING_FORWARD, timedelta(hours=3))]
)
def test_quiet_hour_beside_the_change_counts_by_the_wall(day, elapsed):
    """Quiet from 1 to 2 at night: in autumn that hour comes twice."""
    now = local(day, 0)

    found = until(now, now + timedelta(days=5), quiet_from=time(1), quiet_until=time(2))

    assert found == now + elapsed


def test_equal_quiet_times_mean_none():
    now = local(DAY, 23)

    assert until(now, now + timedelta(days=5), time(9), time(9)) == now + timedelta(hours=2)


@pytest.mark.parametrize("last", [3, 4, 17, 99])
def test_last_true_finds_where_it_ends(last):
    assert last_true(lambda number: number <= last, 3, 100) == last
