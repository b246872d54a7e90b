"""Kinds of session: what is written, what is told, what was promised stays."""

from datetime import time

import pytest

from booking import offer_words
from booking.models import Audience, Booking, SessionType
from booking.services import session_types
from booking.services.session_types import InUse, Limits
from portal.shared.models import AuditEvent
from tests.factories.booking import (
    NOW,
    PractitionerFactory,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
)

pytestmark = pytest.mark.django_db


def audited() -> list[tuple[str, dict]]:
    return [(event.action, event.detail) for event in AuditEvent.objects.order_by("sequence")]


def add(practitioner, name: str) -> SessionType:
    draft = SessionType(practitioner=practitioner, name=name, minutes=50)
    return session_types.add(session_type=draft, by=practitioner.user, now=NOW)


def test_a_new_one_stands_last_and_gets_an_address_of_its_own():
    practitioner = PractitionerFactory()

    added = [add(practitioner, name) for name in ("Deep Work", "Deep work!", "…")]

    assert [(one.slug, one.position) for one in added] == [
        ("deep-work", 0),
        ("deep-work-2", 1),
        ("session", 2),
    ]
    assert audited() == [("session_type.add", {})] * 3


def test_a_change_writes_what_differs_and_tells_both_values():
    item = a_session_type(name="Session", price_cents=150_00)
    item.name, item.price_cents, item.notice_clock = "EMDR session", 175_00, time(9)

    changed = session_types.change(session_type=item, by=item.practitioner.user, now=NOW)

    assert changed == ["name", "price_cents", "notice_clock"]
    assert audited() == [
        (
            "session_type.change",
            {
                "changed": {
                    "name": None,
                    "price_cents": ["15000", "17500"],
                    "notice_clock": ["None", "09:00:00"],
                }
            },
        )
    ]


def test_saving_what_did_not_change_tells_nothing():
    item = a_session_type()
    assert session_types.change(session_type=item, by=item.practitioner.user, now=NOW) == []
    assert audited() == []


def test_a_change_leaves_what_was_promised_to_booked_appointments():
    item = a_session_type(price_cents=150_00, minutes=50, cancel_hours=24, late_fee_cents=75_00)
    booked = an_appointment(item)
    promised = SessionType.objects.filter(pk=item.pk)
    item.price_cents, item.minutes, item.buffer_after_minutes = 300_00, 90, 30
    item.cancel_hours, item.late_fee_cents = 72, 300_00

    session_types.change(session_type=item, by=item.practitioner.user, now=NOW)

    row = type(booked).objects.get()
    assert promised.get().price_cents == 300_00
    assert (row.price_cents, row.cancel_hours, row.late_fee_cents) == (150_00, 24, 75_00)
    assert (row.ends_at, row.blocked_until) == (booked.ends_at, booked.blocked_until)


def test_withdrawn_and_offered_again():
    item = a_session_type()
    who = {"by": item.practitioner.user, "now": NOW}

    session_types.set_offered(session_type=item, offered=False, **who)
    session_types.set_offered(session_type=item, offered=False, **who)
    assert not SessionType.objects.get().is_active
    session_types.set_offered(session_type=item, offered=True, **who)

    assert SessionType.objects.get().is_active
    assert [action for action, _ in audited()] == ["session_type.withdraw", "session_type.offer"]


@pytest.mark.parametrize(
    ("name", "earlier", "order"),
    [("B", True, "BAC"), ("B", False, "ACB"), ("A", True, "ABC"), ("C", False, "ABC")],
)
def test_the_order_of_the_list(name, earlier, order):
    practitioner = PractitionerFactory()
    items = {one: SessionTypeFactory(practitioner=practitioner, name=one) for one in "ABC"}

    session_types.move(session_type=items[name], earlier=earlier, by=practitioner.user, now=NOW)

    assert "".join(practitioner.session_types.values_list("name", flat=True)) == order


def test_one_that_is_used_is_never_deleted():
    used, unused = a_session_type(), SessionTypeFactory()
    an_appointment(used)

    with pytest.raises(InUse):
        session_types.delete(session_type=used, by=used.practitioner.user, now=NOW)
    session_types.delete(session_type=unused, by=unused.practitioner.user, now=NOW)

    assert list(SessionType.objects.all()) == [used]
    assert [action for action, _ in audited()] == ["session_type.delete"]


def test_limits_hold_over_all_kinds():
    practitioner = PractitionerFactory()

    session_types.set_limits(
        practitioner=practitioner, limits=Limits(6, 25, 30), by=practitioner.user, now=NOW
    )

    practitioner.refresh_from_db()
    assert offer_words.limits(practitioner) == [
        "At most 6 a day and 25 a week, of every kind together.",
        "30 minutes between a session by video and one at the office.",
    ]
    assert audited() == [
        ("practitioner.limits", {"daily_cap": 6, "weekly_cap": 25, "travel_minutes": 30})
    ]


def test_a_kind_of_session_in_words():
    item = SessionTypeFactory.build(
        practitioner=None,
        audience=Audience.NEW,
        booking=Booking.REQUEST,
        once_per_client=True,
        is_packed=True,
        grid_minutes=60,
        notice_hours=12,
        notice_days=1,
        notice_clock=time(9),
        horizon_days=30,
        daily_cap=2,
        weekly_cap=6,
        buffer_before_minutes=5,
    )

    assert offer_words.headline(item) == "50 minutes · $150 · Video or office"
    assert offer_words.sentences(item) == [
        "New clients may book it, you approve each one, once per person.",
        "Next to what is booked, else every hour, without leaving useless gaps.",
        "A pause of 5 minutes before and 10 minutes after.",
        "Booked at least 12 hours ahead and not before 9:00 am on the next day.",
        "Offered up to 30 days ahead.",
        "At most 2 a day and 6 a week.",
        "Move or cancel up to 24 hours before, in one step, at no cost. "
        "After that, the fee is $75.",
    ]
