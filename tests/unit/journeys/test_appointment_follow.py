"""Money and papers follow an appointment, by effects that may be repeated."""

from datetime import timedelta

import pytest

from billing.models import Charge, ChargeKind, ChargeStatus, GoodFaithEstimate
from billing.services import ledger
from booking.models import Appointment
from booking.services import appointments
from booking.services.changes import UNDO
from portal.journeys import appointment_follow
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import OVER

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
HOUR = timedelta(hours=1)


def follow(*, now=OVER) -> None:
    """Run every effect that waits, twice over, as a worker that dies in between would."""
    for entry in OutboxEntry.objects.filter(kind="follow_appointment").order_by("pk"):
        for _ in range(2):
            appointment_follow.follow(**entry.payload, now=now)


@pytest.fixture
def booked() -> Appointment:
    session_type = a_session_type()
    appointment = appointments.book_for_client(
        session_type=session_type,
        client=ClientFactory(),
        starts_at=TEN,
        place="office",
        by=session_type.practitioner.user,
        now=NOW,
    )
    follow()
    OutboxEntry.objects.all().delete()
    return appointment


def charges(kind: ChargeKind) -> list[tuple[str, int]]:
    return list(
        Charge.objects.filter(kind=kind).order_by("pk").values_list("status", "amount_cents")
    )


def test_what_the_therapist_books_is_charged_and_estimated_once(booked):
    assert charges(ChargeKind.SESSION) == [(ChargeStatus.OPEN, 150_00)]
    assert GoodFaithEstimate.objects.filter(appointment=booked).count() == 1


def test_cancelling_in_time_leaves_nothing_to_pay(booked):
    appointments.cancel(appointment=booked, by=booked.client.user, now=NOW)
    follow()

    assert charges(ChargeKind.SESSION) == [(ChargeStatus.VOID, 150_00)]
    assert charges(ChargeKind.LATE_CANCEL_FEE) == []
    assert ledger.balance_of_client(booked.client) == 0


def test_cancelling_late_proposes_the_fee_in_place_of_the_price(booked):
    appointments.cancel(appointment=booked, by=booked.client.user, now=TEN - HOUR)
    follow(now=TEN)

    assert charges(ChargeKind.SESSION) == [(ChargeStatus.VOID, 150_00)]
    assert charges(ChargeKind.LATE_CANCEL_FEE) == [(ChargeStatus.PROPOSED, 75_00)]
    assert ledger.balance_of_client(booked.client) == 0


def test_a_missed_session_proposes_its_fee_and_a_correction_takes_it_back(booked):
    therapist = booked.practitioner.user
    appointments.mark_no_show(appointment=booked, by=therapist, now=TEN + HOUR)
    with pytest.raises(outbox.Later):
        follow(now=TEN + HOUR)
    assert charges(ChargeKind.NO_SHOW_FEE) == []

    follow(now=TEN + HOUR + UNDO)
    assert charges(ChargeKind.NO_SHOW_FEE) == [(ChargeStatus.PROPOSED, 75_00)]

    appointments.complete(appointment=booked, by=therapist, now=TEN + 2 * HOUR)
    follow(now=TEN + 2 * HOUR + UNDO)

    assert charges(ChargeKind.NO_SHOW_FEE) == [(ChargeStatus.VOID, 75_00)]
    assert charges(ChargeKind.SESSION) == [(ChargeStatus.VOID, 150_00), (ChargeStatus.OPEN, 150_00)]
    assert ledger.balance_of_client(booked.client) == 150_00


def test_moving_gives_a_new_estimate_and_keeps_the_charge(booked):
    appointments.reschedule(
        appointment=booked,
        starts_at=TEN - HOUR,
        place="office",
        by=booked.client.user,
        now=NOW,
    )
    follow()

    assert charges(ChargeKind.SESSION) == [(ChargeStatus.OPEN, 150_00)]
    assert booked.sequence == 0
    booked.refresh_from_db()
    assert booked.sequence == 1


def test_a_free_session_costs_nothing_whatever_happens():
    appointment = an_appointment(a_session_type(price_cents=0, late_fee_cents=0))
    appointments.cancel(appointment=appointment, by=appointment.client.user, now=TEN - HOUR)
    follow(now=TEN)

    assert Charge.objects.count() == 0
