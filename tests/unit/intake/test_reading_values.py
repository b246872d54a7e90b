"""Numbers, dates and times as people type them."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from intake.fhir.questionnaire import PartialDate
from intake.fhir.reading_moments import read_date, read_datetime, read_time
from intake.fhir.reading_numbers import read_decimal, read_integer

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12", 12),
        ("-3", -3),
        ("\u22123", -3),
        ("+4", 4),
        ("1,000", 1000),
        ("1 000 000", 1_000_000),
        ("1.5", "1.5"),
        ("twelve", "twelve"),
        ("1,00", "1,00"),
        ("\u0663", "\u0663"),
        ("9" * 20, "9" * 20),
    ],
)
def test_whole_numbers(typed, expected):
    assert read_integer(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1.5", Decimal("1.5")),
        ("1,5", Decimal("1.5")),
        (".5", Decimal("0.5")),
        ("-,25", Decimal("-0.25")),
        ("12", Decimal(12)),
        ("1,234.5", Decimal("1234.5")),
        ("1.234,5", Decimal("1234.5")),
        ("1 234,5", Decimal("1234.5")),
        ("1,234,567", Decimal(1_234_567)),
        ("1.234", Decimal("1.234")),
        ("0,125", Decimal("0.125")),
        ("1,234", "1,234"),
        ("1e5", "1e5"),
        ("5.", "5."),
        ("NaN", "NaN"),
    ],
)
def test_numbers_in_either_notation(typed, expected):
    assert read_decimal(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2019", PartialDate(2019)),
        ("2019-05", PartialDate(2019, 5)),
        ("5/2019", PartialDate(2019, 5)),
        ("May 2019", PartialDate(2019, 5)),
        ("sept. 2019", PartialDate(2019, 9)),
        ("2019-05-03", date(2019, 5, 3)),
        ("13/2019", "13/2019"),
        ("Mayday 2019", "Mayday 2019"),
        ("0000", "0000"),
        ("2019-02-30", "2019-02-30"),
    ],
)
def test_dates_that_may_be_partial(typed, expected):
    assert read_date(typed, may_be_partial=True) == expected


@pytest.mark.parametrize("typed", ["2019", "20190503", "3.5.2019", "2019-W18-5"])
def test_a_full_date_is_needed_elsewhere(typed):
    assert read_date(typed, may_be_partial=False) == typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("07:15", time(7, 15)),
        ("14:30:05", time(14, 30, 5)),
        ("7:15 pm", time(19, 15)),
        ("12 am", time(0)),
        ("12:05 P.M.", time(12, 5)),
        ("13 pm", "13 pm"),
        ("25:00", "25:00"),
        ("noon", "noon"),
        ("", ""),
    ],
)
def test_times(typed, expected):
    assert read_time(typed) == expected


def offset(hours):
    return timezone(timedelta(hours=hours))


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2027-01-05", "09:00", datetime(2027, 1, 5, 9, tzinfo=offset(-5))),
        ("2026-11-01", "01:30", datetime(2026, 11, 1, 1, 30, tzinfo=offset(-4))),
        ("2027-11-07", "02:00", datetime(2027, 11, 7, 2, tzinfo=offset(-5))),
        ("2027-03-14", "02:30", "2027-03-14\n02:30!"),
        ("2027-03-14", "03:00", datetime(2027, 3, 14, 3, tzinfo=offset(-4))),
        ("2027-01-05", "", date(2027, 1, 5)),
        ("", "09:00", "\n09:00"),
        ("soon", "09:00", "soon\n09:00"),
        ("2027-01-05", "soon", "2027-01-05\nsoon"),
        ("0001-01-01", "00:00", "0001-01-01\n00:00"),
        ("9999-12-31", "23:59", "9999-12-31\n23:59"),
    ],
)
def test_moments_on_the_practices_clock(day, clock, expected):
    assert read_datetime(day, clock, NEW_YORK, may_be_partial=False) == expected


def test_nothing_typed_is_two_empty_lines():
    assert read_datetime("", "", UTC, may_be_partial=False) == "\n"
