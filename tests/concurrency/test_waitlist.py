"""Workers meet at one opening, and windows at one offer: each time is one person's."""

import json

import pytest

from tests.servers.portal import Portal

PEOPLE, WORKERS = 6, 4
AT_ONCE = """
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from django.db import connections
from booking.models import WaitlistOffer
from booking.services import waitlist_offers
from booking.services.waitlist_offers import OfferOver, Opening
from tests.factories.booking import MONDAY, NOW, new_york

def at_once(work, count={workers}):
    together = Barrier(count)
    def one(number):
        together.wait(timeout=60)
        try:
            return work()
        finally:
            connections.close_all()
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
""".replace("{workers}", str(WORKERS))
SET_UP = """
from tests.factories.booking import a_session_type
from tests.factories.waitlist import a_line
session_type = a_session_type()
a_line(session_type, *({} for _ in range({people})))
print(session_type.practitioner_id)
""".replace("{people}", str(PEOPLE))
OFFER = (
    AT_ONCE
    + """
def work():
    morning = Opening({practitioner}, new_york(MONDAY, "9:00"), new_york(MONDAY, "12:00"))
    return len(waitlist_offers.offer(opening=morning, now=NOW))
counts = at_once(work)
rows = WaitlistOffer.objects.order_by("appointment__starts_at").select_related("appointment")
print(json.dumps([sum(counts), [[row.entry_id, row.appointment.starts_at.isoformat()]
                                for row in rows]]))
"""
)
TAKE = (
    AT_ONCE
    + """
def work():
    offer = WaitlistOffer.objects.select_related("entry__client__user").first()
    try:
        waitlist_offers.accept(offer=offer, by=offer.entry.client.user, now=NOW)
        return "taken"
    except OfferOver:
        return "over"
print(json.dumps(sorted(at_once(work))))
"""
)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_time_is_offered_to_one_and_taken_once(new_portal, request, database) -> None:
    extra = {}
    if database == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    portal: Portal = new_portal(extra)
    practitioner = portal.shell(SET_UP).strip()

    made, offers = json.loads(portal.shell(OFFER.replace("{practitioner}", practitioner)))
    answers = json.loads(portal.shell(TAKE))

    first = min(entry for entry, _ in offers)
    assert made == 3
    assert offers == [
        [first, "2027-01-04T14:00:00+00:00"],
        [first + 1, "2027-01-04T15:00:00+00:00"],
        [first + 2, "2027-01-04T16:00:00+00:00"],
    ]
    assert answers == ["over"] * (WORKERS - 1) + ["taken"]
