"""A card payment from the click to the ledger, over HTTP against the Stripe sandbox.

Whatever order Stripe's messages and the person's return come in, the payment is settled once.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

import billing.tasks  # noqa: F401 - registers the effects
import portal.shared.tasks  # noqa: F401 - registers the effect that sends mail
from billing import card_notice
from billing.models import (
    BillingTask,
    Charge,
    LedgerEntry,
    Payment,
    PaymentMethod,
    PaymentState,
    Receipt,
    StripeEvent,
    TaskKind,
)
from billing.sandbox.server import Sandbox
from billing.sandbox.switches import Fault
from billing.services import books, desk_payments, ledger, reconciliation
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.billing import (
    a_charge,
    an_admin,
    entries,
    failed_effects,
    let_the_worker_work,
)
from tests.stripe_fixtures import Inbox, Told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_violations")]
Step = Callable[["Flow"], None]


class Flow:
    """One client, one charge, one browser, and Stripe."""

    def __init__(self, sandbox: Sandbox, inbox: Inbox, cents: int = 150_00) -> None:
        self.sandbox, self.inbox = sandbox, inbox
        self.charge: Charge = a_charge(cents)
        self.browser = Browser()
        self.browser.force_login(self.charge.client.user)
        inbox.receiver = self._webhook

    def _webhook(self, told: Told) -> int:
        response = Browser().post(
            reverse("billing:stripe_webhook"),
            data=told.payload,
            content_type="application/json",
            headers={"Stripe-Signature": told.signature},
        )
        return response.status_code

    def begin(self) -> Any:
        return self.browser.post(
            reverse("billing:pay", args=[self.charge.public_id]),
            {"acknowledged": "on", "version": card_notice.VERSION},
        )

    @property
    def payment(self) -> Payment:
        return Payment.objects.get(charge=self.charge)

    def pay_at_stripe(self, card: str = "4242424242424242") -> None:
        self.sandbox.actions.pay(self.payment.checkout_session or "", card)

    def come_back(self) -> Any:
        return self.browser.get(reverse("billing:payment_return", args=[self.payment.public_id]))

    def webhooks(self) -> None:
        self.sandbox.actions.deliver()
        let_the_worker_work()


@pytest.fixture
def flow(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> Flow:
    return Flow(stripe_sandbox, stripe_inbox)


def assert_paid_once(flow: Flow, cents: int = 150_00) -> None:
    let_the_worker_work()
    payment = flow.payment
    assert (payment.state, payment.card_brand, payment.card_last4) == ("paid", "visa", "4242")
    assert entries(flow.charge) == {
        "charge": {"receivable": cents, "income": -cents},
        "payment": {"stripe": cents, "receivable": -cents},
    }
    assert ledger.balance(flow.charge) == 0
    assert list(books.problems()) == []
    assert Receipt.objects.filter(payment=payment).count() == 1
    assert [message.subject for message in mail.outbox] == ["Your receipt is ready"]
    assert AuditEvent.objects.filter(action="payment.paid").count() == 1
    assert not BillingTask.objects.exists()
    assert failed_effects() == []


def webhooks(flow: Flow) -> None:
    flow.webhooks()


def come_back(flow: Flow) -> None:
    flow.come_back()


def worker(flow: Flow) -> None:
    let_the_worker_work()


def reconcile(flow: Flow) -> None:
    Payment.objects.update(created_at=utc_now() - timedelta(minutes=11))
    reconciliation.run(now=utc_now())
    let_the_worker_work()


def duplicated(flow: Flow) -> None:
    flow.webhooks()
    for told in list(flow.inbox.told):
        assert flow.inbox.receiver(told) == 200
    let_the_worker_work()


def shuffled(flow: Flow) -> None:
    flow.sandbox.switches.order = "shuffled"
    flow.webhooks()


def reversed_order(flow: Flow) -> None:
    flow.sandbox.switches.order = "reversed"
    flow.webhooks()


@pytest.mark.parametrize(
    "steps",
    [
        [webhooks, come_back],
        [come_back, webhooks],
        [come_back, come_back, worker],
        [duplicated, come_back],
        [shuffled, come_back],
        [reversed_order],
        [reconcile],
        [reconcile, webhooks, come_back],
        [come_back, reconcile, duplicated],
    ],
    ids=lambda steps: "+".join(step.__name__ for step in steps),
)
def test_a_payment_is_settled_once_in_any_order(flow: Flow, steps: list[Step]) -> None:
    flow.begin()
    flow.pay_at_stripe()

    for step in steps:
        step(flow)

    assert_paid_once(flow)


def test_the_click_leads_to_stripes_page_with_303(flow: Flow) -> None:
    response = flow.begin()

    payment = flow.payment
    assert response.status_code == 303
    assert response["Location"] == payment.checkout_url
    assert payment.checkout_url.startswith(flow.sandbox.url)
    assert payment.state == PaymentState.PENDING
    assert payment.amount_cents == 150_00
    assert payment.notice_version == card_notice.VERSION
    assert payment.notice_at is not None


def test_stripe_learns_an_amount_and_random_ids_only(flow: Flow) -> None:
    flow.begin()

    sent = next(note for note in flow.sandbox.world.log if note["method"] == "POST")
    told = str(sent)
    for secret in (
        flow.charge.client.legal_name,
        flow.charge.client.email,
        str(flow.charge.public_id),
        str(flow.charge.client.public_id),
        flow.charge.appointment.session_type.name + " ",
        "therap",
    ):
        assert secret not in told


def test_a_retry_returns_to_the_same_open_page(flow: Flow) -> None:
    first, second = flow.begin(), flow.begin()

    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1
    assert len(flow.sandbox.world.store.newest_first("checkout.session")) == 1


@pytest.mark.parametrize("how", ["error_after", "close_after"])
def test_a_lost_answer_and_a_retry_make_one_page(flow: Flow, how: str) -> None:
    flow.sandbox.switches.faults = [Fault("POST /v1/checkout/sessions", how, times=3)]

    lost = flow.begin()
    again = flow.begin()
    flow.pay_at_stripe()
    flow.come_back()

    assert lost.status_code == 503
    assert again.status_code == 303
    assert len(flow.sandbox.world.store.newest_first("checkout.session")) == 1
    assert_paid_once(flow)


def test_a_page_whose_answer_was_lost_and_that_was_never_seen_ends(flow: Flow) -> None:
    flow.sandbox.switches.faults = [Fault("POST /v1/checkout/sessions", "close_before", times=3)]
    flow.begin()
    Payment.objects.update(session_ends_at=utc_now() + timedelta(minutes=20))

    again = flow.begin()

    states = list(Payment.objects.order_by("pk").values_list("state", flat=True))
    assert again.status_code == 303
    assert states == ["expired", "pending"]


def test_stripe_away_is_said_kindly_and_nothing_is_lost(flow: Flow) -> None:
    flow.sandbox.switches.faults = [Fault("POST /v1/checkout", "close_before", times=3)]

    away = flow.begin()
    page = away.content.decode()
    again = flow.begin()

    assert away.status_code == 503
    assert "The payment page does not answer" in page
    assert "Nothing was taken from your card" in page
    assert "pay after the session" in page
    assert again.status_code == 303
    assert Payment.objects.count() == 1


def test_a_declined_card_can_be_tried_again_on_the_same_page(flow: Flow) -> None:
    flow.begin()
    flow.pay_at_stripe("4000000000000002")
    flow.webhooks()
    declined = flow.come_back().content.decode()
    flow.pay_at_stripe()
    flow.webhooks()

    assert "Not paid yet" in declined
    assert_paid_once(flow)


def test_a_page_that_closed_is_said_and_a_new_one_can_be_opened(flow: Flow) -> None:
    flow.begin()
    flow.sandbox.actions.advance(32 * 60)
    flow.webhooks()
    closed = flow.come_back().content.decode()

    again = flow.begin()

    assert "The payment page has closed" in closed
    states = list(Payment.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["expired", "pending"]
    assert again.status_code in (303, 503)


def test_another_amount_at_stripe_is_put_aside_for_a_person(flow: Flow) -> None:
    flow.begin()
    flow.pay_at_stripe()
    Payment.objects.update(amount_cents=140_00)

    page = flow.come_back().content.decode()
    let_the_worker_work()

    task = BillingTask.objects.get()
    assert "We are looking at your payment" in page
    assert flow.payment.state == PaymentState.NEEDS_ATTENTION
    assert (task.kind, task.amount_cents) == (TaskKind.AMOUNT_DIFFERS, 150_00)
    assert ledger.balance(flow.charge) == 150_00
    assert not Receipt.objects.exists()
    assert [message.subject for message in mail.outbox] == ["Something waits at the billing desk"]


def test_a_payment_for_what_was_paid_meanwhile_becomes_a_credit(flow: Flow) -> None:
    flow.begin()
    flow.pay_at_stripe()
    desk_payments.record(
        charge=flow.charge,
        method=PaymentMethod.CASH,
        amount_cents=150_00,
        attempt=uuid4(),
        by=an_admin(),
        now=utc_now(),
    )
    let_the_worker_work()

    task = BillingTask.objects.get()
    assert (task.kind, task.amount_cents) == (TaskKind.LATE_PAYMENT, 150_00)
    assert ledger.balance(flow.charge) == -150_00
    assert list(books.problems()) == []
    flow.charge.appointment.refresh_from_db()
    assert flow.charge.appointment.status == "confirmed"


def test_events_are_kept_once_and_processed(flow: Flow) -> None:
    flow.begin()
    flow.pay_at_stripe()
    duplicated(flow)

    assert StripeEvent.objects.count() == len({told.event["id"] for told in flow.inbox.told})
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert OutboxEntry.objects.filter(kind="stripe_event").count() == StripeEvent.objects.count()


def test_an_event_of_somebody_else_changes_nothing(flow: Flow) -> None:
    flow.begin()
    flow.sandbox.actions.pay(flow.payment.checkout_session or "")
    Payment.objects.all().delete()

    flow.webhooks()

    assert failed_effects() == []
    assert not LedgerEntry.objects.filter(transaction_key__startswith="payment:").exists()


@pytest.mark.parametrize("cents", [50, 1_01, 99_99, 1000_00])
def test_amounts_are_kept_to_the_cent(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox, cents: int
) -> None:
    flow = Flow(stripe_sandbox, stripe_inbox, cents)
    flow.begin()
    flow.pay_at_stripe()
    flow.come_back()

    assert_paid_once(flow, cents)
