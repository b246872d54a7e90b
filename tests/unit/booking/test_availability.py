"""Examples of open times that a person can check with a paper calendar."""

from dataclasses import replace
from datetime import date, datetime, time
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from booking.availability import (
    Diary,
    ExtraTime,
    Reason,
    Session,
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
        (Terms(length=HOUR, notice_days=3, notice_clock=time(9, 1)), Reason.TOO_SOON),
        (Terms(length=HOUR, notice_days=4), Reason.TOO_SOON),
        (Terms(length=HOUR, open_from=date(2027, 1, 5)), Reason.TOO_SOON),
        (Terms(length=HOUR, open_until=date(2027, 1, 3)), Reason.TOO_FAR),
        (Terms(length=HOUR, horizon_days=2), Reason.TOO_FAR),
        (Terms(length=HOUR, daily_cap=1), Reason.DAY_FULL),
        (Terms(length=HOUR, daily_cap=0), Reason.DAY_FULL),
        (Terms(length=HOUR, daily_cap_in_all=2), Reason.DAY_FULL),
        (Terms(length=HOUR, weekly_cap=2), Reason.WEEK_FULL),
        (Terms(length=HOUR, weekly_cap_in_all=3), Reason.WEEK_FULL),
    ],
)
def test_a_time_outside_the_terms_is_told_why(terms, reason):
    of_the_day, on_sunday = at(MONDAY, "15:00"), at(date(2027, 1, 10), "23:00")
    diary = Diary(
        zone=ZONE,
        weekly=[NINE_TO_NOON],
        counted=[of_the_day, on_sunday],
        counted_in_all=[of_the_day, at(MONDAY, "16:00"), on_sunday],
    )

    assert why_not(diary, terms, place="telehealth", now=NOW, start=at(MONDAY, "09:00")) == reason


def test_a_time_that_has_passed_is_told_so():
    diary = Diary(zone=ZONE, weekly=[NINE_TO_NOON])
    nine, ten = at(MONDAY, "09:00"), at(MONDAY, "10:00")

    assert why_not(diary, Terms(HOUR), place="office", now=ten, start=nine) == Reason.PAST


def test_a_week_begins_on_monday_at_home():
    saturday, sunday = date(2027, 1, 9), date(2027, 1, 10)
    weekly = [WeeklyHours(weekday=day, opens=540, closes=600) for day in range(7)]
    diary = Diary(zone=ZONE, weekly=weekly, counted=[at(sunday, "23:30")])
    terms = Terms(length=HOUR, weekly_cap=1)

    assert clocks(diary, terms, saturday) == []
    assert clocks(diary, terms, date(2027, 1, 11)) == ["09:00 EST"]


def test_hours_of_every_other_week():
    hours = WeeklyHours(0, 540, 600, alternates_from=date(2027, 1, 10))
    diary, terms = Diary(zone=ZONE, weekly=[hours]), Terms(length=HOUR)

    assert clocks(diary, terms, MONDAY) == ["09:00 EST"]
    assert clocks(diary, terms, date(2027, 1, 11)) == []
    assert clocks(diary, terms, date(2027, 1, 18)) == ["09:00 EST"]


@pytest.mark.parametrize(
    ("terms", "now", "expected"),
    [
        (Terms(HOUR, grid=HOUR, notice_days=1, notice_clock=time(10)), "00:01", ["10", "11"]),
        (Terms(HOUR, grid=HOUR, notice_days=1, notice_clock=time(10)), "23:59", ["10", "11"]),
        (Terms(HOUR, grid=HOUR, notice_days=1, notice=12 * HOUR), "22:30", ["11"]),
        (Terms(HOUR, grid=HOUR, notice_days=2), "00:01", []),
    ],
)
def test_not_before_a_clock_so_many_days_on(terms, now, expected):
    diary = Diary(zone=ZONE, weekly=[NINE_TO_NOON])

    found = clocks(diary, terms, now=at(date(2027, 1, 3), now))

    assert found == [f"{hour}:00 EST" for hour in expected]


@pytest.mark.parametrize(
    ("day", "clock", "first"),
    [
        (date(2027, 3, 14), time(2, 30), "03:00 EDT"),  # skipped: from the end of the gap
        (date(2027, 3, 14), time(9), "09:00 EDT"),
        (date(2026, 11, 1), time(1, 30), "01:30 EDT"),  # twice: from the first
        (date(2026, 11, 1), time(9), "09:00 EST"),
    ],
)
def test_notice_by_the_clock_on_days_when_clocks_change(day, clock, first):
    hours = [WeeklyHours(weekday=6, opens=0, closes=1440)]
    terms = Terms(length=10 * MINUTE, notice_days=1, notice_clock=clock)

    found = clocks(Diary(zone=ZONE, weekly=hours), terms, day, now=at(day, "00:00") - HOUR)

    assert found[0] == first


