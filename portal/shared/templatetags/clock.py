"""Times in templates read as everywhere else in the portal: "9:30 am", not Django's "9:30 a.m."."""

from typing import Any

from django import template
from django.template import defaultfilters

register = template.Library()


@register.filter(expects_localtime=True)
def date(value: Any, layout: str | None = None) -> str:
    """Django's own `date`, with the portal's way to write the half of the day."""
    return defaultfilters.date(value, layout).replace("a.m.", "am").replace("p.m.", "pm")
