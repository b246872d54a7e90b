"""Is the portal alive, and is all its work being done?

`/healthz` is for load balancers and containers: a portal whose broker or worker is down still
takes bookings. `/readyz` is for the alarm: everything works, nothing is late, nothing is silent.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.connection import Connection

from accounts.policies import public
from billing.models import StripeEvent
from billing.services import stripe_events
from portal.shared import outbox
from portal.shared.clock import utc_now
from portal.shared.seal import SealUnusable, in_force

LONGEST_WAIT_SECONDS = 300.0
"""An effect that has been due for longer says that no worker is at work."""


@public
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process lives; it asks nothing else, so that a sick database does not restart it."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything works and nothing is late, else 503 with the names of the problems."""
    report = readiness(now=utc_now())
    return JsonResponse(report, status=200 if report["status"] == "ready" else 503)


@dataclass(frozen=True, slots=True)
class Told:
    """What the database tells of lateness and silence; nothing when it does not answer."""

    oldest_due_seconds: float | None = None
    last_stripe_event: datetime | None = None
    last_stripe_webhook: datetime | None = None
    stripe_webhooks_silent_since: datetime | None = None


def readiness(*, now: datetime) -> dict[str, Any]:
    """Names, times and ages only: nothing about a person."""
    told = _ask_database(now)
    report = told or Told()
    waits = report.oldest_due_seconds
    checks = {
        "database": told is not None,
        "broker": broker_answers(),
        "worker": waits is None or waits <= LONGEST_WAIT_SECONDS,
        "webhooks": report.stripe_webhooks_silent_since is None,
    }
    seal = _seal(now)
    checks["seal"] = seal["seal_until"] is not None
    problems = [name for name, is_well in checks.items() if not is_well]
    return {
        "status": "not ready" if problems else "ready",
        "problems": problems,
        **seal,
        **asdict(report),
    }


def _seal(now: datetime) -> dict[str, Any]:
    """Until when packets can be sealed, and a warning a month before that."""
    try:
        seal = in_force(now)
    except SealUnusable:
        return {"seal_until": None, "warnings": []}
    return {"seal_until": seal.valid_until, "warnings": ["seal"] if seal.ends_soon(now) else []}


def _ask_database(now: datetime) -> Told | None:
    try:
        return Told(
            oldest_due_seconds=round(outbox.oldest_due_seconds(now), 1),
            last_stripe_event=StripeEvent.objects.aggregate(at=Max("received_at"))["at"],
            last_stripe_webhook=stripe_events.last_webhook_at(),
            stripe_webhooks_silent_since=stripe_events.silent_since(now=now),
        )
    except DatabaseError:
        return None


def broker_answers() -> bool:
    """The embedded broker lives inside the worker, so there is nothing to ask."""
    if settings.CELERY_BROKER_URL.startswith("memory://"):
        return True
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    try:
        url = settings.CELERY_BROKER_URL
        with Connection(url, transport_options=options) as broker:  # type: ignore[no-untyped-call]
            broker.ensure_connection(max_retries=1, timeout=1)
    except Exception:
        return False
    return True
