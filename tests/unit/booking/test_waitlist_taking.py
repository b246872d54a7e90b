"""Taking a time that was offered: theirs at what was promised, once, or kindly over."""

from datetime import timedelta

import pytest

from booking.models import (
    Appointment,
    Audience,
    Booking,
    ExceptionKind,
    OfferState,
    Status,
    WaitlistState,
)
from booking.services import time_off, waitlist_offers
from booking.services.audiences import NotForYou
from booking.services.licence import NotLicensedThere
from booking.services.waitlist_offers import OfferOver
from portal.shared.models import AuditEvent
from tests.factories.booking import (
    MONDAY,
    NOW,
    a_session_type,
    new_york,
)
from tests.factories.waitlist import a_line, offered

pytestmark = pytest.mark.django_db
NINE, TEN = new_york(MONDAY, "9:00"), new_york(MONDAY, "10:00")
HOUR = timedelta(hours=1)


def accept(offer, now=NOW) -> Appointment:
    return waitlist_offers.accept(offer=offer, by=offer.entry.client.user, now=now)


def test_taken_it_is_theirs_at_the_price_of_the_offer():
    session_type = a_session_type()
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)
    session_type.price_cents, session_type.cancel_hours = 999_00, 72
    session_type.save()

    taken = accept(offer)

    entry.refresh_from_db()
    offer.refresh_from_db()
    taken.refresh_from_db()
    assert (taken.status, taken.client, taken.confirmed_at) == (
        Status.CONFIRMED,
        entry.client,
        NOW,
    )
    assert (taken.price_cents, taken.cancel_hours) == (150_00, 24)
    assert (offer.state, entry.state) == (OfferState.TAKEN, WaitlistState.BOOKED)
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert actions[-2:] == ["appointment.confirm", "waitlist.take"]


def test_by_request_it_becomes_a_request():
    session_type = a_session_type(booking=Booking.REQUEST)
    a_line(session_type, {})
    [offer] = offered(session_type)

    assert accept(offer).status == Status.REQUESTED


def test_taken_twice_it_is_taken_once():
    session_type = a_session_type()
    a_line(session_type, {})
    [offer] = offered(session_type)
    accept(offer)

    with pytest.raises(OfferOver):
        accept(offer)

    assert Appointment.objects.filter(status=Status.CONFIRMED).count() == 1


def test_after_its_time_it_is_over():
    session_type = a_session_type()
    a_line(session_type, {})
    [offer] = offered(session_type)

    with pytest.raises(OfferOver):
        accept(offer, now=offer.expires_at)


def test_time_closed_meanwhile_is_over_and_they_wait_on():
    session_type = a_session_type()
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)
    time_off.add(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=NINE,
        ends_at=TEN,
        by=session_type.practitioner.user,
        now=NOW,
    )

    with pytest.raises(OfferOver):
        accept(offer)

    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING


def test_taking_asks_again_whether_they_may_book_it():
    session_type = a_session_type()
    a_line(session_type, {})
    [offer] = offered(session_type)
    session_type.audience = Audience.EXISTING
    session_type.save()

    with pytest.raises(NotForYou):
        accept(offer)

    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN


def test_taking_a_video_session_asks_where_they_are():
    session_type = a_session_type()
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)
    entry.client.state = "NJ"
    entry.client.save()

    with pytest.raises(NotLicensedThere):
        accept(offer)
