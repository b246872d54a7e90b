"""The only door to Stripe: the one file that imports its library.

Callers get our own frozen objects and our own exceptions: all that ask Stripe raise
StripeUnavailable and StripeRefused, and OutgoingDataRefused for a mistake of our own. Every
request passes the allow-list of `billing.stripe_allow_list` at the last step before the network.
Amounts are integer cents of USD; times are aware and in UTC.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from billing.stripe_allow_list import PRODUCT_NAME, STATEMENT_SUFFIX, Context, check_request
from billing.stripe_allow_list import OutgoingDataRefused as OutgoingDataRefused
from billing.stripe_objects import EVENT_TYPES as EVENT_TYPES
from billing.stripe_objects import CheckoutSession as CheckoutSession
from billing.stripe_objects import DisputeState as DisputeState
from billing.stripe_objects import PaymentState as PaymentState
from billing.stripe_objects import RefundState as RefundState
from billing.stripe_objects import WebhookEvent as WebhookEvent

if TYPE_CHECKING:  # hundreds of classes that only the type checker needs
    from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItemPriceData

CONNECT_SECONDS, READ_SECONDS = 5, 20
NETWORK_RETRIES = 2  # with the same idempotency key, by Stripe's library
SIGNATURE_SECONDS = 300  # how old a webhook may be; Stripe's own recommendation
TYPES_PER_REQUEST = 20  # Stripe's limit on `types`
LIVE_KEYS = ("sk_live_", "rk_live_")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Stripe's library would otherwise send timings and the name of our platform with each request.
stripe.enable_telemetry = False


class StripeUnavailable(Exception):
    """No clear answer: the network, a limit, or Stripe itself. What was asked may have happened;
    ask again with the same idempotency key, or read the object."""


class StripeRefused(Exception):
    """A clear no. `code` is Stripe's (`resource_missing`, `charge_already_refunded`, ...) or, where
    Stripe gives none, the kind of error (`idempotency_error`, `invalid_request_error`, ...)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class BadSignature(Exception):
    """A webhook that is not from Stripe, too old, or not an event."""


def create_checkout_session(
    *,
    amount_cents: int,
    reference: UUID,
    idempotency_key: UUID,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
) -> CheckoutSession:
    """A page at Stripe where `amount_cents` can be paid by card. `expires_at`: 30 minutes to 24
    hours ahead, and the same in each repetition."""
    params: SessionCreateParams = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "wallet_options": {"link": {"display": "never"}},
        "client_reference_id": str(reference),
        "metadata": {"reference": str(reference)},
        "payment_intent_data": {
            "metadata": {"reference": str(reference)},
            "statement_descriptor_suffix": STATEMENT_SUFFIX,
        },
        "line_items": [{"quantity": 1, "price_data": _price(amount_cents)}],
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
    }
    with _asking() as client:
        made = client.v1.checkout.sessions.create(params, _once(idempotency_key))
    return _session(made)


def get_checkout_session(session_id: str) -> CheckoutSession:
    with _asking() as client:
        return _session(client.v1.checkout.sessions.retrieve(session_id))


def expire_checkout_session(session_id: str) -> CheckoutSession:
    """Closes an open page. Raises StripeRefused when it is complete or expired already: read it
    then, the person may have paid."""
    with _asking() as client:
        return _session(client.v1.checkout.sessions.expire(session_id))


def get_payment(payment_intent_id: str) -> PaymentState:
    with _asking() as client:
        found = client.v1.payment_intents.retrieve(
            payment_intent_id, {"expand": ["latest_charge.balance_transaction"]}
        )
    return _payment(found)


def create_refund(
    *, payment_intent_id: str, amount_cents: int, idempotency_key: UUID, reference: UUID
) -> RefundState:
    """Sends money back. Raises StripeRefused when less than `amount_cents` is left."""
    with _asking() as client:
        made = client.v1.refunds.create(
            {
                "payment_intent": payment_intent_id,
                "amount": amount_cents,
                "metadata": {"reference": str(reference)},
            },
            _once(idempotency_key),
        )
    return _refund(made)


def list_refunds(payment_intent_id: str) -> list[RefundState]:
    """All refunds of a payment, oldest first, those made in Stripe's dashboard included."""
    with _asking() as client:
        found = client.v1.refunds.list({"payment_intent": payment_intent_id, "limit": 100})
        return [_refund(each) for each in found.auto_paging_iter()][::-1]


def get_dispute(dispute_id: str) -> DisputeState:
    with _asking() as client:
        found = client.v1.disputes.retrieve(dispute_id)
    return DisputeState(
        id=found.id,
        status=found.status,
        reason=found.reason,
        amount_cents=found.amount,
        payment_intent_id=_id_or_none(found.payment_intent),
        charge_id=_id(found.charge),
        created=_moment(found.created),
    )


def list_events(
    *, created_since: datetime, types: Sequence[str] = EVENT_TYPES
) -> list[WebhookEvent]:
    """What happened since then, oldest first; Stripe remembers 30 days."""
    events: list[WebhookEvent] = []
    since = int(created_since.timestamp())
    with _asking() as client:
        for start in range(0, len(types), TYPES_PER_REQUEST):
            some = list(types[start : start + TYPES_PER_REQUEST])
            found = client.v1.events.list({"types": some, "created": {"gte": since}, "limit": 100})
            events += [_event(each) for each in found.auto_paging_iter()][::-1]
    return sorted(events, key=lambda event: event.created)


