"""Stripe's events: each stored once, then used as a hint to read Stripe's object again."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min

from billing import stripe_gateway as stripe
from billing.models import Payment, StripeEvent, TaskKind
from billing.services import attention, refunds
from billing.services.settlement import settle
from portal.shared import outbox

REFUNDS = ("refund.", "charge.refunded")
DISPUTES = ("charge.dispute.",)
ON_ITS_WAY = timedelta(minutes=10)  # a webhook may take so long
DECIDED = ("won", "lost", "warning_closed", "prevented")


class WrongMode(Exception):
    """A test event at a live installation, or the other way round."""


def receive(*, payload: bytes, signature: str, now: datetime) -> StripeEvent:
    """Keep a webhook's event and have the worker look at it. Raises BadSignature, WrongMode."""
    told = stripe.parse_webhook(payload, signature)
    if told.livemode != stripe.is_live():
        raise WrongMode
    return store(told=told, now=now, by_webhook=True)


def store(*, told: stripe.WebhookEvent, now: datetime, by_webhook: bool = False) -> StripeEvent:
    """The event's row, made once, with its effect in the same transaction."""
    with transaction.atomic():
        event, _ = StripeEvent.objects.get_or_create(
            event_id=told.id,
            defaults={
                "type": told.type,
                "object_id": told.object_id,
                "payment_intent": told.payment_intent_id or "",
                "created_at": told.created,
                "received_at": now,
            },
        )
        outbox.enqueue(
            kind="stripe_event", key=f"stripe:{told.id}", payload={"event": event.pk}, now=now
        )
        if by_webhook:
            StripeEvent.objects.filter(pk=event.pk, webhook_at=None).update(webhook_at=now)
    return event


def last_webhook_at() -> datetime | None:
    """When Stripe last told something by itself; what the regular look found does not count."""
    last: datetime | None = StripeEvent.objects.aggregate(at=Max("webhook_at"))["at"]
    return last


def silent_since(*, now: datetime) -> datetime | None:
    """When the first card payment was made that no webhook at all has followed.

    A payment counts that was begun after the last webhook and is old enough to have brought one:
    so neither a worker that lags nor one lost webhook among others is taken for silence.
    """
    if not settings.STRIPE_SECRET_KEY:
        return None
    paid = Payment.objects.paid().by_card().filter(paid_at__lte=now - ON_ITS_WAY)
    last = last_webhook_at()
    if last is not None:
        paid = paid.filter(created_at__gt=last)
    since: datetime | None = paid.aggregate(at=Min("paid_at"))["at"]
    return since


def process(*, event: StripeEvent, now: datetime) -> None:
    """Settle what the event points at; events of others than ours are only noted.

    Raises StripeUnavailable, StripeRefused.
    """
    payment = find_payment(event)
    if payment:
        settle(payment=payment, now=now)
        if event.type.startswith(REFUNDS):
            refunds.sync(payment=payment, now=now)
        elif event.type.startswith(DISPUTES):
            _note_dispute(payment, event, now=now)
    StripeEvent.objects.filter(pk=event.pk).update(processed_at=now)


def find_payment(event: StripeEvent) -> Payment | None:
    """By Stripe's ids when we know them, else by our own reference on Stripe's object."""
    known = Payment.objects.none()
    if event.type.startswith("checkout.session."):
        known = Payment.objects.filter(checkout_session=event.object_id)
    elif event.payment_intent:
        known = Payment.objects.filter(payment_intent=event.payment_intent)
    payment: Payment | None = known.first() or _by_reference(_reference(event))
    return payment


def _reference(event: StripeEvent) -> str | None:
    if event.type.startswith("checkout.session."):
        return stripe.get_checkout_session(event.object_id).client_reference_id
    if event.payment_intent:
        return stripe.get_payment(event.payment_intent).reference
    return None


def _by_reference(reference: str | None) -> Payment | None:
    try:
        found: Payment | None = Payment.objects.filter(public_id=UUID(reference or "")).first()
    except ValueError:
        return None
    return found


def _note_dispute(payment: Payment, event: StripeEvent, *, now: datetime) -> None:
    """A task when it begins and one when it is decided. Care goes on."""
    dispute = stripe.get_dispute(event.object_id)
    decided = dispute.status if dispute.status in DECIDED else ""
    attention.raise_task(
        kind=TaskKind.DISPUTE,
        charge=payment.charge,
        payment=payment,
        cents=dispute.amount_cents,
        outcome=decided,
        key=f"dispute:{dispute.id}:{decided or 'open'}",
        now=now,
    )
