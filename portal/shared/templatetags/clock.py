"""Times in templates read as everywhere else in the portal: "9:30 am", not Django's "9:30 a.m."."""

from datetime import datetime
from typing import Any

from django import template
from django.template import defaultfilters

register = template.Library()


@register.filter(expects_localtime=True)
def date(value: Any, layout: str | None = None) -> str:
    """Django's own `date`, with the portal's way to write the half of the day.

    Where clocks go back, the hour that comes twice also names its half of the year: "1:30 am EDT".
    """
    if layout and isinstance(value, datetime) and _comes_twice(value):
        # Django's own `T` says nothing in just this hour.
        name = "".join(f"\\{letter}" for letter in value.tzname() or "")
        layout = layout.replace("g:i a", f"g:i a {name}")
    return defaultfilters.date(value, layout).replace("a.m.", "am").replace("p.m.", "pm")


def _comes_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
