"""What the gateway answers with: frozen, in our own words, with integer cents and UTC times."""

from dataclasses import dataclass
from datetime import datetime

# What our webhook endpoint has to be subscribed to.
EVENT_TYPES = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.refunded",
    "charge.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)


@dataclass(frozen=True)
class CheckoutSession:
    """`status`: open, complete, expired. `payment_status`: unpaid, paid, no_payment_required.
    `url` is there while it is open, `payment_intent_id` from the first try to pay."""

    id: str
    url: str | None
    status: str
    payment_status: str
    amount_total: int | None
    currency: str | None
    client_reference_id: str | None
    payment_intent_id: str | None
    expires_at: datetime
    livemode: bool

    @property
    def is_paid(self) -> bool:
        return self.status == "complete" and self.payment_status == "paid"


@dataclass(frozen=True)
class PaymentState:
    """A payment intent with its latest charge. `fee_cents` is None until Stripe has booked it;
    `failure_code` says why the last card was declined."""

    id: str
    status: str
    amount_cents: int
    amount_received_cents: int
    amount_refunded_cents: int
    currency: str
    reference: str | None
    charge_id: str | None
    card_brand: str | None
    card_last4: str | None
    fee_cents: int | None
    is_disputed: bool
    failure_code: str | None
    livemode: bool


@dataclass(frozen=True)
class RefundState:
    """`status`: pending, succeeded, failed, canceled, requires_action. `reference` is None when
    the refund was made outside the portal."""

    id: str
    status: str
    amount_cents: int
    currency: str
    payment_intent_id: str | None
    charge_id: str | None
    reference: str | None
    failure_reason: str | None
    created: datetime


@dataclass(frozen=True)
class DisputeState:
    """`status`: needs_response, under_review, won, lost, warning_... (Stripe's words)."""

    id: str
    status: str
    reason: str
    amount_cents: int
    payment_intent_id: str | None
    charge_id: str
    created: datetime


@dataclass(frozen=True)
class WebhookEvent:
    """Only a pointer: which object to read again. Never a source of amounts or states."""

    id: str
    type: str
    created: datetime
    object_id: str
    livemode: bool
    payment_intent_id: str | None
