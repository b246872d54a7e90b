"""Charges come from the appointment's own price; fees wait for a person."""

from uuid import uuid4

import pytest

from billing.models import (
    BillingTask,
    Charge,
    ChargeKind,
    ChargeStatus,
    Payment,
    PaymentMethod,
    TaskKind,
)
from billing.services import charges, desk_payments, ledger, refunds
from portal.shared.models import AuditEvent
from tests.factories.billing import a_charge, an_admin, entries
from tests.factories.booking import NOW, a_session_type, an_appointment

pytestmark = pytest.mark.django_db


def test_a_free_appointment_makes_no_charge() -> None:
    appointment = an_appointment(a_session_type(price_cents=0))

    charge = charges.create_for_appointment(appointment=appointment, by=None, now=NOW)

    assert charge is None
    assert not Charge.objects.exists()


def test_the_price_is_the_one_that_was_promised() -> None:
    appointment = an_appointment(a_session_type(price_cents=150_00))
    appointment.session_type.price_cents = 200_00
    appointment.session_type.save()

    charge = charges.create_for_appointment(appointment=appointment, by=None, now=NOW)

    assert charge is not None
    assert charge.amount_cents == 150_00
    assert (charge.kind, charge.status) == (ChargeKind.SESSION, ChargeStatus.OPEN)


def test_asked_twice_there_is_one_charge() -> None:
    charge = a_charge()

    again = charges.create_for_appointment(appointment=charge.appointment, by=None, now=NOW)

    assert again == charge
    assert AuditEvent.objects.filter(action="charge.create").count() == 1


def a_fee() -> Charge:
    appointment = an_appointment(a_session_type(late_fee_cents=75_00))
    fee = charges.propose_fee(
        appointment=appointment, kind=ChargeKind.LATE_CANCEL_FEE, by=None, now=NOW
    )
    assert fee is not None
    return fee


def test_a_proposed_fee_is_not_owed_and_waits_for_a_person() -> None:
    fee = a_fee()

    task = BillingTask.objects.get()
    assert (fee.status, fee.amount_cents) == (ChargeStatus.PROPOSED, 75_00)
    assert ledger.balance(fee) == 0
    assert (task.kind, task.charge, task.done_at) == (TaskKind.FEE_TO_APPROVE, fee, None)


def test_no_fee_is_proposed_where_the_policy_has_none() -> None:
    appointment = an_appointment(a_session_type(late_fee_cents=0))

    fee = charges.propose_fee(
        appointment=appointment, kind=ChargeKind.NO_SHOW_FEE, by=None, now=NOW
    )

    assert fee is None


def test_an_approved_fee_is_owed_and_its_task_done() -> None:
    fee, admin = a_fee(), an_admin()

    charges.approve(charge=fee, by=admin, now=NOW)

    fee.refresh_from_db()
    task = BillingTask.objects.get()
    assert (fee.status, fee.decided_by, fee.decided_at) == (ChargeStatus.OPEN, admin, NOW)
    assert entries(fee) == {"charge": {"receivable": 75_00, "income": -75_00}}
    assert (task.done_by, task.done_at) == (admin, NOW)


def test_only_a_proposed_fee_can_be_approved() -> None:
    with pytest.raises(charges.NotProposed):
        charges.approve(charge=a_charge(), by=an_admin(), now=NOW)


def test_a_waived_fee_was_never_owed() -> None:
    fee, admin = a_fee(), an_admin()

    charges.waive(charge=fee, reason="First time", by=admin, now=NOW)

    fee.refresh_from_db()
    assert (fee.status, fee.reason) == (ChargeStatus.VOID, "First time")
    assert entries(fee) == {}
    assert BillingTask.objects.open().count() == 0


def test_a_waived_charge_is_reversed() -> None:
    charge = a_charge(150_00)

    charges.waive(charge=charge, reason="Moved away", by=an_admin(), now=NOW)

    assert entries(charge) == {
        "charge": {"receivable": 150_00, "income": -150_00},
        "reverse:charge": {"receivable": -150_00, "income": 150_00},
    }
    assert ledger.balance(charge) == 0


def test_waiving_needs_a_reason_and_happens_once() -> None:
    charge, admin = a_charge(), an_admin()
    with pytest.raises(charges.ReasonMissing):
        charges.waive(charge=charge, reason="  ", by=admin, now=NOW)

    charges.waive(charge=charge, reason="Moved away", by=admin, now=NOW)

    with pytest.raises(charges.AlreadyWaived):
        charges.waive(charge=charge, reason="Moved away", by=admin, now=NOW)


def paid(charge: Charge, cents: int) -> Payment:
    return desk_payments.record(
        charge=charge,
        method=PaymentMethod.CASH,
        amount_cents=cents,
        attempt=uuid4(),
        by=an_admin(),
        now=NOW,
    )


def test_what_is_paid_is_not_waived() -> None:
    charge = a_charge(150_00)
    paid(charge, 150_00)

    with pytest.raises(charges.NothingOpen):
        charges.waive(charge=charge, reason="A favor", by=an_admin(), now=NOW)

    charge.refresh_from_db()
    assert charge.status == ChargeStatus.OPEN
    assert ledger.balance(charge) == 0
    assert not BillingTask.objects.exists()


def test_what_was_paid_and_given_back_is_not_waived() -> None:
    charge, admin = a_charge(150_00), an_admin()
    refunds.request(
        payment=paid(charge, 150_00), amount_cents=150_00, attempt=uuid4(), by=admin, now=NOW
    )

    with pytest.raises(charges.NothingOpen):
        charges.waive(charge=charge, reason="A favor", by=admin, now=NOW)


def test_a_part_that_was_paid_becomes_a_credit_when_the_rest_is_waived() -> None:
    charge = a_charge(150_00)
    paid(charge, 100_00)

    charges.waive(charge=charge, reason="A favor", by=an_admin(), now=NOW)

    task = BillingTask.objects.get()
    assert ledger.balance(charge) == -100_00
    assert (task.kind, task.amount_cents) == (TaskKind.LATE_PAYMENT, 100_00)


def test_a_paid_session_that_is_cancelled_is_a_credit_once() -> None:
    charge, admin = a_charge(150_00), an_admin()
    paid(charge, 150_00)

    for _ in range(2):
        charges.take_back(charge=charge, reason="Cancelled in time", by=admin, now=NOW)

    assert ledger.balance(charge) == -150_00
    assert AuditEvent.objects.filter(action="charge.waive").count() == 1
    assert BillingTask.objects.get().amount_cents == 150_00


def test_the_reason_is_not_in_the_audit_trail() -> None:
    charges.waive(charge=a_charge(), reason="Was in hospital", by=an_admin(), now=NOW)

    assert "hospital" not in str(list(AuditEvent.objects.values()))


def test_a_cancelled_appointment_is_charged_no_more_and_can_be_charged_anew() -> None:
    charge, admin = a_charge(), an_admin()
    appointment = charge.appointment

    charges.cancel_for_appointment(
        appointment=appointment, reason="Cancelled in time", by=admin, now=NOW
    )
    anew = charges.create_for_appointment(appointment=appointment, by=admin, now=NOW)

    charge.refresh_from_db()
    assert charge.status == ChargeStatus.VOID
    assert anew is not None
    assert anew.pk != charge.pk
