"""People who wait for a time."""

from datetime import datetime
from typing import Any

import factory

from booking.models import SessionType, WaitlistEntry, WaitlistOffer
from booking.services import waitlist_offers
from booking.services.waitlist_offers import Opening
from tests.factories.booking import MONDAY, NOW, ClientFactory, new_york

NINE, TEN = new_york(MONDAY, "09:00"), new_york(MONDAY, "10:00")


class WaitlistEntryFactory(factory.django.DjangoModelFactory):
    """Somebody in New York who would take any time."""

    class Meta:
        model = WaitlistEntry

    client = factory.SubFactory(ClientFactory, phone="212 555 0100", state="NY")


def a_line(session_type: SessionType, *wishes: dict[str, Any]) -> list[WaitlistEntry]:
    """One person for each of the wishes, the longest waiting first."""
    return [WaitlistEntryFactory(session_type=session_type, **one) for one in wishes]


def offered(
    session_type: SessionType,
    start: datetime = NINE,
    end: datetime = TEN,
    now: datetime = NOW,
) -> list[WaitlistOffer]:
    """What is offered to whom when this time opens: Monday from nine to ten, if not another."""
    opening = Opening(session_type.practitioner_id, start, end)
    return waitlist_offers.offer(opening=opening, now=now)
