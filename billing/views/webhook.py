"""Stripe's webhooks: kept, then looked at by the worker."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.policies import machine
from billing.services import stripe_events
from billing.stripe_gateway import BadSignature
from portal.shared.clock import utc_now

logger = logging.getLogger(__name__)


@machine
@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 once the event is stored; 400 for what is not Stripe's; else Stripe tries again."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        stripe_events.receive(payload=request.body, signature=signature, now=utc_now())
    except (BadSignature, stripe_events.WrongMode) as refusal:
        logger.warning("stripe webhook refused: %s", type(refusal).__name__)
        return HttpResponse(status=400)
    return HttpResponse(status=200)
