"""Whoever answers what in whatever order: one time is one person's, and nobody is passed over."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import (
    Appointment,
    OfferState,
    SessionType,
    Status,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistState,
)
from booking.services import waitlist, waitlist_offers
from booking.services.open_slots import Slot, open_slots
from booking.services.waitlist_offers import Opening
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    NOW,
    ClientFactory,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.waitlist import WaitlistEntryFactory

pytestmark = pytest.mark.django_db
NINE, NOON = new_york(MONDAY, "9:00"), new_york(MONDAY, "12:00")
HALF = timedelta(minutes=30)

people = st.lists(
    st.fixed_dictionaries(
        {
            "is_long": st.booleans(),
            "state": st.sampled_from(["NY", "NY", "NJ"]),
            "place": st.sampled_from(["", "", "office", "telehealth"]),
            "weekdays": st.sampled_from([[], [], [0], [1, 2], [0, 4]]),
            "parts": st.sampled_from([[], [], ["morning"], ["afternoon", "morning"], ["evening"]]),
            "until_on": st.sampled_from([None, None, MONDAY, MONDAY - timedelta(days=1)]),
        }
    ),
    min_size=1,
    max_size=5,
)
# Which half hours of the morning open; then what the people do who have an offer.
openings = st.tuples(st.integers(0, 5), st.integers(1, 6))
answers = st.lists(st.sampled_from(["decline", "lapse", "accept", "leave"]), max_size=5)


class Line:
    """A morning, two kinds of session, some who wait."""

    def __init__(self, wanted: list[dict[str, object]]) -> None:
        short = a_session_type(minutes=30, buffer_after_minutes=0, at_office=True)
        long = SessionTypeFactory(practitioner=short.practitioner, buffer_before_minutes=10)
        self.types = [short, long]
        self.now = NOW
        an_appointment(short, NINE + 3 * HALF)
        for one in wanted:
            wishes = dict(one)
            client = ClientFactory(state=wishes.pop("state"))
            kind = self.types[bool(wishes.pop("is_long"))]
            WaitlistEntryFactory(session_type=kind, client=client, **wishes)

    def offer(self, opening: Opening) -> None:
        """Offer it, and hold each choice against everybody who waits."""
        tried = self.tried()
        waiting = self.waiting()
        made = waitlist_offers.offer(opening=opening, now=self.now)
        for index, one in enumerate(made):
            taken_before = {other.entry_id for other in made[:index]}
            later = [other.appointment_id for other in made[index:]]
            for entry in waiting:
                if entry.pk == one.entry_id:
                    break
                if entry.pk not in taken_before:
                    assert self.fitting(entry, opening, tried, without=later) == []
        for entry in self.waiting():
            assert self.fitting(entry, opening, self.tried()) == []

    def waiting(self) -> list[WaitlistEntry]:
        rows = WaitlistEntry.objects.filter(state=WaitlistState.WAITING).order_by("pk")
        free = rows.exclude(
            offers__in=WaitlistOffer.objects.filter(state=OfferState.OPEN, expires_at__gt=self.now)
        )
        return list(free.select_related("session_type", "client"))

    def tried(self) -> dict[int, list[Appointment]]:
        found: dict[int, list[Appointment]] = {}
        for one in WaitlistOffer.objects.select_related("appointment"):
            found.setdefault(one.entry_id, []).append(one.appointment)
        return found

    def fitting(
        self,
        entry: WaitlistEntry,
        opening: Opening,
        tried: dict[int, list[Appointment]],
        without: list[int] | None = None,
    ) -> list[Slot]:
        """Said plainly: the listed times that touch the opening and are what they wait for."""
        return [
            slot
            for slot in self.listed(entry.session_type, without or [])
            if touches(slot, entry.session_type, opening)
            and is_wished(slot, entry)
            and not any(
                one.starts_at < slot.ends_at and slot.starts_at < one.ends_at
                for one in tried.get(entry.pk, [])
            )
        ]

    def listed(self, session_type: SessionType, without: list[int]) -> list[Slot]:
        """What the calendar lists, as if the rows `without` were not there."""
        with transaction.atomic():
            Appointment.objects.filter(pk__in=without).update(status=Status.EXPIRED)
            found = open_slots(
                session_type=session_type,
                zone=NEW_YORK,
                start=NINE - timedelta(days=1),
                end=NOON + timedelta(days=1),
                now=self.now,
            )
            transaction.set_rollback(True)
        return found

    def answer(self, what: str) -> list[Opening]:
        """The one who was asked first answers; the opening that follows of it."""
        offers = WaitlistOffer.objects.filter(state=OfferState.OPEN)
        offer = offers.select_related("entry__client__user", "appointment").first()
        if offer is None:
            return []
        held, by = offer.appointment, offer.entry.client.user
        if what == "accept":
            waitlist_offers.accept(offer=offer, by=by, now=self.now)
            return []
        if what == "decline":
            waitlist.decline(offer=offer, by=by, now=self.now)
        elif what == "leave":
            waitlist.leave(entry=offer.entry, by=by, now=self.now)
        else:
            self.now = offer.expires_at
            waitlist.lapse(offer_id=offer.pk, now=self.now)
        return [Opening(held.practitioner_id, held.blocked_from, held.blocked_until)]

    def check(self) -> None:
        """No time is two people's, and an offer that is open holds its time."""
        rows = Appointment.objects.live().order_by("blocked_from")
        for one, other in pairwise(rows):
            assert one.blocked_until <= other.blocked_from
        for offer in WaitlistOffer.objects.filter(state=OfferState.OPEN):
            assert offer.appointment.status == Status.HELD
            assert offer.appointment.client_id == offer.entry.client_id
            assert offer.appointment.held_until == offer.expires_at
        for minutes in self.tried().values():
            ordered = sorted(minutes, key=lambda one: one.starts_at)
            for one, other in pairwise(ordered):
                assert one.ends_at <= other.starts_at


def touches(slot: Slot, session_type: SessionType, opening: Opening) -> bool:
    before = timedelta(minutes=session_type.buffer_before_minutes)
    after = timedelta(minutes=session_type.buffer_after_minutes)
    return slot.starts_at - before < opening.ends_at and slot.ends_at + after > opening.starts_at


def is_wished(slot: Slot, entry: WaitlistEntry) -> bool:
    """The morning of MONDAY is all there is, so a wish is met or not for all of it."""
    places = {"office", "telehealth"} if entry.place == "" else {entry.place}
    if entry.client.state != "NY":
        places -= {"telehealth"}
    return (
        bool(places & set(slot.places))
        and entry.weekdays in ([], [0], [0, 4])
        and entry.parts != ["evening"]
        and entry.until_on in (None, MONDAY)
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(wanted=people, opened=openings, said=answers)
def test_the_longest_waiting_whom_it_fits_is_asked_and_nobody_is_passed_over(wanted, opened, said):
    with transaction.atomic():
        line = Line(wanted)
        first, count = opened
        start = NINE + first * HALF
        practitioner_id = line.types[0].practitioner_id
        line.offer(Opening(practitioner_id, start, min(start + count * HALF, NOON)))
        line.check()
        for what in said:
            for opening in line.answer(what):
                line.offer(opening)
            line.check()
        transaction.set_rollback(True)
