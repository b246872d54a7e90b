"""Refunds: the row first, then Stripe with the row's id as its key, then the ledger.

Refunds that somebody makes in Stripe's dashboard are found and entered too. No refund touches
an appointment.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts.models import Practice, User
from billing import stripe_gateway as stripe
from billing.models import (
    Payment,
    PaymentState,
    Refund,
    RefundOrigin,
    RefundStatus,
    TaskKind,
)
from billing.services import attention, ledger
from billing.services.checkout_sessions import IN_USE
from portal.shared import audit, mail, outbox
from portal.shared.request import Source

FAILED = ("failed", "canceled")


class NotPaid(Exception):
    """There is nothing to give back."""


class TooMuch(Exception):
    """More than what is left of the payment, which is `left_cents`."""

    def __init__(self, left_cents: int) -> None:
        self.left_cents = left_cents


def left_cents(payment: Payment) -> int:
    """Cents that can still be given back: the payment less refunds made or on their way."""
    if payment.state != PaymentState.PAID:
        return 0
    # Summed here, so that a list of payments with prefetched refunds asks nothing more.
    refunds = payment.refunds.all()
    return payment.amount_cents - sum(each.amount_cents for each in refunds if each.counts)


def request(
    *,
    payment: Payment,
    amount_cents: int,
    attempt: UUID,
    by: User,
    now: datetime,
    source: Source | None = None,
) -> Refund:
    """Give cents of a payment back. `attempt` is the form's own id: sent twice, it is one refund.

    Raises NotPaid, TooMuch.
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        earlier = Refund.objects.filter(public_id=attempt, payment=payment).first()
        if earlier:
            return earlier
        _check(payment, amount_cents)
        refund = Refund.objects.create(
            public_id=attempt, payment=payment, amount_cents=amount_cents, created_by=by
        )
        _give(refund, now=now)
        _tell_the_others(refund, by=by, now=now)
        _record("refund.request", refund, by=by, source=source, now=now)
    return refund


def _check(payment: Payment, amount_cents: int) -> None:
    if payment.state != PaymentState.PAID:
        raise NotPaid
    left = left_cents(payment)
    if not 0 < amount_cents <= left:
        raise TooMuch(left)


def _give(refund: Refund, *, now: datetime) -> None:
    if refund.payment.is_card:
        key = f"refund:{refund.public_id}"
        outbox.enqueue(kind="send_refund", key=key, payload={"refund": refund.pk}, now=now)
    else:
        _succeed(refund, now=now)


def send(*, refund: Refund, now: datetime) -> None:
    """Have Stripe give the money back, once. Raises StripeUnavailable, StripeRefused.

    It looks first: Stripe forgets an idempotency key after a day, a refund never.
    """
    sync(payment=refund.payment, now=now)
    refund.refresh_from_db()
    if refund.status == RefundStatus.PENDING and not refund.stripe_id:
        _ask(refund, now=now)


def _ask(refund: Refund, *, now: datetime) -> None:
    try:
        state = stripe.create_refund(
            payment_intent_id=refund.payment.payment_intent or "",
            amount_cents=refund.amount_cents,
            idempotency_key=refund.public_id,
            reference=refund.public_id,
        )
    except stripe.StripeRefused as refusal:
        if refusal.code == IN_USE:
            raise stripe.StripeUnavailable(refusal.code) from refusal
        _fail(refund, now=now)
    else:
        follow(refund, state, now=now)


def sync(*, payment: Payment, now: datetime) -> None:
    """Bring all refunds of a payment to what Stripe says.

    Raises StripeUnavailable, StripeRefused.
    """
    if payment.payment_intent:
        for state in stripe.list_refunds(payment.payment_intent):
            follow(_ours(payment, state) or _external(payment, state, now=now), state, now=now)


def follow(refund: Refund, state: stripe.RefundState, *, now: datetime) -> None:
    """Bring one refund to what Stripe says of it, once."""
    Refund.objects.filter(pk=refund.pk, stripe_id__isnull=True).update(stripe_id=state.id)
    if state.status == "succeeded":
        _succeed(refund, now=now)
    elif state.status in FAILED:
        _fail(refund, now=now)


def _ours(payment: Payment, state: stripe.RefundState) -> Refund | None:
    refunds = list(payment.refunds.all())
    known = (refund for refund in refunds if refund.stripe_id == state.id)
    named = (refund for refund in refunds if str(refund.public_id) == state.reference)
    return next(known, None) or next(named, None)


def _external(payment: Payment, state: stripe.RefundState, *, now: datetime) -> Refund:
    with transaction.atomic():
        refund, created = Refund.objects.get_or_create(
            stripe_id=state.id,
            defaults={
                "payment": payment,
                "amount_cents": state.amount_cents,
                "origin": RefundOrigin.STRIPE,
            },
        )
        if created:
            _raise(TaskKind.EXTERNAL_REFUND, refund, key=f"external:{state.id}", now=now)
            _record("refund.external", refund, by=None, source=None, now=now)
    return refund


def _succeed(refund: Refund, *, now: datetime) -> None:
    with transaction.atomic():
        pending = Refund.objects.filter(pk=refund.pk, status=RefundStatus.PENDING)
        if pending.update(status=RefundStatus.SUCCEEDED, updated_at=now):
            ledger.post_refund(refund, at=now)
            _record("refund.succeed", refund, by=None, source=None, now=now)
    refund.refresh_from_db()


def _fail(refund: Refund, *, now: datetime) -> None:
    """The money came back, or never left: what was posted is reversed."""
    with transaction.atomic():
        alive = Refund.objects.counting().filter(pk=refund.pk)
        if alive.update(status=RefundStatus.FAILED, updated_at=now):
            ledger.reverse_refund(refund, at=now)
            _raise(TaskKind.REFUND_FAILED, refund, key=f"failed:{refund.public_id}", now=now)
            _record("refund.fail", refund, by=None, source=None, now=now)
    refund.refresh_from_db()


def _raise(kind: TaskKind, refund: Refund, *, key: str, now: datetime) -> None:
    attention.raise_task(
        kind=kind,
        charge=refund.payment.charge,
        payment=refund.payment,
        cents=refund.amount_cents,
        key=key,
        now=now,
    )


def _tell_the_others(refund: Refund, *, by: User, now: datetime) -> None:
    """A second pair of eyes: money that leaves is never one person's secret."""
    charge = refund.payment.charge
    page = reverse("billing:desk_charge", args=[charge.public_id])
    for person in attention.people(but=by):
        mail.queue(
            to=person.email,
            subject="A refund was made",
            template="email/billing/refund_made",
            context={"practice": Practice.get(), "page": attention.page_for(person, page)},
            key=f"refund:{refund.public_id}:told:{person.pk}",
            now=now,
        )


def _record(
    action: str, refund: Refund, *, by: User | None, source: Source | None, now: datetime
) -> None:
    audit.record(
        action=action,
        by=by,
        obj=refund,
        client=refund.payment.charge.client,
        source=source,
        detail={"cents": refund.amount_cents, "payment": str(refund.payment.public_id)},
        now=now,
    )
