"""A calendar date in words, the same on every page and document."""

from datetime import date


def long_date(value: date) -> str:
    """`January 9, 2027`."""
    return f"{value:%B} {value.day}, {value.year}"
