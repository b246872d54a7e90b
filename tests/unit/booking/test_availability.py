"""Examples of open times that a person can check with a paper calendar."""

from datetime import date, datetime
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from booking.availability import (
    Diary,
    ExtraTime,
    Reason,
    Terms,
    WeeklyHours,
    open_starts,
    why_not,
)

ZONE = ZoneInfo("America/New_York")
MINUTE, HOUR, DAY = 60, 3600, 86400
MONDAY = date(2027, 1, 4)
NINE_TO_NOON = WeeklyHours(weekday=0, opens=9 * 60, closes=12 * 60)


def at(day: date, clock: str, *, fold: int = 0) -> int:
    hour, minute = map(int, clock.split(":"))
    wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE, fold=fold)
    return int(wall.timestamp())


NOW = at(date(2027, 1, 1), "08:00")


def clocks(
    diary: Diary, terms: Terms, day: date = MONDAY, *, place="telehealth", now=NOW
) -> list[str]:
    start = at(day, "00:00")
    found = open_starts(diary, terms, place=place, now=now, start=start, end=start + DAY + HOUR)
    walls = (datetime.fromtimestamp(one, ZONE) for one in found)
    return [wall.strftime("%H:%M %Z") for wall in walls if wall.date() == day]


def test_weekly_hours_give_starts_on_the_grid_that_end_in_time():
    diary = Diary(zone=ZONE, weekly=[NINE_TO_NOON])

    assert clocks(diary, Terms(length=50 * MINUTE)) == [
        "09:00 EST", "09:30 EST", "10:00 EST", "10:30 EST", "11:00 EST",
    ]  # fmt: skip


def test_grid_stands_on_the_clock_when_hours_begin_between():
    hours = WeeklyHours(weekday=0, opens=9 * 60 + 10, closes=11 * 60)

    assert clocks(Diary(zone=ZONE, weekly=[hours]), Terms(length=HOUR, grid=HOUR)) == ["10:00 EST"]


def test_buffers_keep_distance_and_touching_is_allowed():
    busy = [(at(MONDAY, "10:00"), at(MONDAY, "11:00"))]
    diary = Diary(zone=ZONE, weekly=[NINE_TO_NOON], busy=busy)

    plain = clocks(diary, Terms(length=30 * MINUTE))
    with_after = clocks(diary, Terms(length=30 * MINUTE, after=10 * MINUTE))
    with_before = clocks(diary, Terms(length=30 * MINUTE, before=10 * MINUTE))

    assert plain == ["09:00 EST", "09:30 EST", "11:00 EST", "11:30 EST"]
    assert with_after == ["09:00 EST", "11:00 EST", "11:30 EST"]
    assert with_before == ["09:00 EST", "09:30 EST", "11:30 EST"]


def test_buffers_may_reach_beyond_the_hours():
    diary = Diary(zone=ZONE, weekly=[NINE_TO_NOON])

    assert clocks(diary, Terms(length=3 * HOUR, before=HOUR, after=HOUR)) == ["09:00 EST"]


def test_windows_that_touch_are_one_window():
    halves = [
        WeeklyHours(weekday=0, opens=9 * 60, closes=10 * 60, place="telehealth"),
        WeeklyHours(weekday=0, opens=10 * 60, closes=11 * 60),
    ]

    assert clocks(Diary(zone=ZONE, weekly=halves), Terms(length=2 * HOUR)) == ["09:00 EST"]
    assert clocks(Diary(zone=ZONE, weekly=halves), Terms(length=2 * HOUR), place="office") == []


def test_windows_join_over_midnight():
    nights = [
        WeeklyHours(weekday=0, opens=23 * 60, closes=24 * 60),
        WeeklyHours(weekday=1, opens=0, closes=60),
    ]

    assert clocks(Diary(zone=ZONE, weekly=nights), Terms(length=2 * HOUR)) == ["23:00 EST"]


def test_validity_dates_are_inclusive():
    hours = WeeklyHours(0, 540, 600, valid_from=MONDAY, valid_until=MONDAY)
    diary, terms = Diary(zone=ZONE, weekly=[hours]), Terms(length=HOUR)

    assert clocks(diary, terms) == ["09:00 EST"]
    assert clocks(diary, terms, date(2027, 1, 11)) == []
    assert clocks(diary, terms, date(2026, 12, 28), now=NOW - 30 * DAY) == []


def test_time_off_wins_over_extra_time():
    extra = [ExtraTime(at(MONDAY, "14:00"), at(MONDAY, "16:00"), "office")]
    closed = [(at(MONDAY, "15:00"), at(MONDAY, "15:30"))]
    diary = Diary(zone=ZONE, extra=extra, closed=closed)

    assert clocks(diary, Terms(length=30 * MINUTE), place="office") == [
        "14:00 EST", "14:30 EST", "15:30 EST",
    ]  # fmt: skip
    assert clocks(diary, Terms(length=30 * MINUTE), place="telehealth") == []


