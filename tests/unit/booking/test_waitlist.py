"""Joining, changing, leaving, and what ends a wait."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.models import Audience, OfferState, Status, WaitlistEntry, WaitlistState
from booking.services import follow_ups, waitlist
from booking.services.audiences import NotForYou
from booking.wishes import Wishes
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.waitlist import WaitlistEntryFactory, a_line, offered

pytestmark = pytest.mark.django_db
NINE, TEN = new_york(MONDAY, "9:00"), new_york(MONDAY, "10:00")
MORNINGS = Wishes("office", [4, 0], ["morning"], MONDAY)


def join(session_type, client, wishes=MORNINGS):
    return waitlist.join(
        session_type=session_type, client=client, wishes=wishes, by=client.user, now=NOW
    )


def announced() -> list[dict[str, int]]:
    return list(OutboxEntry.objects.filter(kind="offer_opening").values_list("payload", flat=True))


def newest_action() -> str:
    return AuditEvent.objects.order_by("sequence").last().action


def test_join_keeps_what_they_wait_for():
    entry = join(a_session_type(), ClientFactory())

    entry.refresh_from_db()
    assert entry.wishes == Wishes("office", [0, 4], ["morning"], MONDAY)
    assert (entry.state, entry.ended_at) == (WaitlistState.WAITING, None)
    assert newest_action() == "waitlist.join"


def test_joining_again_changes_the_wishes_and_keeps_the_place_in_the_line():
    session_type, client = a_session_type(), ClientFactory()
    first = join(session_type, client)
    other = join(session_type, ClientFactory())

    again = join(session_type, client, Wishes())

    assert again.pk == first.pk
    assert list(WaitlistEntry.objects.all()) == [first, other]
    assert WaitlistEntry.objects.get(pk=first.pk).weekdays == []
    assert newest_action() == "waitlist.change"


def test_database_keeps_one_wait_of_a_client_for_a_type():
    entry = WaitlistEntryFactory(session_type=a_session_type())

    with pytest.raises(IntegrityError), transaction.atomic():
        WaitlistEntryFactory(session_type=entry.session_type, client=entry.client)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"audience": Audience.EXISTING}])
def test_join_is_for_those_who_may_book(fields):
    session_type = a_session_type(**fields)

    with pytest.raises(NotForYou):
        join(session_type, ClientFactory())

    assert not WaitlistEntry.objects.exists()


def test_leave_ends_the_wait_and_gives_the_kept_time_to_the_line():
    session_type = a_session_type()
    entry, _ = a_line(session_type, {}, {})
    [offer, _] = offered(session_type, NINE, NINE + timedelta(hours=2))

    waitlist.leave(entry=entry, by=entry.client.user, now=NOW)

    entry.refresh_from_db()
    offer.refresh_from_db()
    assert (entry.state, entry.ended_at) == (WaitlistState.LEFT, NOW)
    assert (offer.state, offer.answered_at) == (OfferState.DECLINED, NOW)
    assert offer.appointment.__class__.objects.get(pk=offer.appointment_id).status == Status.EXPIRED
    assert announced() == [
        {
            "practitioner_id": session_type.practitioner_id,
            "starts_at": int(NINE.timestamp()),
            "ends_at": int(TEN.timestamp()),
        }
    ]
    assert newest_action() == "waitlist.leave"


def test_leaving_twice_changes_nothing():
    entry = WaitlistEntryFactory(session_type=a_session_type())
    waitlist.leave(entry=entry, by=entry.client.user, now=NOW)
    events = AuditEvent.objects.count()

    waitlist.leave(entry=entry, by=entry.client.user, now=NOW + timedelta(hours=1))

    entry.refresh_from_db()
    assert entry.ended_at == NOW
    assert AuditEvent.objects.count() == events


def test_therapist_takes_somebody_off():
    session_type = a_session_type()
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)

    waitlist.leave(entry=entry, by=session_type.practitioner.user, now=NOW)

    offer.refresh_from_db()
    assert offer.state == OfferState.LAPSED
    assert newest_action() == "waitlist.remove"


def test_declined_they_wait_on():
    session_type = a_session_type()
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)

    waitlist.decline(offer=offer, by=entry.client.user, now=NOW)
    waitlist.decline(offer=offer, by=entry.client.user, now=NOW)

    offer.refresh_from_db()
    entry.refresh_from_db()
    assert (offer.state, entry.state) == (OfferState.DECLINED, WaitlistState.WAITING)
    assert AuditEvent.objects.filter(action="waitlist.decline").count() == 1
    assert len(announced()) == 1


def test_lapse_waits_for_its_moment():
    session_type = a_session_type()
    a_line(session_type, {})
    [offer] = offered(session_type)

    early = waitlist.lapse(offer_id=offer.pk, now=offer.expires_at - timedelta(seconds=1))
    due = waitlist.lapse(offer_id=offer.pk, now=offer.expires_at)
    again = waitlist.lapse(offer_id=offer.pk, now=offer.expires_at)

    offer.refresh_from_db()
    assert (early, due, again) == (False, True, False)
    assert (offer.state, offer.answered_at) == (OfferState.LAPSED, offer.expires_at)
    assert newest_action() == "waitlist.lapse"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, WaitlistState.WAITING),
        ({"is_consult": True}, WaitlistState.BOOKED),
        ({"once_per_client": True}, WaitlistState.BOOKED),
    ],
)
def test_booking_elsewhere_ends_the_wait_for_what_one_has_once(fields, state):
    """For any other session they wait on, for something earlier."""
    entry = WaitlistEntryFactory(session_type=a_session_type(**fields))
    booked = an_appointment(entry.session_type, client=entry.client)

    follow_ups.diary_changed(booked, now=NOW)

    entry.refresh_from_db()
    assert entry.state == state


def test_booking_elsewhere_gives_an_offered_time_back():
    session_type = a_session_type(is_consult=True)
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)
    booked = an_appointment(session_type, TEN + timedelta(hours=1), client=entry.client)

    follow_ups.diary_changed(booked, now=NOW)

    offer.refresh_from_db()
    assert offer.state == OfferState.LAPSED


def test_cancelling_does_not_end_a_wait():
    entry = WaitlistEntryFactory(session_type=a_session_type(is_consult=True))
    off = an_appointment(entry.session_type, client=entry.client, status=Status.CANCELLED)

    follow_ups.diary_changed(off, now=NOW)

    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING


def test_another_clients_booking_ends_nobodys_wait():
    entry = WaitlistEntryFactory(session_type=a_session_type(is_consult=True))

    follow_ups.diary_changed(
        an_appointment(entry.session_type, client=ClientFactory(user=UserFactory())), now=NOW
    )

    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING
