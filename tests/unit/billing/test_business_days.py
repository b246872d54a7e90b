"""By when an estimate must be given: business days with observed federal holidays."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing import business_days


def day(text: str) -> date:
    return date.fromisoformat(text)


SCHEDULED = [
    ("2026-11-23", "2026-11-24", 1, None),
    ("2026-11-23", "2026-11-27", 3, "2026-11-24"),
    ("2026-11-25", "2026-12-01", 3, "2026-11-27"),
    ("2026-11-20", "2026-11-25", 3, "2026-11-23"),
    ("2026-11-22", "2026-11-25", 3, "2026-11-23"),
    ("2026-12-01", "2026-12-15", 10, "2026-12-04"),
    ("2026-12-01", "2026-12-14", 9, "2026-12-02"),
    ("2026-12-24", "2026-12-30", 3, "2026-12-28"),
    ("2026-07-02", "2026-07-08", 3, "2026-07-06"),
    ("2027-12-30", "2028-01-05", 3, "2028-01-03"),
    ("2027-06-17", "2027-06-23", 3, "2027-06-21"),
    ("2026-11-23", "2026-11-23", 0, None),
    ("2026-11-23", "2026-11-20", 0, None),
]


@pytest.mark.parametrize(("scheduled", "service", "lead", "due"), SCHEDULED)
def test_deadline_after_scheduling(
    scheduled: str, service: str, lead: int, due: str | None
) -> None:
    assert business_days.business_days_until(day(scheduled), day(service)) == lead
    found = business_days.deadline_after_scheduling(day(scheduled), day(service))
    assert found == (day(due) if due else None)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-22", "2026-11-25"),
        ("2026-11-25", "2026-12-01"),
        ("2027-12-23", "2027-12-29"),
        ("2027-12-30", "2028-01-05"),
    ],
)
def test_deadline_after_a_request(asked: str, due: str) -> None:
    assert business_days.deadline_after_request(day(asked)) == day(due)


def test_new_years_day_of_2028_is_observed_on_the_last_day_of_2027() -> None:
    assert not business_days.is_business_day(date(2027, 12, 31))
    assert business_days.is_business_day(date(2027, 12, 30))


def test_holidays_of_new_york_alone_are_business_days() -> None:
    assert business_days.is_business_day(date(2027, 2, 12))
    assert business_days.is_business_day(date(2026, 11, 3))


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["--scheduled", "2027-12-30", "--service", "2028-01-05"], "2028-01-03"),
        (["--scheduled", "2026-11-23", "--service", "2026-11-24"], "none"),
        (["--requested", "2026-11-25"], "2026-12-01"),
    ],
)
def test_the_command_prints_the_day(arguments: list[str], printed: str) -> None:
    out = StringIO()

    call_command("gfe_deadline", *arguments, stdout=out)

    assert out.getvalue() == f"{printed}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--scheduled", "2026-11-23"],
        ["--requested", "2026-11-23", "--service", "2026-11-24"],
    ],
)
def test_the_command_asks_for_what_it_needs(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="or --requested alone"):
        call_command("gfe_deadline", *arguments)
