"""Moments in templates: plain halves of the day, and which one of an hour that comes twice."""

from datetime import UTC, datetime

from django.template import Context, Template
from django.utils import timezone

NEW_YORK = "America/New_York"


def written(moment: datetime, layout: str) -> str:
    with timezone.override(NEW_YORK):
        return Template("{% load tz %}{{ moment|date:layout }}").render(
            Context({"moment": moment, "layout": layout})
        )


def test_halves_of_the_day_are_plain() -> None:
    assert written(datetime(2027, 1, 4, 14, 30, tzinfo=UTC), "F j, g:i a") == "January 4, 9:30 am"


def test_the_hour_that_comes_twice_names_its_half_of_the_year() -> None:
    first, second = (datetime(2027, 11, 7, hour, 30, tzinfo=UTC) for hour in (5, 6))

    assert written(first, "M j, g:i a") == "Nov 7, 1:30 am EDT"
    assert written(second, "g:i a, F j") == "1:30 am EST, November 7"
    assert written(first, "F j, Y") == "November 7, 2027"


def test_no_other_hour_names_it() -> None:
    assert written(datetime(2027, 11, 7, 7, 30, tzinfo=UTC), "g:i a") == "2:30 am"
    assert written(datetime(2027, 3, 14, 7, 30, tzinfo=UTC), "g:i a") == "3:30 am"
