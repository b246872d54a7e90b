"""Minors who turn 18: from that day their guardians sign no longer, and the therapist knows it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Client, Guardian, Practice
from accounts.services.guardians import eighteenth_birthday
from booking.models import Practitioner

SAID_BEFORE = timedelta(days=30)
SAID_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ComingOfAge:
    """Worked out each time it is shown; nobody is written to."""

    client: Client
    birthday: date
    is_over: bool


def coming_of_age(practitioner: Practitioner, *, now: datetime) -> list[ComingOfAge]:
    """Of this therapist's clients with a guardian, the next birthday first; one query."""
    today = now.astimezone(Practice.get().zone).date()
    guardians = Guardian.objects.filter(
        ended_at=None, client__appointments__practitioner=practitioner
    ).select_related("client")
    clients = {row.client_id: row.client for row in guardians}
    birthdays = [(eighteenth_birthday(client), client) for client in clients.values()]
    near = [
        ComingOfAge(client, day, day <= today)
        for day, client in birthdays
        if day - SAID_BEFORE <= today <= day + SAID_AFTER
    ]
    return sorted(near, key=lambda one: (one.birthday, one.client.pk))
