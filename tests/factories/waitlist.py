"""People who wait for a time."""

from typing import Any

import factory

from booking.models import SessionType, WaitlistEntry
from tests.factories.booking import ClientFactory


class WaitlistEntryFactory(factory.django.DjangoModelFactory):
    """Somebody in New York who would take any time."""

    class Meta:
        model = WaitlistEntry

    client = factory.SubFactory(ClientFactory, phone="212 555 0100", state="NY")


def a_line(session_type: SessionType, *wishes: dict[str, Any]) -> list[WaitlistEntry]:
    """One person for each of the wishes, the longest waiting first."""
    return [WaitlistEntryFactory(session_type=session_type, **one) for one in wishes]
