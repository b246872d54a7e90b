"""A time that the waitlist offered is booked with its charge, estimate and intake, at once."""

import pytest
import time_machine

from billing.models import Charge, GoodFaithEstimate
from booking.services import waitlist_offers
from booking.services.waitlist_offers import Opening
from intake.models import Intake, IntakePlan
from intake.services.questionnaires import publish_questionnaires
from tests.factories.booking import MONDAY, NOW, ClientFactory, a_session_type, new_york
from tests.factories.waitlist import WaitlistEntryFactory

pytestmark = pytest.mark.django_db


def test_taken_it_brings_along_what_a_booked_time_brings(client):
    person = ClientFactory(phone="212 555 0100", state="NY")
    session_type = a_session_type()
    publish_questionnaires(now=NOW)
    IntakePlan.objects.create(
        session_type=session_type, questionnaires=["what-brings-you"], consents=[]
    )
    WaitlistEntryFactory(session_type=session_type, client=person)
    opening = Opening(
        session_type.practitioner_id, new_york(MONDAY, "9:00"), new_york(MONDAY, "10:00")
    )
    with time_machine.travel(NOW, tick=False):
        client.force_login(person.user)
        [offer] = waitlist_offers.offer(opening=opening, now=NOW)

        page = client.post(f"/waitlist/offers/{offer.public_id}/take/", follow=True)

    charge = Charge.objects.get(appointment=offer.appointment)
    intake = Intake.objects.get(appointment=offer.appointment)
    assert charge.amount_cents == 150_00
    assert GoodFaithEstimate.objects.filter(appointment=offer.appointment).count() == 1
    words = page.content.decode()
    assert f'href="/intake/{intake.public_id}/"' in words
    assert f'href="/payments/{charge.public_id}/pay/"' in words
