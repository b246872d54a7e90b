"""Webhooks as the sandbox signs and sends them, read by the gateway."""

import json
import time

import pytest
import stripe
from pytest_django.fixtures import Settings

from billing import stripe_gateway as gateway
from billing.sandbox.server import Sandbox
from billing.sandbox.webhooks import signature
from billing.stripe_gateway import BadSignature
from tests.stripe_fixtures import WEBHOOK_SECRET, Inbox, Told
from tests.unit.billing.test_stripe_gateway import open_session, paid_session

pytestmark = pytest.mark.usefixtures("no_violations")
PAID_TYPES = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
]


def read(told: Told) -> gateway.WebhookEvent:
    return gateway.parse_webhook(told.payload, told.signature)


def completed(sandbox: Sandbox, inbox: Inbox) -> Told:
    paid_session(sandbox)
    sandbox.actions.deliver()
    return inbox.told[-1]


def test_a_payment_is_told_in_signed_events(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> None:
    session = paid_session(stripe_sandbox)

    stripe_sandbox.actions.deliver()

    events = [read(told) for told in stripe_inbox.told]
    assert [event.type for event in events] == PAID_TYPES
    assert events[-1].object_id == session.id
    assert [event.payment_intent_id for event in events] == [session.payment_intent_id] * 4
    assert {event.livemode for event in events} == {False}
    assert events[-1].id.startswith("evt_")


def test_the_sandbox_signs_as_stripe_does() -> None:
    payload, now = '{"id": "evt_1"}', int(time.time())

    ours = signature(payload.encode(), "whsec_a", now)

    theirs = stripe.WebhookSignature.generate_signature_header(payload, "whsec_a", now)
    assert ours == theirs


def test_a_changed_payload_is_refused(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> None:
    told = completed(stripe_sandbox, stripe_inbox)

    with pytest.raises(BadSignature):
        gateway.parse_webhook(told.payload.replace(b"unpaid", b"paid") + b" ", told.signature)


def test_another_secret_is_refused(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox, settings: Settings
) -> None:
    told = completed(stripe_sandbox, stripe_inbox)
    settings.STRIPE_WEBHOOK_SECRET = "whsec_another"

    with pytest.raises(BadSignature):
        read(told)


@pytest.mark.parametrize("secret", ["", WEBHOOK_SECRET])
@pytest.mark.parametrize("header", ["", "t=,v1=", "v1=abc", "nonsense"])
def test_a_missing_signature_is_refused(
    stripe_sandbox: Sandbox, settings: Settings, secret: str, header: str
) -> None:
    settings.STRIPE_WEBHOOK_SECRET = secret

    with pytest.raises(BadSignature):
        gateway.parse_webhook(b"{}", header)


def test_an_old_webhook_is_refused(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> None:
    payload = completed(stripe_sandbox, stripe_inbox).payload
    fresh, old = int(time.time()) - 290, int(time.time()) - 310

    gateway.parse_webhook(payload, signature(payload, WEBHOOK_SECRET, fresh))
    with pytest.raises(BadSignature):
        gateway.parse_webhook(payload, signature(payload, WEBHOOK_SECRET, old))


@pytest.mark.parametrize("payload", [b"not json", b"[]", b"{}", b'{"id": "evt_1"}', b"\xff"])
def test_a_signed_text_that_is_no_event_is_refused(stripe_sandbox: Sandbox, payload: bytes) -> None:
    header = signature(payload, WEBHOOK_SECRET, int(time.time()))

    with pytest.raises(BadSignature):
        gateway.parse_webhook(payload, header)


def test_a_lost_webhook_is_still_in_the_list(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> None:
    stripe_sandbox.switches.drop = ["checkout.session.*"]
    session = paid_session(stripe_sandbox)

    stripe_sandbox.actions.deliver()

    assert stripe_inbox.types() == PAID_TYPES[:-1]
    start = session.expires_at.replace(year=session.expires_at.year - 1)
    listed = gateway.list_events(created_since=start, types=("checkout.session.completed",))
    assert [event.object_id for event in listed] == [session.id]


def test_a_webhook_may_come_twice_with_one_id(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> None:
    stripe_sandbox.switches.duplicate = ["checkout.session.completed"]
    paid_session(stripe_sandbox)

    stripe_sandbox.actions.deliver()

    assert stripe_inbox.types() == [*PAID_TYPES, "checkout.session.completed"]
    assert stripe_inbox.told[-1].event["id"] == stripe_inbox.told[-2].event["id"]


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_webhooks_may_come_in_another_order(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox, order: str
) -> None:
    stripe_sandbox.switches.order = order
    paid_session(stripe_sandbox)

    stripe_sandbox.actions.deliver()

    assert sorted(stripe_inbox.types()) == sorted(PAID_TYPES)
    assert stripe_inbox.types() != PAID_TYPES


def test_a_refused_webhook_comes_again_until_it_is_taken(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox
) -> None:
    answers = iter([500, 503, 200])
    stripe_inbox.receiver = lambda told: next(answers)
    session = open_session()
    gateway.expire_checkout_session(session.id)

    assert stripe_sandbox.webhooks.deliver_due() == [("checkout.session.expired", 500)]
    assert stripe_sandbox.webhooks.deliver_due() == []
    stripe_sandbox.actions.advance(1.1)
    assert stripe_sandbox.webhooks.deliver_due() == [("checkout.session.expired", 503)]
    stripe_sandbox.actions.advance(1.1)
    assert stripe_sandbox.webhooks.deliver_due() == []
    stripe_sandbox.actions.advance(1.1)
    assert stripe_sandbox.webhooks.deliver_due() == [("checkout.session.expired", 200)]

    assert len({json.loads(told.payload)["id"] for told in stripe_inbox.told}) == 1
    assert stripe_sandbox.world.store.newest_first("event")[0]["pending_webhooks"] == 0


def test_a_receiver_that_is_away_does_not_stop_the_sandbox(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox
) -> None:
    def away(told: Told) -> int:
        raise ConnectionRefusedError

    stripe_inbox.receiver = away
    paid_session(stripe_sandbox)

    assert stripe_sandbox.actions.deliver() == [(each, None) for each in PAID_TYPES]
    stripe_inbox.receiver = lambda told: 204
    assert stripe_sandbox.actions.deliver() == [(each, 204) for each in PAID_TYPES]


def test_webhooks_can_be_held_and_delayed(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> None:
    stripe_sandbox.switches.hold = True
    stripe_sandbox.switches.delay = 60
    paid_session(stripe_sandbox)
    assert stripe_sandbox.webhooks.deliver_due() == []

    stripe_sandbox.switches.hold = False
    assert stripe_sandbox.webhooks.deliver_due() == []
    stripe_sandbox.actions.advance(61)

    assert [kind for kind, _ in stripe_sandbox.webhooks.deliver_due()] == PAID_TYPES
