"""The one door through which a card payment becomes paid or expired.

The webhook, the return page, the reconciliation and "check with Stripe now" all come here. What
they were told does not count: Stripe's object is read again, and the state changes only once,
by a compare-and-swap, together with the ledger and the effects.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from billing import stripe_gateway as stripe
from billing.models import Charge, Payment, PaymentState, TaskKind
from billing.services import attention, ledger
from billing.services.checkout_sessions import PageGone, read_page
from portal.shared import audit, outbox
from portal.shared.request import Source

NOT_PAID = (PaymentState.PENDING, PaymentState.EXPIRED, PaymentState.NEEDS_ATTENTION)
CURRENCY = "usd"


def settle(
    *, payment: Payment, now: datetime, by: User | None = None, source: Source | None = None
) -> Payment:
    """Bring the payment to what Stripe says. Raises StripeUnavailable, StripeRefused.

    `by` is who asked; None when the portal did by itself.
    """
    if payment.is_card and payment.state != PaymentState.PAID:
        _follow(payment, now=now, by=by, source=source)
        payment.refresh_from_db()
    return payment


def _follow(payment: Payment, *, now: datetime, by: User | None, source: Source | None) -> None:
    try:
        session = read_page(payment, now=now)
    except PageGone:
        _expire(payment, by=by, source=source, now=now)
        return
    if session.is_paid:
        _take(payment, session, now=now, by=by, source=source)
    elif session.status == "expired":
        _expire(payment, by=by, source=source, now=now)


def _take(
    payment: Payment,
    session: stripe.CheckoutSession,
    *,
    now: datetime,
    by: User | None,
    source: Source | None,
) -> None:
    intent = stripe.get_payment(session.payment_intent_id or "")
    if _fits(payment, session, intent):
        _mark_paid(payment, intent, now=now, by=by, source=source)
    else:
        _set_aside(payment, intent, now=now)


def _fits(payment: Payment, session: stripe.CheckoutSession, intent: stripe.PaymentState) -> bool:
    """Amount, currency and reference are ours, on the page and on what was taken."""
    reference, cents = str(payment.public_id), payment.amount_cents
    return (
        (session.client_reference_id, intent.reference) == (reference, reference)
        and (session.amount_total, intent.amount_received_cents) == (cents, cents)
        and (session.currency, intent.currency) == (CURRENCY, CURRENCY)
    )


def _mark_paid(
    payment: Payment,
    intent: stripe.PaymentState,
    *,
    now: datetime,
    by: User | None,
    source: Source | None,
) -> None:
    with transaction.atomic():
        charge = Charge.objects.select_for_update().get(pk=payment.charge_id)
        if not _swap(
            payment,
            PaymentState.PAID,
            updated_at=now,
            paid_at=now,
            payment_intent=intent.id,
            card_brand=intent.card_brand or "",
            card_last4=intent.card_last4 or "",
        ):
            return
        payment.refresh_from_db()
        after_payment(payment, charge, now=now)
        _record("payment.paid", payment, by=by, source=source, now=now)


def after_payment(payment: Payment, charge: Charge, *, now: datetime) -> None:
    """What follows from money received, by card or at the desk; inside its transaction."""
    ledger.post_payment(payment, at=now)
    key = f"credit:{payment.public_id}"
    attention.raise_credit(charge=charge, payment=payment, key=key, now=now)
    outbox.enqueue(
        kind="make_receipt",
        key=f"receipt:{payment.public_id}",
        payload={"payment": payment.pk},
        now=now,
    )


def _set_aside(payment: Payment, intent: stripe.PaymentState, *, now: datetime) -> None:
    with transaction.atomic():
        needs = PaymentState.NEEDS_ATTENTION
        if not _swap(payment, needs, updated_at=now, payment_intent=intent.id):
            return
        attention.raise_task(
            kind=TaskKind.AMOUNT_DIFFERS,
            charge=payment.charge,
            payment=payment,
            key=f"differs:{payment.public_id}",
            cents=intent.amount_received_cents,
            now=now,
        )
        _record("payment.differs", payment, by=None, source=None, now=now)


def _expire(payment: Payment, *, now: datetime, by: User | None, source: Source | None) -> None:
    with transaction.atomic():
        pending = Payment.objects.pending().filter(pk=payment.pk)
        if pending.update(state=PaymentState.EXPIRED, updated_at=now):
            _record("payment.expire", payment, by=by, source=source, now=now)


def _swap(payment: Payment, state: PaymentState, **values: object) -> int:
    """1 for the one caller that changes the state, 0 for all others."""
    unpaid = Payment.objects.filter(pk=payment.pk, state__in=NOT_PAID).exclude(state=state)
    return unpaid.update(state=state, **values)


def _record(
    action: str, payment: Payment, *, by: User | None, source: Source | None, now: datetime
) -> None:
    audit.record(
        action=action,
        by=by,
        obj=payment,
        client=payment.charge.client,
        source=source,
        detail={"cents": payment.amount_cents, "charge": str(payment.charge.public_id)},
        now=now,
    )
