"""The gateway against the sandbox, over HTTP and with Stripe's own library."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given
from hypothesis import settings as laws
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from billing import stripe_gateway as gateway
from billing.sandbox.server import Sandbox
from billing.sandbox.switches import Fault
from billing.stripe_gateway import CheckoutSession, StripeRefused, StripeUnavailable
from tests.stripe_fixtures import Inbox
from tests.stripe_payments import (
    ALWAYS_ASKS,
    ASKS_ONCE,
    DECLINED,
    PAID,
    POOR,
    open_session,
    paid_session,
    payment_of,
    refund,
)

pytestmark = pytest.mark.usefixtures("no_violations")


def test_a_new_session_is_open_and_unpaid(stripe_sandbox: Sandbox) -> None:
    reference = uuid4()

    session = open_session(17550, reference=reference)

    assert (session.status, session.payment_status, session.is_paid) == ("open", "unpaid", False)
    assert (session.amount_total, session.currency) == (17550, "usd")
    assert session.client_reference_id == str(reference)
    assert session.payment_intent_id is None
    assert session.url == f"{stripe_sandbox.url}/c/pay/{session.id}"
    assert session.livemode is False


def test_a_paid_session_has_a_payment_with_card_and_fee(stripe_sandbox: Sandbox) -> None:
    reference = uuid4()
    session = open_session(15000, reference=reference)

    stripe_sandbox.actions.pay(session.id, PAID)

    session = gateway.get_checkout_session(session.id)
    payment = payment_of(session)
    assert (session.status, session.is_paid, session.url) == ("complete", True, None)
    assert (payment.status, payment.amount_received_cents) == ("succeeded", 15000)
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")
    assert payment.fee_cents == 465  # 2.9 % of $150 and 30 cents
    assert payment.reference == str(reference)
    assert payment.charge_id is not None
    assert payment.failure_code is None


@pytest.mark.parametrize(
    ("card", "code"), [(DECLINED, "generic_decline"), (POOR, "insufficient_funds")]
)
def test_a_declined_card_leaves_the_session_open_for_another(
    stripe_sandbox: Sandbox, card: str, code: str
) -> None:
    session = open_session()

    assert stripe_sandbox.actions.pay(session.id, card) == "declined"

    declined = gateway.get_checkout_session(session.id)
    first = payment_of(declined)
    assert (declined.status, declined.payment_status) == ("open", "unpaid")
    assert (first.status, first.failure_code) == ("requires_payment_method", code)
    assert first.amount_received_cents == 0
    stripe_sandbox.actions.pay(session.id, PAID)
    second = payment_of(gateway.get_checkout_session(session.id))
    assert (second.id, second.status, second.failure_code) == (first.id, "succeeded", None)


@pytest.mark.parametrize("card", [ALWAYS_ASKS, ASKS_ONCE])
def test_authentication_that_succeeds_pays(stripe_sandbox: Sandbox, card: str) -> None:
    session = open_session()

    assert stripe_sandbox.actions.pay(session.id, card) == "challenge"
    assert payment_of(gateway.get_checkout_session(session.id)).status == "requires_action"
    stripe_sandbox.actions.authenticate(session.id)

    after = gateway.get_checkout_session(session.id)
    assert after.is_paid
    assert payment_of(after).card_last4 == card[-4:]


def test_authentication_that_fails_leaves_the_session_open(stripe_sandbox: Sandbox) -> None:
    session = open_session()
    stripe_sandbox.actions.pay(session.id, ALWAYS_ASKS)

    stripe_sandbox.actions.authenticate(session.id, passed=False)

    after = gateway.get_checkout_session(session.id)
    assert after.status == "open"
    assert payment_of(after).failure_code == "payment_intent_authentication_failure"


def test_a_session_expires_when_its_time_is_over(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox
) -> None:
    session = open_session()

    stripe_sandbox.actions.advance(36 * 60)

    assert gateway.get_checkout_session(session.id).status == "expired"
    stripe_sandbox.actions.deliver()
    assert stripe_inbox.types() == ["checkout.session.expired"]


def test_an_expired_session_cancels_a_payment_that_was_tried(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox
) -> None:
    session = open_session()
    stripe_sandbox.actions.pay(session.id, DECLINED)

    gateway.expire_checkout_session(session.id)

    assert payment_of(gateway.get_checkout_session(session.id)).status == "canceled"
    stripe_sandbox.actions.deliver()
    assert stripe_inbox.types()[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_a_paid_session_refuses_to_expire(stripe_sandbox: Sandbox) -> None:
    session = paid_session(stripe_sandbox)

    with pytest.raises(StripeRefused, match="status of `complete`"):
        gateway.expire_checkout_session(session.id)


def test_an_unknown_session_is_refused(stripe_sandbox: Sandbox) -> None:
    with pytest.raises(StripeRefused) as refused:
        gateway.get_checkout_session("cs_test_a1unknownunknown")

    assert refused.value.code == "resource_missing"


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_lasts_from_half_an_hour_to_a_day(stripe_sandbox: Sandbox, minutes: int) -> None:
    with pytest.raises(StripeRefused, match="expires_at"):
        gateway.create_checkout_session(
            amount_cents=15000,
            reference=uuid4(),
            idempotency_key=uuid4(),
            success_url="http://testserver/payments/return/",
            cancel_url="http://testserver/payments/return/",
            expires_at=datetime.now(UTC) + timedelta(minutes=minutes),
        )


def test_the_same_key_opens_one_session(stripe_sandbox: Sandbox) -> None:
    key, reference, ends = uuid4(), uuid4(), datetime.now(UTC) + timedelta(minutes=35)

    def ask(cents: int) -> CheckoutSession:
        return gateway.create_checkout_session(
            amount_cents=cents,
            reference=reference,
            idempotency_key=key,
            success_url="http://testserver/payments/return/",
            cancel_url="http://testserver/payments/return/",
            expires_at=ends,
        )

    assert ask(15000) == ask(15000)
    with pytest.raises(StripeRefused) as refused:
        ask(15001)
    assert refused.value.code == "idempotency_error"
    assert len(stripe_sandbox.world.store.newest_first("checkout.session")) == 1


@pytest.mark.parametrize("how", ["close_after", "error_after", "close_before", "error_before"])
def test_a_lost_answer_is_asked_for_again_and_done_once(stripe_sandbox: Sandbox, how: str) -> None:
    stripe_sandbox.switches.faults = [Fault("POST /v1/checkout/sessions", how)]

    session = open_session()

    kept = stripe_sandbox.world.store.newest_first("checkout.session")
    assert [each["id"] for each in kept] == [session.id]
    replayed = [note["replayed"] for note in stripe_sandbox.world.log]
    assert replayed == [False, how.endswith("after")]


def test_a_refund_whose_answers_are_all_lost_is_made_once(stripe_sandbox: Sandbox) -> None:
    session, key = paid_session(stripe_sandbox), uuid4()
    stripe_sandbox.switches.faults = [Fault("POST /v1/refunds", "close_after", times=3)]

    with pytest.raises(StripeUnavailable):
        refund(session, 5000, key)
    made = refund(session, 5000, key)

    assert [each.id for each in gateway.list_refunds(session.payment_intent_id or "")] == [made.id]
    assert payment_of(session).amount_refunded_cents == 5000


def test_nobody_there_is_unavailable(settings: Settings, stripe_sandbox: Sandbox) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(StripeUnavailable):
        gateway.get_checkout_session("cs_test_a1unknownunknown")


def test_the_fee_may_be_booked_after_the_payment(stripe_sandbox: Sandbox) -> None:
    stripe_sandbox.switches.late_fee = True
    session = paid_session(stripe_sandbox, 10000)
    assert payment_of(session).fee_cents is None

    stripe_sandbox.actions.book_late_fees()

    assert payment_of(session).fee_cents == 320


def test_events_are_listed_page_by_page_oldest_first(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox
) -> None:
    stripe_sandbox.switches.drop = ["*"]
    sessions = [paid_session(stripe_sandbox, 5000 + n).id for n in range(34)]
    stripe_sandbox.actions.deliver()

    events = gateway.list_events(
        created_since=datetime.now(UTC) - timedelta(hours=1),
        types=("checkout.session.completed", "payment_intent.succeeded", "charge.succeeded"),
    )

    assert stripe_inbox.told == []
    assert len(events) == 102
    completed = [each.object_id for each in events if each.type == "checkout.session.completed"]
    assert completed == sessions
    pages = [note for note in stripe_sandbox.world.log if note["path"] == "/v1/events"]
    assert len(pages) == 2


def test_events_before_the_asked_time_are_left_out(stripe_sandbox: Sandbox) -> None:
    paid_session(stripe_sandbox)
    stripe_sandbox.actions.advance(3600)
    late = paid_session_at_sandbox_time(stripe_sandbox)

    since = datetime.now(UTC) + timedelta(minutes=30)
    events = gateway.list_events(created_since=since, types=("checkout.session.completed",))

    assert [each.object_id for each in events] == [late.id]


def paid_session_at_sandbox_time(sandbox: Sandbox) -> CheckoutSession:
    """The sandbox's clock is ahead of ours: the session has to end after its "now"."""
    session = gateway.create_checkout_session(
        amount_cents=15000,
        reference=uuid4(),
        idempotency_key=uuid4(),
        success_url="http://testserver/payments/return/",
        cancel_url="http://testserver/payments/return/",
        expires_at=datetime.fromtimestamp(sandbox.world.now(), UTC) + timedelta(minutes=35),
    )
    sandbox.actions.pay(session.id)
    return session


@laws(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.integers(min_value=50, max_value=99_999_999))
def test_every_amount_arrives_to_the_cent(stripe_sandbox: Sandbox, cents: int) -> None:
    session = paid_session(stripe_sandbox, cents)

    payment = payment_of(session)
    assert session.amount_total == payment.amount_cents == payment.amount_received_cents == cents
    refund(session, cents)
    assert payment_of(session).amount_refunded_cents == cents


@pytest.mark.parametrize(
    ("key", "base"),
    [
        ("", ""),
        ("sk_live_1", "http://127.0.0.1:9"),
        ("sk_test_1", "http://stripe.example.com"),
    ],
)
def test_a_key_is_not_sent_where_it_does_not_belong(
    settings: Settings, stripe_sandbox: Sandbox, key: str, base: str
) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = key, base

    with pytest.raises(ImproperlyConfigured):
        gateway.get_checkout_session("cs_test_a1unknownunknown")


def test_live_and_test_keys_are_told_apart(settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_1"
    assert gateway.is_live()
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    assert not gateway.is_live()
