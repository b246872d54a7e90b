"""What a lost webhook would leave open is found here, every quarter of an hour."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from billing import stripe_gateway as stripe
from billing.models import Payment, Refund, StripeEvent
from billing.services import refunds, stripe_events
from billing.services.settlement import settle

logger = logging.getLogger(__name__)

OLD_ENOUGH = timedelta(minutes=10)  # younger ones are still on their ordinary way
OVERLAP = timedelta(hours=1)
FIRST_LOOK_BACK = timedelta(days=3)
STRIPE_REMEMBERS = timedelta(days=29)


@dataclass(frozen=True)
class Outcome:
    """How many payments and refunds were read again, events found, and what failed."""

    payments: int
    refunds: int
    events: int
    failures: int


def run(*, now: datetime, older_than: timedelta = OLD_ENOUGH) -> Outcome:
    """Read again everything that is not final, and fetch the events that did not arrive."""
    if not settings.STRIPE_SECRET_KEY:
        return Outcome(0, 0, 0, 0)  # a practice that takes no cards
    payments = list(Payment.objects.waiting_since(now - older_than))
    waiting = list(Refund.objects.waiting_since(now - older_than).select_related("payment"))
    done = [_try(partial(settle, payment=payment, now=now)) for payment in payments]
    done += [_try(partial(refunds.send, refund=refund, now=now)) for refund in waiting]
    found = 0
    try:
        found = back_fill(now=now)
    except (stripe.StripeUnavailable, stripe.StripeRefused) as error:
        logger.warning("reconciliation: events: %s", type(error).__name__)
        done.append(False)
    return Outcome(len(payments), len(waiting), found, done.count(False))


def back_fill(*, now: datetime) -> int:
    """Store the events that no webhook brought. Raises StripeUnavailable, StripeRefused."""
    told = stripe.list_events(created_since=_cursor(now))
    known = set(
        StripeEvent.objects.filter(event_id__in=[each.id for each in told]).values_list(
            "event_id", flat=True
        )
    )
    missed = [each for each in told if each.id not in known]
    for each in missed:
        stripe_events.store(told=each, now=now)
    return len(missed)


def _cursor(now: datetime) -> datetime:
    last = StripeEvent.objects.order_by("-created_at").first()
    since = last.created_at - OVERLAP if last else now - FIRST_LOOK_BACK
    return max(since, now - STRIPE_REMEMBERS)


def _try(step: Callable[[], object]) -> bool:
    """One payment that can't be read must not keep the others from it."""
    try:
        step()
    except (stripe.StripeUnavailable, stripe.StripeRefused) as error:
        logger.warning("reconciliation: %s", type(error).__name__)
        return False
    return True
