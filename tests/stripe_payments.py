"""Opening, paying and refunding a card payment in the sandbox, through the gateway."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from billing import stripe_gateway as gateway
from billing.sandbox.server import Sandbox
from billing.stripe_gateway import CheckoutSession

PAID, DECLINED, POOR = "4242424242424242", "4000000000000002", "4000000000009995"
ALWAYS_ASKS, ASKS_ONCE = "4000002760003184", "4000002500003155"


def open_session(
    cents: int = 15000, *, reference: UUID | None = None, key: UUID | None = None
) -> CheckoutSession:
    payment = uuid4()
    return gateway.create_checkout_session(
        amount_cents=cents,
        reference=reference or payment,
        idempotency_key=key or uuid4(),
        success_url=f"http://testserver/payments/{payment}/return/",
        cancel_url=f"http://testserver/payments/{payment}/return/",
        expires_at=datetime.now(UTC) + timedelta(minutes=35),
    )


def paid_session(sandbox: Sandbox, cents: int = 15000) -> CheckoutSession:
    session = open_session(cents)
    assert sandbox.actions.pay(session.id) == "paid"
    return gateway.get_checkout_session(session.id)


def payment_of(session: CheckoutSession) -> gateway.PaymentState:
    assert session.payment_intent_id is not None
    return gateway.get_payment(session.payment_intent_id)


def refund(session: CheckoutSession, cents: int, key: UUID | None = None) -> gateway.RefundState:
    assert session.payment_intent_id is not None
    return gateway.create_refund(
        payment_intent_id=session.payment_intent_id,
        amount_cents=cents,
        idempotency_key=key or uuid4(),
        reference=key or uuid4(),
    )
