"""A wait ends with its last day; whoever still wants a time waits again by one press."""

from datetime import date, datetime, timedelta

import pytest

import booking.tasks  # noqa: F401 - registers the effects
from booking.models import OfferState, WaitlistEntry, WaitlistOffer, WaitlistState
from booking.services import waitlist
from booking.wishes import Wishes
from portal.shared.models import AuditEvent
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    SessionTypeFactory,
    a_session_type,
    new_york,
)
from tests.factories.waitlist import WaitlistEntryFactory, a_line, offered

pytestmark = pytest.mark.django_db
LAST_DAY = MONDAY
MIDNIGHT = new_york(MONDAY + timedelta(days=1), "00:00")
"""When the practice's last day is over."""


def an_entry(**fields) -> WaitlistEntry:
    fields = {"until_on": LAST_DAY, "weekdays": [0, 4], "place": "office"} | fields
    return WaitlistEntryFactory(session_type=fields.pop("session_type", a_session_type()), **fields)


def state_of(entry: WaitlistEntry) -> tuple[str, datetime | None]:
    entry.refresh_from_db()
    return entry.state, entry.ended_at


def test_it_ends_when_the_practices_day_is_over_and_the_audit_says_so():
    entry = an_entry()

    before = waitlist.expire(now=MIDNIGHT - timedelta(seconds=1))
    still = state_of(entry)
    after = waitlist.expire(now=MIDNIGHT)

    assert (before, still) == (0, (WaitlistState.WAITING, None))
    assert (after, state_of(entry)) == (1, (WaitlistState.EXPIRED, MIDNIGHT))
    event = AuditEvent.objects.get(action="waitlist.expire")
    assert (event.actor_role, event.client_id) == ("", entry.client_id)
    assert waitlist.expire(now=MIDNIGHT) == 0


def test_without_a_last_day_it_never_ends():
    entry = an_entry(until_on=None)

    assert waitlist.expire(now=NOW + timedelta(days=4000)) == 0
    assert state_of(entry) == (WaitlistState.WAITING, None)


def test_an_offer_that_nobody_closed_ends_with_it():
    kind = a_session_type()
    [entry] = a_line(kind, {"until_on": LAST_DAY})
    offered(kind)

    waitlist.expire(now=MIDNIGHT)

    assert WaitlistOffer.objects.get().state == OfferState.LAPSED
    assert state_of(entry) == (WaitlistState.EXPIRED, MIDNIGHT)


@pytest.mark.parametrize("swept", [True, False])
def test_renewed_it_is_a_new_wait_for_the_same_without_a_last_day(swept):
    entry = an_entry()
    if swept:
        waitlist.expire(now=MIDNIGHT)

    again = waitlist.renew(entry=entry, by=entry.client.user, now=MIDNIGHT)

    assert again.pk != entry.pk
    assert again.wishes == Wishes("office", [0, 4], [], None)
    assert (again.state, again.session_type) == (WaitlistState.WAITING, entry.session_type)
    assert state_of(entry) == (WaitlistState.EXPIRED, MIDNIGHT)


def test_renewed_twice_they_wait_once_and_for_what_they_said_since():
    entry = an_entry()
    waitlist.expire(now=MIDNIGHT)
    again = waitlist.renew(entry=entry, by=entry.client.user, now=MIDNIGHT)
    waitlist.join(
        session_type=entry.session_type,
        client=entry.client,
        wishes=Wishes(weekdays=[2]),
        by=entry.client.user,
        now=MIDNIGHT,
    )

    waitlist.renew(entry=entry, by=entry.client.user, now=MIDNIGHT)

    again.refresh_from_db()
    assert again.wishes == Wishes("", [2], [], None)
    assert WaitlistEntry.objects.filter(state=WaitlistState.WAITING).count() == 1


def test_the_end_of_one_wait_leaves_the_others():
    person = ClientFactory()
    kind = a_session_type()
    other = SessionTypeFactory(practitioner=kind.practitioner, slug="other")
    over = an_entry(client=person, session_type=kind)
    open_end = an_entry(client=person, session_type=other, until_on=date(2027, 6, 1))

    assert waitlist.expire(now=MIDNIGHT) == 1

    assert state_of(over)[0] == WaitlistState.EXPIRED
    assert state_of(open_end)[0] == WaitlistState.WAITING