def parse_webhook(payload: bytes, signature: str) -> WebhookEvent:
    """The event that Stripe told us of. Raises BadSignature."""
    secret = settings.STRIPE_WEBHOOK_SECRET
    try:
        stripe.WebhookSignature.verify_header(
            payload.decode(), signature, secret, tolerance=SIGNATURE_SECONDS
        )
        return _told(json.loads(payload))
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError) as error:
        raise BadSignature(type(error).__name__) from None


def is_live() -> bool:
    """Whether money really moves. An event of the other kind is not for this installation."""
    return str(settings.STRIPE_SECRET_KEY).startswith(LIVE_KEYS)


class _CheckedClient(stripe.RequestsClient):
    """Stripe's HTTP client, behind the allow-list."""

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        context = Context(portal_url=settings.PORTAL_URL.rstrip("/"), now=time.time())
        key = (headers or {}).get("Idempotency-Key")
        check_request(method, url, post_data or "", key, context)
        return super().request(method, url, headers, post_data)


@lru_cache(maxsize=4)
def _client(key: str, base: str) -> stripe.StripeClient:
    """Raises ImproperlyConfigured rather than send a key where it doesn't belong."""
    if not key:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is not set.")
    if base and key.startswith(LIVE_KEYS):
        raise ImproperlyConfigured("A live Stripe key must not be used with STRIPE_API_BASE.")
    if base and urlsplit(base).hostname not in LOOPBACK:
        raise ImproperlyConfigured("STRIPE_API_BASE is for a sandbox on this machine only.")
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        http_client=_CheckedClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        max_network_retries=NETWORK_RETRIES,
    )


@contextmanager
def _asking() -> Iterator[stripe.StripeClient]:
    """A client whose errors come out as ours."""
    try:
        yield _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise StripeUnavailable(type(error).__name__) from error
    except stripe.StripeError as error:
        kind = error.error.type if error.error else type(error).__name__
        raise StripeRefused(error.code or kind or "unknown", error.user_message or "") from error


def _once(key: UUID) -> stripe.RequestOptions:
    return {"idempotency_key": str(key)}


def _price(amount_cents: int) -> "SessionCreateParamsLineItemPriceData":
    return {
        "currency": "usd",
        "unit_amount": amount_cents,
        "product_data": {"name": PRODUCT_NAME},
    }


def _session(found: stripe.checkout.Session) -> CheckoutSession:
    return CheckoutSession(
        id=found.id,
        url=found.url,
        status=found.status or "open",
        payment_status=found.payment_status,
        amount_total=found.amount_total,
        currency=found.currency,
        client_reference_id=found.client_reference_id,
        payment_intent_id=_id_or_none(found.payment_intent),
        expires_at=_moment(found.expires_at),
        livemode=found.livemode,
    )


def _payment(found: stripe.PaymentIntent) -> PaymentState:
    charge: Any = found.latest_charge
    card = charge.payment_method_details.card if charge else None
    booked = charge.balance_transaction if charge else None
    return PaymentState(
        id=found.id,
        status=found.status,
        amount_cents=found.amount,
        amount_received_cents=found.amount_received,
        amount_refunded_cents=charge.amount_refunded if charge else 0,
        currency=found.currency,
        reference=_reference(found.metadata),
        charge_id=charge.id if charge else None,
        card_brand=card.brand if card else None,
        card_last4=card.last4 if card else None,
        fee_cents=booked.fee if booked else None,
        is_disputed=charge.disputed if charge else False,
        failure_code=_why(found.last_payment_error),
        livemode=found.livemode,
    )


def _why(error: Any) -> str | None:
    """The bank's reason if it gave one, else Stripe's."""
    return (getattr(error, "decline_code", None) or error.code) if error else None


def _refund(found: stripe.Refund) -> RefundState:
    return RefundState(
        id=found.id,
        status=found.status or "pending",
        amount_cents=found.amount,
        currency=found.currency,
        payment_intent_id=_id_or_none(found.payment_intent),
        charge_id=_id_or_none(found.charge),
        reference=_reference(found.metadata),
        failure_reason=getattr(found, "failure_reason", None),
        created=_moment(found.created),
    )


def _event(found: stripe.Event) -> WebhookEvent:
    return _told(found.to_dict())


def _told(event: Mapping[str, Any]) -> WebhookEvent:
    subject = event["data"]["object"]
    is_intent = subject["object"] == "payment_intent"
    return WebhookEvent(
        id=str(event["id"]),
        type=str(event["type"]),
        created=_moment(event["created"]),
        object_id=str(subject["id"]),
        livemode=bool(event["livemode"]),
        payment_intent_id=subject["id"] if is_intent else subject.get("payment_intent"),
    )


def _reference(metadata: Any) -> str | None:
    return dict(metadata.to_dict()).get("reference") if metadata else None


def _id(found: Any) -> str:
    """Stripe gives an id, or the object when it was expanded."""
    return found if isinstance(found, str) else str(found.id)


def _id_or_none(found: Any) -> str | None:
    return None if found is None else _id(found)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
