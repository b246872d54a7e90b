"""A time that opened: who is asked, for how long, and what taking it does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.models import (
    Audience,
    BlockKind,
    OfferState,
    Status,
    WaitlistEntry,
    WaitlistOffer,
)
from booking.services import holds, protection, waitlist, waitlist_offers
from booking.services.open_slots import SlotTaken
from booking.tasks import lapse_offer, offer_opening
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from portal.shared.request import Source
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    SessionTypeFactory,
    a_practice,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.waitlist import WaitlistEntryFactory, a_line, offered

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN, NOON = (new_york(MONDAY, clock) for clock in ("9:00", "10:00", "11:00", "12:00"))
HOUR = timedelta(hours=1)


def who(offers) -> list[WaitlistEntry]:
    return [one.entry for one in offers]


# -- Who is asked ---------------------------------------------------------------------------


def test_time_is_kept_for_the_one_who_waits_longest_and_they_have_a_mail():
    session_type = a_session_type(name="Trauma session")
    first, _second = a_line(session_type, {}, {})

    [offer] = offered(session_type)

    held = offer.appointment
    assert (offer.entry, offer.state, offer.offered_at) == (first, OfferState.OPEN, NOW)
    assert offer.expires_at == NOW + timedelta(hours=2)
    assert (held.status, held.client, held.starts_at) == (Status.HELD, first.client, NINE)
    assert (held.held_at, held.held_until) == (NOW, offer.expires_at)
    assert held.holder == f"waitlist:{offer.public_id}"
    assert held.price_cents == 150_00
    [mail] = MailMessage.objects.all()
    assert (mail.to, mail.subject) == (first.client.email, "A time has opened")
    assert "Monday, January 4, 2027, 9:00 am, New York time" in mail.text
    assert "Kept for you until: Friday, January 1, 2027, 12:00 pm" in mail.text
    assert f"/waitlist/offers/{offer.public_id}/" in mail.text
    assert "Trauma" not in mail.text + mail.html + mail.subject
    assert OutboxEntry.objects.get(kind="lapse_offer").due_at == offer.expires_at
    assert AuditEvent.objects.order_by("sequence").last().action == "waitlist.offer"


def test_kept_time_is_taken_for_everybody_else():
    session_type = a_session_type()
    a_line(session_type, {})
    offered(session_type)

    with pytest.raises(SlotTaken):
        holds.hold(
            session_type=session_type, starts_at=NINE, place="office", holder="visitor", now=NOW
        )


def test_running_again_offers_nothing_twice():
    session_type = a_session_type()
    a_line(session_type, {}, {})

    assert (len(offered(session_type)), len(offered(session_type))) == (1, 0)


@pytest.mark.parametrize(
    "wishes",
    [
        {"weekdays": [1]},
        {"parts": ["afternoon"]},
        {"until_on": MONDAY - timedelta(days=1)},
    ],
)
def test_who_waits_for_another_time_is_passed(wishes):
    session_type = a_session_type()
    _, second = a_line(session_type, wishes, {})

    assert who(offered(session_type)) == [second]


def test_way_to_meet_that_is_not_offered_then_does_not_fit():
    session_type = a_session_type(at_office=False)
    _, second = a_line(session_type, {"place": "office"}, {"place": "telehealth"})

    [offer] = offered(session_type)

    assert (offer.entry, offer.appointment.place) == (second, "telehealth")


def test_video_needs_the_client_where_the_therapist_is_licensed():
    session_type = a_session_type()
    far, near = ClientFactory(state="NJ"), ClientFactory(state="NY")
    a_line(session_type, {"client": far, "place": "telehealth"}, {"client": near})

    [offer] = offered(session_type)

    assert (offer.entry.client, offer.appointment.place) == (near, "telehealth")


def test_who_is_elsewhere_is_offered_the_office():
    session_type = a_session_type()
    a_line(session_type, {"client": ClientFactory(state="NJ")})

    [offer] = offered(session_type)

    assert offer.appointment.place == "office"


def test_long_opening_is_offered_to_as_many_as_it_has_room_for():
    session_type = a_session_type()
    first, second, third, _ = a_line(session_type, {}, {}, {}, {})

    offers = offered(session_type, NINE, NOON)

    assert who(offers) == [first, second, third]
    assert [one.appointment.starts_at for one in offers] == [NINE, TEN, ELEVEN]


def test_line_goes_across_the_types_of_a_practitioner():
    session_type = a_session_type()
    longer = SessionTypeFactory(practitioner=session_type.practitioner, minutes=80)
    first = WaitlistEntryFactory(session_type=longer)
    second = WaitlistEntryFactory(session_type=session_type)

    offers = offered(session_type, NINE, TEN)

    assert [(one.entry, one.appointment.starts_at) for one in offers] == [(first, NINE)]
    assert offers[0].appointment.ends_at == NINE + timedelta(minutes=80)
    assert who(offered(session_type, TEN, NOON)) == [second]


def test_another_practitioners_line_is_not_asked():
    WaitlistEntryFactory(session_type=a_session_type())

    assert offered(a_session_type()) == []


def test_only_what_the_calendar_would_list_is_offered():
    session_type = a_session_type()
    a_line(session_type, {})
    an_appointment(session_type, NINE)

    assert offered(session_type, NINE, TEN) == []
    assert offered(session_type, NOON, NOON + HOUR) == []  # outside the hours


def test_time_that_was_open_all_along_is_not_what_opened():
    session_type = a_session_type()
    a_line(session_type, {})

    [offer] = offered(session_type, ELEVEN, NOON)

    assert offer.appointment.starts_at > NINE


def test_notice_of_the_type_is_the_last_call():
    session_type = a_session_type(notice_hours=24)
    a_line(session_type, {})
    last_call = NINE - timedelta(hours=24)

    [offer] = offered(session_type, now=last_call - timedelta(minutes=30))

    assert offer.expires_at == last_call - timedelta(minutes=15)


def test_too_close_to_the_notice_the_time_is_simply_open():
    session_type = a_session_type(notice_hours=24)
    a_line(session_type, {})
    an_appointment(session_type, TEN)
    last_call = NINE - timedelta(hours=24)

    assert offered(session_type, now=last_call - timedelta(minutes=10)) == []


def test_days_of_notice_count_for_the_last_call():
    session_type = a_session_type(notice_hours=0, notice_days=2)

    last = waitlist_offers.last_call(session_type, NINE, a_practice().zone, NOW)

    assert last == new_york(MONDAY - timedelta(days=1), "0:00") - timedelta(seconds=1)


def test_who_may_not_book_the_type_any_more_is_passed():
    session_type = a_session_type(audience=Audience.EXISTING)
    _, second = a_line(session_type, {}, {})
    an_appointment(session_type, TEN, client=second.client, status=Status.COMPLETED)

    assert who(offered(session_type)) == [second]


def test_nothing_is_kept_for_somebody_on_the_block_list():
    session_type = a_session_type()
    first, second = a_line(session_type, {}, {})
    protection.block(
        kind=BlockKind.EMAIL,
        value=first.client.email,
        note="",
        by=session_type.practitioner.user,
        now=NOW,
        source=Source(),
    )

    assert who(offered(session_type)) == [second]


def test_with_a_session_booked_they_are_told_of_earlier_ones_alone():
    session_type = a_session_type()
    first, second = a_line(session_type, {}, {})
    an_appointment(session_type, TEN, client=first.client)

    assert who(offered(session_type, NINE, TEN)) == [first]
    assert who(offered(session_type, ELEVEN, NOON)) == [second]


def test_with_an_earlier_session_booked_a_later_one_goes_to_the_next():
    session_type = a_session_type()
    first, second = a_line(session_type, {}, {})
    an_appointment(session_type, NINE, client=first.client)

    assert who(offered(session_type, ELEVEN, NOON)) == [second]


# -- One after the other ---------------------------------------------------------------------


def test_declined_it_goes_to_the_next_and_then_it_is_simply_open():
    session_type = a_session_type()
    first, second = a_line(session_type, {}, {})
    [offer] = offered(session_type)

    waitlist.decline(offer=offer, by=first.client.user, now=NOW)
    [next_offer] = offered(session_type)
    waitlist.decline(offer=next_offer, by=second.client.user, now=NOW)

    assert next_offer.entry == second
    assert offered(session_type) == []
    assert holds.hold(
        session_type=session_type, starts_at=NINE, place="office", holder="visitor", now=NOW
    )


def test_lapsed_effect_frees_the_time_for_the_next():
    session_type = a_session_type()
    first, second = a_line(session_type, {}, {})
    [offer] = offered(session_type)
    later = offer.expires_at

    lapse_offer({"offer_id": offer.pk}, now=later)
    entry = OutboxEntry.objects.get(kind="offer_opening")
    offer_opening(entry.payload, now=later)

    assert [one.entry for one in WaitlistOffer.objects.all()] == [first, second]
    assert WaitlistOffer.objects.get(entry=second).offered_at == later


def test_lapsed_offer_does_not_stand_in_the_way_of_another_opening():
    session_type = a_session_type()
    first, _second = a_line(session_type, {}, {})
    [offer] = offered(session_type)

    offers = offered(session_type, ELEVEN, NOON, now=offer.expires_at)

    assert who(offers) == [first]
    offer.refresh_from_db()
    assert offer.state == OfferState.LAPSED


def test_whoever_was_offered_a_time_is_not_asked_about_it_again():
    session_type = a_session_type()
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)
    waitlist.decline(offer=offer, by=entry.client.user, now=NOW)

    assert offered(session_type, NINE, TEN) == []
    assert [one.appointment.starts_at for one in offered(session_type, TEN, ELEVEN)] == [TEN]


def test_database_keeps_one_open_offer_of_an_entry():
    session_type = a_session_type()
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)
    other = an_appointment(session_type, TEN, status=Status.HELD)

    with pytest.raises(IntegrityError), transaction.atomic():
        WaitlistOffer.objects.create(
            entry=entry, appointment=other, offered_at=NOW, expires_at=offer.expires_at
        )
