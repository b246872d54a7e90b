"""From a late cancellation to a fee that is proposed, decided on, or never comes to be."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

import portal.journeys.tasks  # noqa: F401 - registers the effect that follows an appointment
from accounts.models import Role
from billing.models import Charge, ChargeKind, ChargeStatus
from billing.services import ledger
from booking.models import Appointment, Status
from booking.services import appointments, changes
from booking.services.changes import UNDO
from portal.journeys.appointment_follow import after_booking
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from tests.factories.accounts import add_app
from tests.factories.booking import (
    MONDAY,
    NOW,
    UserFactory,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
LATE = TEN - timedelta(hours=2)
KINDS = {Status.LATE_CANCELLED: ChargeKind.LATE_CANCEL_FEE, Status.NO_SHOW: ChargeKind.NO_SHOW_FEE}


@pytest.fixture
def booked() -> Appointment:
    row = an_appointment(a_session_type())
    after_booking(row, by=row.client.user, now=NOW)
    return row


@pytest.fixture
def desk() -> Browser:
    admin, browser = UserFactory(role=Role.BILLING_ADMIN), Browser()
    add_app(admin)
    browser.force_login(admin)
    return browser


def work(now: datetime) -> None:
    """What a worker does with the effects that are due at this moment."""
    with time_machine.travel(now, tick=False):
        for entry in outbox.due(now).filter(kind="follow_appointment"):
            outbox.run(entry.pk)
    assert not OutboxEntry.objects.exclude(last_error="").exists()


def fees() -> list[tuple[str, str, int]]:
    rows = Charge.objects.filter(kind__in=KINDS.values()).order_by("pk")
    return list(rows.values_list("kind", "status", "amount_cents"))


def cancel_late(row: Appointment) -> None:
    browser = Browser()
    with time_machine.travel(LATE, tick=False):
        browser.force_login(row.client.user)
        browser.post(reverse("booking:appointment_cancel", args=[row.public_id]))
    row.refresh_from_db()
    assert row.status == Status.LATE_CANCELLED


def test_the_fee_is_proposed_when_undo_is_over_and_waived_with_a_reason(booked, desk):
    cancel_late(booked)

    work(LATE + UNDO - timedelta(seconds=1))
    assert fees() == []
    work(LATE + UNDO)
    assert fees() == [(ChargeKind.LATE_CANCEL_FEE, ChargeStatus.PROPOSED, 75_00)]
    assert ledger.balance_of_client(booked.client) == 0

    fee = Charge.objects.get(kind=ChargeKind.LATE_CANCEL_FEE)
    url = reverse("billing:waive", args=[fee.public_id])
    assert desk.post(url, {"reason": ""}).status_code == 422
    desk.post(url, {"reason": "They were ill."})

    fee.refresh_from_db()
    assert (fee.status, fee.reason) == (ChargeStatus.VOID, "They were ill.")
    assert ledger.balance_of_client(booked.client) == 0


def test_a_late_cancellation_that_is_undone_costs_nothing_and_the_price_stays(booked):
    cancel_late(booked)

    changes.undo(batch=booked.changes.get().batch, by=booked.client.user, now=LATE + UNDO / 2)
    work(LATE + UNDO)

    assert fees() == []
    assert ledger.balance_of_client(booked.client) == 150_00


def test_cancelled_undone_and_cancelled_again_waits_for_the_second_time(booked):
    cancel_late(booked)
    changes.undo(batch=booked.changes.get().batch, by=booked.client.user, now=LATE + UNDO / 2)
    appointments.cancel(appointment=booked, by=booked.client.user, now=LATE + UNDO / 2)

    work(LATE + UNDO)
    assert fees() == []
    work(LATE + UNDO * 1.5)
    assert fees() == [(ChargeKind.LATE_CANCEL_FEE, ChargeStatus.PROPOSED, 75_00)]


def test_a_missed_session_proposes_its_fee_after_the_time_to_correct_it(booked):
    therapist, after = booked.practitioner.user, TEN + timedelta(hours=1)
    appointments.mark_no_show(appointment=booked, by=therapist, now=after)

    work(after + UNDO / 2)
    assert fees() == []
    work(after + UNDO)
    assert fees() == [(ChargeKind.NO_SHOW_FEE, ChargeStatus.PROPOSED, 75_00)]


def test_a_therapist_who_cancels_late_takes_nothing(booked):
    appointments.cancel(appointment=booked, by=booked.practitioner.user, now=LATE)

    work(LATE + UNDO)

    assert fees() == []
    assert ledger.balance_of_client(booked.client) == 0
