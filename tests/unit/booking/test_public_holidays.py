"""Suggestions of public holidays: federal and the state's, twelve months, observed days too."""

from datetime import date

import pytest

from booking import public_holidays


def test_a_year_of_new_york():
    found = public_holidays.coming(date(2026, 11, 23), state="NY")

    assert [(str(day.on), day.name, day.in_state) for day in found] == [
        ("2026-11-26", "Thanksgiving Day", False),
        ("2026-12-25", "Christmas Day", False),
        ("2027-01-01", "New Year’s Day", False),
        ("2027-01-18", "Martin Luther King Jr. Day", False),
        ("2027-02-12", "Lincoln’s Birthday", True),
        ("2027-02-15", "Susan B. Anthony Day and Washington’s Birthday", False),
        ("2027-05-31", "Memorial Day", False),
        ("2027-06-18", "Juneteenth National Independence Day (observed)", False),
        ("2027-06-19", "Juneteenth National Independence Day", False),
        ("2027-07-04", "Independence Day", False),
        ("2027-07-05", "Independence Day (observed)", False),
        ("2027-09-06", "Labor Day", False),
        ("2027-10-11", "Columbus Day", False),
        ("2027-11-02", "Election Day", True),
        ("2027-11-11", "Veterans Day", False),
    ]


def test_a_state_that_is_not_known_has_the_federal_ones():
    found = public_holidays.coming(date(2027, 2, 1), state="")
    assert [day.name for day in found][:2] == ["Washington’s Birthday", "Memorial Day"]


@pytest.mark.parametrize("first", [date(2028, 2, 29), date(2027, 12, 31), date(2027, 1, 1)])
def test_today_counts_and_the_same_day_next_year_does_not(first):
    days = [day.on for day in public_holidays.coming(first, state="NY")]

    assert days == sorted(set(days))
    assert all(first <= day and (day - first).days < 366 for day in days)
    assert (date(2027, 1, 1) in days) == (first == date(2027, 1, 1))