def test_time_to_travel_lies_between_sessions_held_in_different_ways():
    """From ten to eleven at the office, and 45 minutes on the way; buffers are part of them."""
    session = Session(at(MONDAY, "10:00"), at(MONDAY, "11:00"), "office")
    diary = Diary(
        zone=ZONE,
        weekly=[WeeklyHours(weekday=0, opens=8 * 60, closes=13 * 60)],
        busy=[(session.start, session.end + 10 * MINUTE)],
        sessions=[session],
    )
    terms = Terms(length=HOUR, grid=15 * MINUTE, travel=45 * MINUTE)

    assert clocks(diary, terms, place="office") == [
        "08:00 EST", "08:15 EST", "08:30 EST", "08:45 EST", "09:00 EST",
        "11:15 EST", "11:30 EST", "11:45 EST", "12:00 EST",
    ]  # fmt: skip
    assert clocks(diary, terms, place="telehealth") == [
        "08:00 EST", "08:15 EST", "11:45 EST", "12:00 EST",
    ]  # fmt: skip
    early, late = at(MONDAY, "08:30"), at(MONDAY, "11:30")
    for start in (early, late):
        reason = why_not(diary, terms, place="telehealth", now=NOW, start=start)
        assert reason == Reason.NO_TIME_TO_TRAVEL


def test_another_calendar_takes_time_and_is_named_as_the_reason():
    diary = Diary(
        zone=ZONE,
        weekly=[NINE_TO_NOON],
        elsewhere=[(at(MONDAY, "10:10"), at(MONDAY, "10:50"))],
    )
    terms = Terms(length=HOUR, after=10 * MINUTE)

    assert clocks(diary, terms) == ["09:00 EST", "11:00 EST"]
    ten = why_not(diary, terms, place="office", now=NOW, start=at(MONDAY, "10:00"))
    assert ten == Reason.BUSY_ELSEWHERE


PACKED = Terms(length=HOUR, grid=30 * MINUTE, shortest_block=HOUR)


def test_packed_an_empty_day_keeps_whole_sessions_at_its_edges():
    hours = WeeklyHours(weekday=0, opens=9 * 60, closes=12 * 60 + 30)

    assert clocks(Diary(zone=ZONE, weekly=[hours]), PACKED) == [
        "09:00 EST", "10:00 EST", "10:30 EST", "11:30 EST",
    ]  # fmt: skip


def test_packed_a_start_stands_flush_with_the_neighbour_beside_the_grid():
    hours = WeeklyHours(weekday=0, opens=9 * 60, closes=14 * 60)
    busy = [(at(MONDAY, "10:40"), at(MONDAY, "11:35"))]
    diary = Diary(zone=ZONE, weekly=[hours], busy=busy)

    assert clocks(diary, PACKED) == ["09:00 EST", "09:40 EST", "11:35 EST", "13:00 EST"]


@pytest.mark.parametrize(
    ("opens", "expected"),
    [
        (9 * 60, ["09:00 EST", "10:00 EST", "11:00 EST"]),
        (9 * 60 + 1, ["09:01 EST", "11:00 EST"]),  # ten leaves 59 minutes: one too few
    ],
)
def test_packed_a_hole_is_useful_from_the_shortest_block_on(opens, expected):
    hours = WeeklyHours(weekday=0, opens=opens, closes=12 * 60)

    assert clocks(Diary(zone=ZONE, weekly=[hours]), PACKED) == expected


def test_packed_counts_the_way_between_two_places_as_the_edge():
    session = Session(at(MONDAY, "09:00"), at(MONDAY, "10:00"), "office")
    diary = Diary(
        zone=ZONE,
        weekly=[WeeklyHours(weekday=0, opens=9 * 60, closes=14 * 60)],
        busy=[(session.start, session.end)],
        sessions=[session],
    )
    terms = replace(PACKED, travel=25 * MINUTE)

    assert clocks(diary, terms, place="telehealth") == [
        "10:25 EST", "11:30 EST", "12:00 EST", "13:00 EST",
    ]  # fmt: skip
    reason = why_not(diary, terms, place="telehealth", now=NOW, start=at(MONDAY, "11:00"))
    assert reason == Reason.LEAVES_HOLE


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
