"""Refunds, ours and Stripe's own: each once, never above what was paid, never touching care."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail

import billing.tasks  # noqa: F401 - registers the effects
import portal.shared.tasks  # noqa: F401 - registers the effect that sends mail
from accounts.models import User
from billing.models import BillingTask, Payment, Refund, RefundOrigin, RefundStatus, TaskKind
from billing.sandbox.server import Sandbox
from billing.sandbox.switches import Fault
from billing.services import (
    books,
    charges,
    checkout,
    ledger,
    reconciliation,
    refunds,
    stripe_events,
)
from billing.services.settlement import settle
from portal.shared.clock import utc_now
from portal.shared.models import OutboxEntry
from tests.factories.billing import (
    a_charge,
    an_admin,
    entries,
    failed_effects,
    let_the_worker_work,
)
from tests.stripe_fixtures import Inbox, Told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_violations")]


@pytest.fixture
def admin() -> User:
    return an_admin(email="first@practice.example.com")


@pytest.fixture
def paid(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> Payment:
    """A charge of $150, paid by card; webhooks reach the portal."""
    stripe_inbox.receiver = receive
    charge = a_charge(150_00)
    payment = checkout.start(
        charge=charge, notice_version="test", by=charge.client.user, now=utc_now()
    )
    stripe_sandbox.actions.pay(payment.checkout_session or "")
    settle(payment=payment, now=utc_now())
    stripe_sandbox.actions.deliver()
    let_the_worker_work()
    mail.outbox.clear()
    return payment


def receive(told: Told) -> int:
    stripe_events.receive(payload=told.payload, signature=told.signature, now=utc_now())
    return 200


def ask(payment: Payment, cents: int, by: User) -> Refund:
    return refunds.request(
        payment=payment, amount_cents=cents, attempt=uuid4(), by=by, now=utc_now()
    )


def at_stripe(sandbox: Sandbox) -> list[int]:
    return [refund["amount"] for refund in sandbox.world.store.newest_first("refund")]


def test_a_full_refund_goes_to_stripe_and_into_the_ledger_once(
    paid: Payment, admin: User, stripe_sandbox: Sandbox
) -> None:
    refund = ask(paid, 150_00, admin)
    let_the_worker_work()
    stripe_sandbox.actions.deliver()
    let_the_worker_work()

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert at_stripe(stripe_sandbox) == [150_00]
    assert entries(paid.charge)["refund"] == {"refunded": 150_00, "stripe": -150_00}
    assert ledger.balance(paid.charge) == 0
    assert list(books.problems()) == []
    assert not BillingTask.objects.exists()
    paid.charge.appointment.refresh_from_db()
    assert paid.charge.appointment.status == "confirmed"


def test_parts_can_be_given_back_up_to_what_was_paid(
    paid: Payment, admin: User, stripe_sandbox: Sandbox
) -> None:
    ask(paid, 50_00, admin)
    ask(paid, 99_99, admin)

    with pytest.raises(refunds.TooMuch) as problem:
        ask(paid, 2, admin)
    ask(paid, 1, admin)
    let_the_worker_work()

    assert problem.value.left_cents == 1
    assert sorted(at_stripe(stripe_sandbox)) == [1, 50_00, 99_99]
    assert refunds.left_cents(paid) == 0
    assert list(books.problems()) == []


def test_a_button_pressed_twice_is_one_refund(
    paid: Payment, admin: User, stripe_sandbox: Sandbox
) -> None:
    attempt = uuid4()

    for _ in range(2):
        refunds.request(payment=paid, amount_cents=50_00, attempt=attempt, by=admin, now=utc_now())
    let_the_worker_work()

    assert at_stripe(stripe_sandbox) == [50_00]


def test_nothing_can_be_given_back_of_what_was_not_paid(
    stripe_sandbox: Sandbox, admin: User
) -> None:
    charge = a_charge()
    pending = checkout.start(
        charge=charge, notice_version="test", by=charge.client.user, now=utc_now()
    )

    with pytest.raises(refunds.NotPaid):
        ask(pending, 1, admin)


@pytest.mark.parametrize("how", ["error_after", "close_after"])
def test_a_lost_answer_makes_no_second_refund(
    paid: Payment, admin: User, stripe_sandbox: Sandbox, how: str
) -> None:
    stripe_sandbox.switches.faults = [Fault("POST /v1/refunds", how, times=3)]
    refund = ask(paid, 50_00, admin)
    let_the_worker_work()
    waiting = OutboxEntry.objects.get(kind="send_refund")
    OutboxEntry.objects.filter(pk=waiting.pk).update(due_at=utc_now())
    let_the_worker_work()

    refund.refresh_from_db()
    assert waiting.done_at is None
    assert refund.status == RefundStatus.SUCCEEDED
    assert at_stripe(stripe_sandbox) == [50_00]
    assert entries(paid.charge)["refund"] == {"refunded": 50_00, "stripe": -50_00}


def test_a_refund_that_nobody_sent_is_sent_by_the_reconciliation(
    paid: Payment, admin: User, stripe_sandbox: Sandbox
) -> None:
    refund = ask(paid, 50_00, admin)
    OutboxEntry.objects.filter(kind="send_refund").update(dead_at=utc_now())
    Refund.objects.update(created_at=utc_now() - timedelta(minutes=11))

    reconciliation.run(now=utc_now())
    reconciliation.run(now=utc_now())

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert at_stripe(stripe_sandbox) == [50_00]


def test_a_second_person_is_told_and_learns_nothing_by_mail(paid: Payment, admin: User) -> None:
    an_admin(email="second@practice.example.com")

    ask(paid, 50_00, admin)
    let_the_worker_work()

    (message,) = mail.outbox
    assert message.to == ["second@practice.example.com"]
    assert message.subject == "A refund was made"
    assert f"http://testserver/billing/charges/{paid.charge.public_id}/" in message.body
    assert "50" not in message.body.replace(str(paid.charge.public_id), "")
    assert paid.charge.client.legal_name not in message.body


def test_without_a_second_admin_the_therapist_is_told(paid: Payment, admin: User) -> None:
    ask(paid, 50_00, admin)
    let_the_worker_work()

    therapist = paid.charge.appointment.practitioner.user
    assert [message.to for message in mail.outbox] == [[therapist.email]]
    assert "/billing/" not in mail.outbox[0].body


def test_a_refund_in_stripes_dashboard_is_entered_and_becomes_a_task(
    paid: Payment, stripe_sandbox: Sandbox
) -> None:
    stripe_sandbox.actions.refund(paid.payment_intent or "", 40_00)
    stripe_sandbox.actions.deliver()
    stripe_sandbox.actions.deliver()
    let_the_worker_work()

    refund, task = Refund.objects.get(), BillingTask.objects.get()
    assert (refund.origin, refund.status) == (RefundOrigin.STRIPE, RefundStatus.SUCCEEDED)
    assert (task.kind, task.amount_cents) == (TaskKind.EXTERNAL_REFUND, 40_00)
    assert entries(paid.charge)["refund"] == {"refunded": 40_00, "stripe": -40_00}
    assert refunds.left_cents(paid) == 110_00
    assert list(books.problems()) == []


def test_a_refund_that_fails_later_is_reversed_and_becomes_a_task(
    paid: Payment, admin: User, stripe_sandbox: Sandbox
) -> None:
    refund = ask(paid, 50_00, admin)
    let_the_worker_work()
    refund.refresh_from_db()

    stripe_sandbox.actions.refund_fails(refund.stripe_id or "")
    stripe_sandbox.actions.deliver()
    let_the_worker_work()

    refund.refresh_from_db()
    task = BillingTask.objects.get()
    assert refund.status == RefundStatus.FAILED
    assert (task.kind, task.amount_cents) == (TaskKind.REFUND_FAILED, 50_00)
    assert entries(paid.charge)["reverse:refund"] == {"refunded": -50_00, "stripe": 50_00}
    assert refunds.left_cents(paid) == 150_00
    assert list(books.problems()) == []


def test_what_stripe_refuses_fails_and_becomes_a_task(
    paid: Payment, admin: User, stripe_sandbox: Sandbox
) -> None:
    stripe_sandbox.actions.dispute(paid.payment_intent or "")
    refund = ask(paid, 150_00, admin)
    let_the_worker_work()

    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    assert BillingTask.objects.get().kind == TaskKind.REFUND_FAILED
    assert failed_effects() == []
    assert list(books.problems()) == []


def test_a_dispute_is_a_task_when_it_begins_and_when_it_is_decided(
    paid: Payment, stripe_sandbox: Sandbox
) -> None:
    dispute = stripe_sandbox.actions.dispute(paid.payment_intent or "")
    stripe_sandbox.actions.deliver()
    let_the_worker_work()
    began = list(BillingTask.objects.values_list("kind", "amount_cents", "outcome"))

    stripe_sandbox.actions.dispute_closes(dispute["id"], won=True)
    stripe_sandbox.actions.deliver()
    let_the_worker_work()

    paid.charge.appointment.refresh_from_db()
    assert began == [(TaskKind.DISPUTE, 150_00, "")]
    assert [message.subject for message in mail.outbox] == [
        "Something waits at the billing desk",
        "Something waits at the billing desk",
    ]
    assert paid.charge.client.legal_name not in mail.outbox[0].body
    assert set(BillingTask.objects.values_list("outcome", flat=True)) == {"", "won"}
    assert paid.charge.appointment.status == "confirmed"
    assert failed_effects() == []


def test_what_was_paid_too_much_goes_back_from_the_credit(paid: Payment, admin: User) -> None:
    charges.take_back(charge=paid.charge, reason="Cancelled in time", by=admin, now=utc_now())
    credit = ledger.balance(paid.charge)
    ask(paid, 150_00, admin)
    let_the_worker_work()

    assert credit == -150_00
    assert BillingTask.objects.get().kind == TaskKind.LATE_PAYMENT
    assert entries(paid.charge)["refund"] == {"receivable": 150_00, "stripe": -150_00}
    assert ledger.balance(paid.charge) == 0
