"""The years that the calendar knows: days at the edge of time overflow on their way to a zone."""

from datetime import date

from django.core.exceptions import ValidationError

YEARS = range(2000, 2200)


def check_year(day: date) -> None:
    """Raise ValidationError for a day that no calendar of ours reaches."""
    if day.year not in YEARS:
        raise ValidationError(f"Choose a year from {YEARS.start} to {YEARS.stop - 1}.")
