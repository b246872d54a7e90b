"""Paying a charge by card: one open page at a time, and the same one when a person comes back."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from billing.models import Charge, ChargeStatus, Payment, PaymentState
from billing.services import checkout_sessions, ledger
from billing.services.checkout_sessions import PAGE_LASTS, PageGone
from billing.services.settlement import settle
from portal.shared import audit
from portal.shared.request import Source

ENOUGH_TIME = timedelta(minutes=2)  # a page that closes sooner is not offered again
SMALLEST_CARD_CENTS = 50  # docs.stripe.com/currencies: the least that Stripe takes in US dollars


class NothingOwed(Exception):
    """The charge is paid, waived or not yet approved."""


class CardNotOffered(Exception):
    """The practice takes no cards, or the amount is below what Stripe takes."""


def is_offered(cents: int) -> bool:
    """Whether this much can be paid by card: the practice has Stripe, and it is not too little."""
    return bool(settings.STRIPE_SECRET_KEY) and cents >= SMALLEST_CARD_CENTS


def start(
    *,
    charge: Charge,
    notice_version: str,
    by: User,
    now: datetime,
    source: Source | None = None,
) -> Payment:
    """A payment whose `checkout_url` is Stripe's page for it.

    `notice_version` is the card notice that the person acknowledged just now. The row is
    committed before Stripe is asked, so nothing is lost when the answer is.
    Raises NothingOwed, CardNotOffered, StripeUnavailable, StripeRefused.
    """
    payment = _still_open(charge, now=now)
    if payment is None:
        payment = _create(charge, notice_version, by=by, source=source, now=now)
    if not payment.checkout_url:
        checkout_sessions.open_page(payment, now=now)
    return payment


def close(*, payment: Payment, now: datetime) -> Payment:
    """Close the page and keep what came of it. Raises StripeUnavailable, StripeRefused."""
    if payment.state == PaymentState.PENDING:
        with suppress(PageGone):  # settle marks it as expired
            checkout_sessions.close_page(payment, now=now)
        settle(payment=payment, now=now)
    return payment


def open_payment(charge: Charge) -> Payment | None:
    """The payment that was begun and neither completed nor given up."""
    payment: Payment | None = charge.payments.pending().first()
    return payment


def _still_open(charge: Charge, *, now: datetime) -> Payment | None:
    """The pending payment when its page can be used; an unfit one is closed first."""
    payment = open_payment(charge)
    if payment is None:
        return None
    if not _is_fit(payment, charge, now=now):
        close(payment=payment, now=now)
        return None
    if not payment.checkout_url:
        try:
            checkout_sessions.open_page(payment, now=now)
        except PageGone:
            settle(payment=payment, now=now)
            return None
    return payment


def _is_fit(payment: Payment, charge: Charge, *, now: datetime) -> bool:
    ends_at = payment.session_ends_at
    lasts = ends_at is not None and ends_at - now > ENOUGH_TIME
    return lasts and payment.amount_cents == ledger.balance(charge)


def _create(
    charge: Charge, notice_version: str, *, by: User, source: Source | None, now: datetime
) -> Payment:
    try:
        with transaction.atomic():
            return _insert(charge, notice_version, by=by, source=source, now=now)
    except IntegrityError:
        # Two tabs at once: the other one's payment is the one.
        payment = open_payment(charge)
        if payment is None:
            raise
        return payment


def _insert(
    charge: Charge, notice_version: str, *, by: User, source: Source | None, now: datetime
) -> Payment:
    charge = Charge.objects.select_for_update().get(pk=charge.pk)
    owed = ledger.balance(charge)
    if charge.status != ChargeStatus.OPEN or owed <= 0:
        raise NothingOwed
    if not is_offered(owed):
        raise CardNotOffered
    payment = Payment.objects.create(
        charge=charge,
        amount_cents=owed,
        session_ends_at=now.replace(microsecond=0) + PAGE_LASTS,
        notice_version=notice_version,
        notice_at=now,
    )
    audit.record(
        action="payment.start",
        by=by,
        obj=payment,
        client=charge.client,
        source=source,
        detail={"cents": owed, "notice": notice_version},
        now=now,
    )
    return payment