def test_notice_counts_from_now_to_the_second():
    diary = Diary(zone=ZONE, weekly=[NINE_TO_NOON])
    terms = Terms(length=HOUR, grid=HOUR, notice=2 * HOUR)

    assert clocks(diary, terms, now=at(MONDAY, "08:00")) == ["10:00 EST", "11:00 EST"]
    assert clocks(diary, terms, now=at(MONDAY, "08:00") + 1) == ["11:00 EST"]


def test_horizon_ends_with_a_local_day():
    diary = Diary(zone=ZONE, weekly=[NINE_TO_NOON])
    late_friday = at(date(2027, 1, 1), "23:59")

    assert clocks(diary, Terms(length=3 * HOUR, horizon_days=3), now=late_friday) == ["09:00 EST"]
    assert clocks(diary, Terms(length=3 * HOUR, horizon_days=2), now=late_friday) == []


def test_daily_cap_closes_the_local_day_and_only_that():
    counted = [at(MONDAY, "23:30"), at(MONDAY, "09:00")]
    weekly = [NINE_TO_NOON, WeeklyHours(weekday=1, opens=540, closes=600)]
    diary = Diary(zone=ZONE, weekly=weekly, counted=counted)
    terms = Terms(length=HOUR, daily_cap=2)

    assert clocks(diary, terms) == []
    assert clocks(diary, terms, date(2027, 1, 5)) == ["09:00 EST"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            date(2026, 11, 1),
            ["00:00 EDT", "01:00 EDT", "01:00 EST", "02:00 EST", "03:00 EST"],
        ),
        (date(2027, 3, 14), ["00:00 EST", "01:00 EST", "03:00 EDT"]),
        (
            date(2027, 11, 7),
            ["00:00 EDT", "01:00 EDT", "01:00 EST", "02:00 EST", "03:00 EST"],
        ),
    ],
)
def test_clock_changes_skip_and_repeat_hours(day, expected):
    hours = [WeeklyHours(weekday=6, opens=0, closes=4 * 60)]

    found = clocks(
        Diary(zone=ZONE, weekly=hours),
        Terms(length=HOUR, grid=HOUR),
        day,
        now=at(day, "00:00") - DAY,
    )

    assert found == expected


def test_a_session_across_the_clock_change_lasts_its_true_length():
    day = date(2027, 3, 14)
    hours = [WeeklyHours(weekday=6, opens=60, closes=4 * 60)]
    terms = Terms(length=2 * HOUR, grid=30 * MINUTE)

    found = clocks(Diary(zone=ZONE, weekly=hours), terms, day, now=at(day, "00:00") - DAY)

    assert found == ["01:00 EST"]


def test_hours_inside_the_skipped_hour_do_not_exist():
    day = date(2027, 3, 14)
    diary = Diary(zone=ZONE, weekly=[WeeklyHours(weekday=6, opens=120, closes=180)])

    assert clocks(diary, Terms(length=MINUTE), day, now=at(day, "00:00") - DAY) == []


@pytest.mark.parametrize(
    ("clock", "reason"),
    [
        ("09:30", None),
        ("09:15", Reason.OFF_GRID),
        ("08:30", Reason.OUTSIDE_HOURS),
        ("11:30", Reason.OUTSIDE_HOURS),
        ("10:30", Reason.TAKEN),
        ("11:00", Reason.TIME_OFF),
    ],
)
def test_a_time_that_is_not_open_is_told_why(clock, reason):
    diary = Diary(
        zone=ZONE,
        weekly=[NINE_TO_NOON],
        busy=[(at(MONDAY, "10:30"), at(MONDAY, "11:00"))],
        closed=[(at(MONDAY, "11:15"), at(MONDAY, "11:30"))],
    )

    assert (
        why_not(diary, Terms(length=HOUR), place="telehealth", now=NOW, start=at(MONDAY, clock))
        == reason
    )


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (Terms(length=HOUR, notice=5 * DAY), Reason.TOO_SOON),
        (Terms(length=HOUR, horizon_days=2), Reason.TOO_FAR),
        (Terms(length=HOUR, daily_cap=1), Reason.DAY_FULL),
    ],
)
def test_a_time_outside_the_terms_is_told_why(terms, reason):
    diary = Diary(zone=ZONE, weekly=[NINE_TO_NOON], counted=[at(MONDAY, "15:00")])

    assert why_not(diary, terms, place="telehealth", now=NOW, start=at(MONDAY, "09:00")) == reason


def test_a_crowded_quarter_is_one_sweep():
    """Two thousand busy rows and sixty windows: far below what a nested loop would take."""
    weekly = [WeeklyHours(day, 0, 1440) for day in range(7)]
    busy = [(NOW + n * HOUR, NOW + n * HOUR + 30 * MINUTE) for n in range(2000)]
    diary = Diary(zone=ZONE, weekly=weekly, busy=busy)
    terms = Terms(length=30 * MINUTE, grid=15 * MINUTE, horizon_days=90)

    began = perf_counter()
    found = open_starts(diary, terms, place="telehealth", now=NOW, start=NOW, end=NOW + 62 * DAY)

    assert len(found) == 62 * 24
    assert perf_counter() - began < 0.5
