"""A therapist's page "How I work", published."""

from datetime import datetime, timedelta
from typing import Any

from booking.models import Practitioner, WayOfWorking
from booking.services.ways_of_working import publish
from booking.ways.starter import starter_way
from tests.factories.booking import NOW

LONG_AGO = NOW - timedelta(days=90)


def a_way(practitioner: Practitioner, *, now: datetime = LONG_AGO, **fields: Any) -> WayOfWorking:
    """The starter's words with these changes, as the next version."""
    way = starter_way(practitioner)
    for name, value in fields.items():
        setattr(way, name, value)
    current = WayOfWorking.objects.current(practitioner)
    seen = current.version if current else 0
    return publish(way=way, seen=seen, by=practitioner.user, now=now)
