"""Billing's work in the background: effects of the outbox, and the regular look at Stripe."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from celery import shared_task

from billing.models import GoodFaithEstimate, Payment, Refund, StripeEvent
from billing.services import (
    checkout,
    estimates,
    receipts,
    reconciliation,
    refunds,
    stripe_events,
)
from billing.stripe_gateway import StripeUnavailable
from portal.shared import outbox
from portal.shared.clock import utc_now

STRIPE_PAUSE_SECONDS = 60


@contextmanager
def patient() -> Iterator[None]:
    """While Stripe is away nothing fails and nothing is given up: it is done later."""
    try:
        yield
    except StripeUnavailable:
        raise outbox.Later(STRIPE_PAUSE_SECONDS) from None


@shared_task
def reconcile_stripe() -> None:
    reconciliation.run(now=utc_now())


@outbox.effect("stripe_event")
def stripe_event(payload: dict[str, Any], *, now: datetime) -> None:
    with patient():
        stripe_events.process(event=StripeEvent.objects.get(pk=payload["event"]), now=now)


@outbox.effect("close_checkout")
def close_checkout(payload: dict[str, Any], *, now: datetime) -> None:
    with patient():
        checkout.close(payment=Payment.objects.get(pk=payload["payment"]), now=now)


@outbox.effect("send_refund")
def send_refund(payload: dict[str, Any], *, now: datetime) -> None:
    with patient():
        refunds.send(refund=Refund.objects.get(pk=payload["refund"]), now=now)


@outbox.effect("make_receipt")
def make_receipt(payload: dict[str, Any], *, now: datetime) -> None:
    receipts.issue(payment=Payment.objects.get(pk=payload["payment"]), now=now)


@outbox.effect("draw_estimate")
def draw_estimate(payload: dict[str, Any], *, now: datetime) -> None:
    estimates.draw(estimate=GoodFaithEstimate.objects.get(pk=payload["estimate"]), now=now)
