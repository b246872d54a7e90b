from datetime import date

import pytest

from booking.month import Day, Month, weeks


@pytest.mark.parametrize(
    "text", ["", "2027", "2027-1", "2027-13", "27-01", "2027-01-01", "abcd-ef"]
)
def test_text_that_is_no_month_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever part is wrong
        Month.parse(text)


def test_neighbours_cross_the_year():
    assert str(Month.parse("2026-12").next) == "2027-01"
    assert str(Month.parse("2027-01").previous) == "2026-12"
    assert Month.parse("2028-02").last == date(2028, 2, 29)


def test_weeks_begin_on_monday_and_are_whole():
    rows = weeks(
        Month.parse("2027-01"),
        open_days={date(2027, 1, 4)},
        chosen=date(2027, 1, 4),
        today=date(2027, 1, 1),
    )

    assert [len(row) for row in rows] == [7, 7, 7, 7, 7]
    assert rows[0][:4] == [None] * 4
    assert rows[0][4] == Day(date(2027, 1, 1), is_open=False, is_chosen=False, is_today=True)
    assert rows[1][0] == Day(date(2027, 1, 4), is_open=True, is_chosen=True, is_today=False)
    assert rows[4][6] == Day(date(2027, 1, 31), is_open=False, is_chosen=False, is_today=False)
