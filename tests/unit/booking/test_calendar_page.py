"""What the calendar's template is given."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from booking.calendar_page import Clocks, build
from booking.month import Month

NEW_YORK, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
NOW = datetime(2027, 1, 1, 15, tzinfo=UTC)


def page(*moments, zone=NEW_YORK, month="2027-01", wanted=None, now=NOW):
    return build(
        [SimpleNamespace(starts_at=moment) for moment in moments],
        month=Month.parse(month),
        wanted=wanted,
        clocks=Clocks(zone, NEW_YORK),
        now=now,
        last_day=date(2027, 2, 20),
    )


def at(day, hour, minute=0, month=1):
    return datetime(2027, month, day, hour, minute, tzinfo=NEW_YORK)


def test_times_stand_in_the_part_of_the_day_where_they_begin():
    shown = page(at(12, 11, 59), at(12, 12), at(12, 16, 59), at(12, 17))

    assert [(part.name, [time.clock for time in part.times]) for part in shown.parts] == [
        ("Morning", ["11:59 am"]),
        ("Afternoon", ["12:00 pm", "4:59 pm"]),
        ("Evening", ["5:00 pm"]),
    ]


def test_a_day_without_times_gives_way_to_the_first_that_has_some():
    moments = (at(12, 9), at(14, 9))

    assert page(*moments).chosen == date(2027, 1, 12)
    assert page(*moments, wanted=date(2027, 1, 14)).chosen == date(2027, 1, 14)
    assert page(*moments, wanted=date(2027, 1, 13)).chosen == date(2027, 1, 12)


def test_days_follow_the_visitors_midnight():
    shown = page(at(12, 9), at(12, 10), zone=TOKYO)

    open_days = [day.date.day for week in shown.weeks for day in week if day and day.is_open]
    assert open_days == [12, 13]


def test_buttons_carry_the_instant_in_utc_and_both_clocks():
    (part,) = page(at(12, 9), zone=TOKYO).parts
    (button,) = part.times

    assert button.value == "2027-01-12T14:00:00Z"
    assert button.label == "Tuesday, January 12, 11:00 pm"
    assert button.elsewhere == "9:00 am in New York"


def test_a_neighbour_on_the_same_clock_gets_no_second_time():
    shown = page(at(12, 9), zone=ZoneInfo("America/Toronto"))

    assert shown.parts[0].times[0].elsewhere == ""
    assert shown.sentence == "In New York it is the same time."


def test_an_hour_that_comes_twice_is_told_apart():
    first = datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    second = datetime(2027, 11, 7, 6, 30, tzinfo=UTC)

    (part,) = page(first, second, month="2027-11").parts

    assert [time.clock for time in part.times] == ["1:30 am EDT", "1:30 am EST"]
    assert [time.value for time in part.times] == ["2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z"]


def test_an_empty_month_says_so():
    shown = page()

    assert shown.is_empty
    assert shown.announcement == "January 2027: no open times."


def test_one_day_and_one_time_are_said_in_the_singular():
    assert page(at(12, 9)).announcement == (
        "January 2027: 1 day with open times. Tuesday, January 12: 1 open time."
    )


def test_arrows_lead_no_further_than_there_is_something_to_see():
    january, february = page(), page(month="2027-02")

    assert (january.previous, str(january.next)) == (None, "2027-02")
    assert (str(february.previous), february.next) == ("2027-01", None)
