"""What comes late, never, or at the wrong moment: nothing is lost, and nothing paid twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

import billing.tasks  # noqa: F401 - registers the effects
import portal.shared.tasks  # noqa: F401 - registers the effect that sends mail
from billing.models import (
    BillingTask,
    Charge,
    Payment,
    PaymentMethod,
    Refund,
    StripeEvent,
    TaskKind,
)
from billing.sandbox.server import Sandbox
from billing.sandbox.switches import Fault
from billing.services import (
    attention,
    books,
    charges,
    checkout,
    desk_payments,
    ledger,
    reconciliation,
    stripe_events,
)
from billing.services.settlement import settle
from billing.stripe_gateway import StripeUnavailable
from portal.shared.clock import utc_now
from portal.shared.models import OutboxEntry
from tests.factories.billing import a_charge, an_admin, failed_effects, let_the_worker_work
from tests.factories.booking import NOW
from tests.stripe_fixtures import Inbox, Told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_violations")]


@pytest.fixture
def charge(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> Charge:
    stripe_inbox.receiver = receive
    return a_charge(150_00)


def receive(told: Told) -> int:
    stripe_events.receive(payload=told.payload, signature=told.signature, now=utc_now())
    return 200


def begin(charge: Charge) -> Payment:
    return checkout.start(
        charge=charge, notice_version="test", by=charge.client.user, now=utc_now()
    )


def at_stripe(sandbox: Sandbox, payment: Payment) -> str:
    return str(sandbox.world.store.get("checkout.session", payment.checkout_session)["status"])


def test_a_payment_that_we_had_given_up_is_still_taken(
    charge: Charge, stripe_sandbox: Sandbox
) -> None:
    payment = begin(charge)
    Payment.objects.update(state="expired")
    stripe_sandbox.actions.pay(payment.checkout_session or "")
    stripe_sandbox.actions.deliver()
    let_the_worker_work()

    payment.refresh_from_db()
    assert payment.state == "paid"
    assert ledger.balance(charge) == 0
    assert list(books.problems()) == []


def test_two_pages_that_are_both_paid_leave_a_credit_and_one_task(
    charge: Charge, stripe_sandbox: Sandbox
) -> None:
    first = begin(charge)
    Payment.objects.update(state="expired")
    second = begin(charge)
    for payment in (first, second):
        stripe_sandbox.actions.pay(payment.checkout_session or "")
    stripe_sandbox.actions.deliver()
    let_the_worker_work()

    task = BillingTask.objects.get()
    assert ledger.balance(charge) == -150_00
    assert (task.kind, task.amount_cents) == (TaskKind.LATE_PAYMENT, 150_00)
    assert list(books.problems()) == []


def test_a_waived_charge_can_no_longer_be_paid(charge: Charge, stripe_sandbox: Sandbox) -> None:
    payment = begin(charge)

    charges.waive(charge=charge, reason="Cancelled in time", by=an_admin(), now=utc_now())
    let_the_worker_work()

    payment.refresh_from_db()
    assert at_stripe(stripe_sandbox, payment) == "expired"
    assert payment.state == "expired"
    with pytest.raises(checkout.NothingOwed):
        begin(charge)


def test_cash_at_the_desk_closes_the_page(charge: Charge, stripe_sandbox: Sandbox) -> None:
    payment = begin(charge)

    desk_payments.record(
        charge=charge,
        method=PaymentMethod.CASH,
        amount_cents=150_00,
        attempt=uuid4(),
        by=an_admin(),
        now=utc_now(),
    )
    let_the_worker_work()

    payment.refresh_from_db()
    assert at_stripe(stripe_sandbox, payment) == "expired"
    assert payment.state == "expired"
    assert not BillingTask.objects.exists()


def test_a_page_for_another_amount_than_is_owed_is_replaced(
    charge: Charge, stripe_sandbox: Sandbox
) -> None:
    old = begin(charge)
    Payment.objects.filter(pk=old.pk).update(amount_cents=140_00)

    new = begin(charge)

    old.refresh_from_db()
    assert (old.state, at_stripe(stripe_sandbox, old)) == ("expired", "expired")
    assert (new.amount_cents, at_stripe(stripe_sandbox, new)) == (150_00, "open")


def test_while_stripe_is_away_effects_wait_and_are_not_given_up(
    charge: Charge, stripe_sandbox: Sandbox
) -> None:
    payment = begin(charge)
    stripe_sandbox.actions.pay(payment.checkout_session or "")
    stripe_sandbox.actions.deliver()
    stripe_sandbox.switches.faults = [Fault("GET", "close_before", times=60)]
    let_the_worker_work()
    waiting = OutboxEntry.objects.filter(kind="stripe_event", done_at=None)
    tries, dead = {entry.tries for entry in waiting}, waiting.exclude(dead_at=None).count()

    stripe_sandbox.switches.faults = []
    let_the_worker_work(utc_now() + timedelta(minutes=2))

    payment.refresh_from_db()
    assert (tries, dead) == ({0}, 0)
    assert payment.state == "paid"
    assert failed_effects() == []


def test_settling_while_stripe_is_away_changes_nothing(
    charge: Charge, stripe_sandbox: Sandbox
) -> None:
    payment = begin(charge)
    stripe_sandbox.switches.faults = [Fault("GET", "close_before", times=3)]

    with pytest.raises(StripeUnavailable):
        settle(payment=payment, now=utc_now())

    payment.refresh_from_db()
    assert payment.state == "pending"


def test_the_reconciliation_finds_a_refund_whose_webhook_was_lost(
    charge: Charge, stripe_sandbox: Sandbox, stripe_inbox: Inbox
) -> None:
    payment = begin(charge)
    stripe_sandbox.actions.pay(payment.checkout_session or "")
    settle(payment=payment, now=utc_now())
    stripe_sandbox.switches.drop = ["*"]
    stripe_sandbox.actions.refund(Payment.objects.get().payment_intent or "", 40_00)

    outcome = reconciliation.run(now=utc_now())
    again = reconciliation.run(now=utc_now())
    let_the_worker_work()

    assert outcome.events == StripeEvent.objects.count() > 0
    assert again.events == 0
    assert Refund.objects.get().amount_cents == 40_00
    assert BillingTask.objects.get().kind == TaskKind.EXTERNAL_REFUND
    assert list(books.problems()) == []


def test_the_reconciliation_leaves_young_payments_alone(charge: Charge) -> None:
    begin(charge)

    assert reconciliation.run(now=utc_now()).payments == 0


def test_one_payment_that_cannot_be_read_keeps_no_other_from_it(
    charge: Charge, stripe_sandbox: Sandbox
) -> None:
    both = [begin(charge), begin(a_charge(90_00))]
    Payment.objects.update(created_at=utc_now() - timedelta(minutes=11))
    for payment in both:
        stripe_sandbox.actions.pay(payment.checkout_session or "")
    stripe_sandbox.switches.faults = [Fault("GET /v1/checkout", "close_before", times=3)]

    outcome = reconciliation.run(now=utc_now())

    assert (outcome.payments, outcome.failures) == (2, 1)
    assert Payment.objects.filter(state="paid").count() == 1


def test_the_command_says_what_it_did(
    charge: Charge, stripe_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("reconcile_stripe")
    quiet = capsys.readouterr().out
    stripe_sandbox.switches.faults = [Fault("GET", "close_before", times=3)]

    with pytest.raises(CommandError, match="did not answer"):
        call_command("reconcile_stripe")

    assert quiet == "payments read: 0, refunds read: 0, missed events found: 0, failures: 0\n"


def test_a_practice_without_stripe_offers_no_card_and_asks_nobody(
    charge: Charge, settings: Settings, stripe_sandbox: Sandbox
) -> None:
    settings.STRIPE_SECRET_KEY = ""

    with pytest.raises(checkout.CardNotOffered):
        begin(charge)

    assert reconciliation.run(now=utc_now()) == reconciliation.Outcome(0, 0, 0, 0)
    assert list(stripe_sandbox.world.log) == []


def test_what_is_too_little_for_a_card_is_not_offered(stripe_sandbox: Sandbox) -> None:
    with pytest.raises(checkout.CardNotOffered):
        begin(a_charge(49))

    assert begin(a_charge(50)).amount_cents == 50


def test_a_fee_is_decided_not_waved_away(stripe_sandbox: Sandbox) -> None:
    fee_task = attention.raise_task(
        kind=TaskKind.FEE_TO_APPROVE, charge=a_charge(), key="fee", now=NOW
    )

    closed = attention.close(task=fee_task, by=an_admin(), now=NOW)

    fee_task.refresh_from_db()
    assert closed is False
    assert fee_task.done_at is None
