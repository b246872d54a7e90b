"""Whatever the zone and the hours: nothing is sent in quiet hours, and nothing overtakes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking.quiet_hours import ROOM, is_quiet, last_allowed, next_allowed, reminder_time

NEW_YORK = ZoneInfo("America/New_York")
NIGHT = (time(21), time(8))
zones = st.sampled_from(
    ["America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kathmandu", "UTC"]
).map(ZoneInfo)
clocks = st.times().map(lambda clock: clock.replace(microsecond=0, second=0))
windows = st.tuples(clocks, clocks)
seconds = st.floats(0, 425 * 86_400)
moments = seconds.map(lambda n: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=n)) | (
    st.sampled_from(
        # The hours around New York's clock changes.
        [
            datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
            datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
            datetime(2027, 3, 14, 6, 59, 59, tzinfo=UTC),
            datetime(2027, 3, 14, 7, 0, tzinfo=UTC),
            datetime(2027, 11, 7, 5, 59, tzinfo=UTC),
        ]
    )
)


def hours(zone: ZoneInfo, window: tuple[time, time]) -> dict:
    return {"zone": zone, "quiet_from": window[0], "quiet_until": window[1]}


@given(moments, zones, windows)
@example(datetime(2027, 3, 14, 7, 10, tzinfo=UTC), NEW_YORK, (time(1), time(2, 30)))
@example(datetime(2026, 11, 1, 6, 10, tzinfo=UTC), NEW_YORK, (time(1), time(1, 30)))
def test_nothing_goes_out_in_quiet_hours(moment, zone, window):
    quiet = hours(zone, window)

    assert not is_quiet(next_allowed(moment, **quiet), **quiet)
    assert not is_quiet(last_allowed(moment, **quiet), **quiet)


@given(moments, zones, windows)
def test_one_waits_and_the_other_moves_ahead_as_little_as_there_is_to(moment, zone, window):
    quiet = hours(zone, window)
    behind, ahead = next_allowed(moment, **quiet), last_allowed(moment, **quiet)

    assert ahead <= moment <= behind
    if not is_quiet(moment, **quiet):
        assert behind == moment
    else:
        assert is_quiet(behind - timedelta(seconds=1), **quiet)
    if not is_quiet(moment, **quiet) and not is_quiet(moment + ROOM, **quiet):
        assert ahead == moment or moment - ahead <= ROOM


@given(moments, moments, zones, windows)
def test_nothing_overtakes(one, other, zone, window):
    quiet = hours(zone, window)
    first, second = sorted([one, other])

    assert next_allowed(first, **quiet) <= next_allowed(second, **quiet)
    assert last_allowed(first, **quiet) <= last_allowed(second, **quiet)


@given(moments, zones, windows)
def test_moving_twice_moves_no_further(moment, zone, window):
    quiet = hours(zone, window)
    behind, ahead = next_allowed(moment, **quiet), last_allowed(moment, **quiet)

    assert next_allowed(behind, **quiet) == behind
    assert last_allowed(ahead, **quiet) == ahead


@given(moments, zones, clocks)
def test_equal_times_are_no_quiet_hours(moment, zone, clock):
    quiet = hours(zone, (clock, clock))

    assert not is_quiet(moment, **quiet)
    assert next_allowed(moment, **quiet) == last_allowed(moment, **quiet) == moment


@given(moments, st.timedeltas(timedelta(hours=1), timedelta(hours=168)), moments, zones, windows)
def test_a_reminder_comes_later_than_now_and_before_the_session(wanted, ahead, now, zone, window):
    starts_at, quiet = wanted + ahead, hours(zone, window)

    due_at = reminder_time(wanted, starts_at=starts_at, now=now, **quiet)

    if due_at is not None:
        assert now < due_at < starts_at
        assert not is_quiet(due_at, **quiet)
    if wanted <= now:
        assert due_at is None


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("moment", "behind", "ahead"),
    [
        ("2027-01-04 12:00", "2027-01-04 12:00", "2027-01-04 12:00"),
        ("2027-01-04 20:54", "2027-01-04 20:54", "2027-01-04 20:54"),
        ("2027-01-04 20:58", "2027-01-04 20:58", "2027-01-04 20:55"),
        ("2027-01-04 21:00", "2027-01-05 08:00", "2027-01-04 20:55"),
        ("2027-01-05 03:00", "2027-01-05 08:00", "2027-01-04 20:55"),
        ("2027-01-05 08:00", "2027-01-05 08:00", "2027-01-05 08:00"),
        # The nights that are an hour shorter and an hour longer.
        ("2027-03-14 04:00", "2027-03-14 08:00", "2027-03-13 20:55"),
        ("2026-11-01 01:30", "2026-11-01 08:00", "2026-10-31 20:55"),
    ],
)
def test_nine_at_night_until_eight(moment, behind, ahead):
    quiet = hours(NEW_YORK, NIGHT)

    assert next_allowed(at(moment), **quiet) == at(behind)
    assert last_allowed(at(moment), **quiet) == at(ahead)


@pytest.mark.parametrize(
    ("now", "due_at"),
    [
        ("2027-01-04 12:00", "2027-01-04 20:55"),  # ahead of the night
        ("2027-01-04 20:55", "2027-01-05 08:00"),  # that is over: behind it, before the session
        ("2027-01-05 06:00", None),  # booked when the reminder would have been due
    ],
)
def test_three_hours_before_nine_in_the_morning(now, due_at):
    found = reminder_time(
        at("2027-01-05 06:00"),
        starts_at=at("2027-01-05 09:00"),
        now=at(now),
        **hours(NEW_YORK, NIGHT),
    )

    assert found == (at(due_at) if due_at else None)


def test_no_reminder_where_the_night_ends_with_the_session():
    found = reminder_time(
        at("2027-01-05 05:00"),
        starts_at=at("2027-01-05 08:00"),
        now=at("2027-01-04 22:00"),
        **hours(NEW_YORK, NIGHT),
    )

    assert found is None
