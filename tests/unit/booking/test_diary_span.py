"""Which days each view of the calendar shows."""

from datetime import date

import pytest

from booking.diary_span import DiarySpan, View

WEDNESDAY = date(2027, 1, 13)


@pytest.mark.parametrize(
    ("view", "first", "last", "earlier", "later", "title"),
    [
        (
            View.DAY,
            WEDNESDAY,
            WEDNESDAY,
            date(2027, 1, 12),
            date(2027, 1, 14),
            "Wednesday, January 13, 2027",
        ),
        (
            View.WEEK,
            date(2027, 1, 11),
            date(2027, 1, 17),
            date(2027, 1, 10),
            date(2027, 1, 18),
            "January 11 to January 17, 2027",
        ),
        (
            View.MONTH,
            date(2027, 1, 1),
            date(2027, 1, 31),
            date(2026, 12, 31),
            date(2027, 2, 1),
            "January 2027",
        ),
        (
            View.LIST,
            date(2027, 1, 11),
            date(2027, 1, 24),
            date(2027, 1, 10),
            date(2027, 1, 25),
            "January 11 to January 24, 2027",
        ),
    ],
)
def test_each_view_knows_its_days_and_where_earlier_and_later_lead(
    view: View, first: date, last: date, earlier: date, later: date, title: str
) -> None:
    span = DiarySpan.around(view, WEDNESDAY)

    assert (span.first, span.last, span.earlier, span.later) == (first, last, earlier, later)
    assert span.title == title
    assert span.count == (last - first).days + 1


def test_a_week_over_new_year_names_both_years() -> None:
    assert DiarySpan.around(View.WEEK, date(2026, 12, 31)).title == (
        "December 28, 2026 to January 3, 2027"
    )


@pytest.mark.parametrize(
    ("day", "last"), [(date(2027, 2, 28), 28), (date(2028, 2, 1), 29), (date(2026, 12, 31), 31)]
)
def test_a_month_ends_on_its_own_last_day(day: date, last: int) -> None:
    span = DiarySpan.around(View.MONTH, day)

    assert (span.first.day, span.last.day, span.last.month) == (1, last, day.month)
