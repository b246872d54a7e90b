"""Stripe's door: only Stripe's own words come in, each is kept once."""

import json

import pytest
from django.test import Client as Browser
from pytest_django.fixtures import Settings

from billing.models import Charge, StripeEvent
from billing.sandbox.server import Sandbox
from billing.services import checkout, stripe_events
from portal.shared.clock import utc_now
from portal.shared.models import OutboxEntry
from tests.stripe_fixtures import Inbox, Told

ADDRESS = "/stripe/webhook"


def send(payload: bytes, signature: str, **options: bool) -> int:
    response = Browser(enforce_csrf_checks=True, **options).post(
        ADDRESS,
        data=payload,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    return response.status_code


@pytest.fixture
def told(charge: Charge, stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> Told:
    payment = checkout.start(
        charge=charge, notice_version="test", by=charge.client.user, now=utc_now()
    )
    stripe_sandbox.actions.pay(payment.checkout_session or "")
    stripe_sandbox.actions.deliver()
    return next(each for each in stripe_inbox.told if each.type == "checkout.session.completed")


def test_an_event_is_stored_once_with_its_effect(told: Told) -> None:
    statuses = [send(told.payload, told.signature) for _ in range(3)]

    event = StripeEvent.objects.get()
    assert statuses == [200, 200, 200]
    assert (event.event_id, event.type) == (told.event["id"], "checkout.session.completed")
    assert event.object_id == told.event["data"]["object"]["id"]
    assert OutboxEntry.objects.filter(kind="stripe_event").count() == 1


def test_what_is_stored_of_an_event_is_ids_and_times_only(told: Told) -> None:
    send(told.payload, told.signature)

    assert {field.name for field in StripeEvent._meta.fields} == {
        "id", "event_id", "type", "object_id", "payment_intent", "created_at", "received_at",
        "webhook_at", "processed_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "signature"),
    [
        (b"{}", ""),
        (b"{}", "t=1,v1=00"),
        (b"not json", "t=1,v1=00"),
        (b"\xff\xfe", "t=1,v1=00"),
        (b"", ""),
    ],
)
def test_what_stripe_did_not_sign_is_refused(db: None, payload: bytes, signature: str) -> None:
    assert send(payload, signature) == 400
    assert not StripeEvent.objects.exists()


def test_one_changed_byte_is_refused(told: Told) -> None:
    changed = told.payload.replace(b'"paid"', b'"free"')

    assert changed != told.payload
    assert send(changed, told.signature) == 400
    assert not StripeEvent.objects.exists()


def test_a_test_event_does_not_count_where_money_moves(told: Told, settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_invented"

    assert send(told.payload, told.signature) == 400
    assert not StripeEvent.objects.exists()


def test_when_storing_fails_stripe_is_asked_to_try_again(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**values: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(stripe_events, "store", broken)

    assert send(told.payload, told.signature, raise_request_exception=False) == 500
    monkeypatch.undo()
    assert send(told.payload, told.signature) == 200


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_it_takes_posts_only(db: None, method: str) -> None:
    assert getattr(Browser(), method)(ADDRESS).status_code == 405


def test_the_answer_is_empty(told: Told) -> None:
    response = Browser().post(
        ADDRESS,
        data=told.payload,
        content_type="application/json",
        headers={"Stripe-Signature": told.signature},
    )

    assert response.content == b""
    assert json.loads(told.payload)["object"] == "event"
