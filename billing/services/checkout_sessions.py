"""Stripe's payment page for one payment: opened once, read again, closed.

The payment's own id is the idempotency key and all that Stripe knows. Everything that is sent
stands on the row, so a repetition sends the same and gets the same page.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from billing import stripe_gateway as stripe
from billing.models import Charge, Payment
from portal.shared import outbox

PAGE_LASTS = timedelta(minutes=31)
SHORTEST_PAGE = timedelta(minutes=30)  # Stripe opens no page that ends sooner
GONE = "resource_missing"
IN_USE = "idempotency_key_in_use"


class PageGone(Exception):
    """Stripe has no page for this payment, and can't make one any more."""


def open_page(payment: Payment, *, now: datetime) -> stripe.CheckoutSession:
    """Open the page, or find it again when Stripe's answer was lost.

    Raises PageGone, StripeUnavailable, StripeRefused.
    """
    back = f"{settings.PORTAL_URL}{reverse('billing:payment_return', args=[payment.public_id])}"
    try:
        session = stripe.create_checkout_session(
            amount_cents=payment.amount_cents,
            reference=payment.public_id,
            idempotency_key=payment.public_id,
            success_url=back,
            cancel_url=back,
            expires_at=_end(payment),
        )
    except stripe.StripeRefused as refusal:
        raise _refused(refusal, payment, now) from refusal
    _remember(payment, session)
    return session


def read_page(payment: Payment, *, now: datetime) -> stripe.CheckoutSession:
    """The page as Stripe has it now. Raises PageGone, StripeUnavailable, StripeRefused."""
    if not payment.checkout_session:
        open_page(payment, now=now)
    try:
        return stripe.get_checkout_session(payment.checkout_session or "")
    except stripe.StripeRefused as refusal:
        if refusal.code == GONE:
            raise PageGone from refusal
        raise


def close_page(payment: Payment, *, now: datetime) -> None:
    """Nobody can pay there any more. Raises PageGone, StripeUnavailable, StripeRefused."""
    if not payment.checkout_session:
        open_page(payment, now=now)
    if read_page(payment, now=now).status != "open":
        return
    try:
        stripe.expire_checkout_session(payment.checkout_session or "")
    except stripe.StripeRefused:
        # Paid or expired at this very moment: whoever settles next reads which.
        return


def request_close(charge: Charge, *, now: datetime) -> None:
    """Have the worker close the pages on which this charge could still be paid."""
    for payment in charge.payments.pending():
        key = f"close_checkout:{payment.public_id}"
        outbox.enqueue(kind="close_checkout", key=key, payload={"payment": payment.pk}, now=now)


def _end(payment: Payment) -> datetime:
    if payment.session_ends_at is None:
        raise ValueError("only a card payment has a page at Stripe")
    return payment.session_ends_at


def _refused(refusal: stripe.StripeRefused, payment: Payment, now: datetime) -> Exception:
    """What a refusal to open the page means.

    Two requests at once: ask again. Too little time left: the first request never reached
    Stripe, for a key that it knows gets the first answer again.
    """
    if refusal.code == IN_USE:
        return stripe.StripeUnavailable(refusal.code)
    return PageGone() if _end(payment) - now < SHORTEST_PAGE else refusal


def _remember(payment: Payment, session: stripe.CheckoutSession) -> None:
    nameless = Payment.objects.filter(pk=payment.pk, checkout_session__isnull=True)
    nameless.update(checkout_session=session.id, checkout_url=session.url or "")
    payment.refresh_from_db(fields=["checkout_session", "checkout_url"])
