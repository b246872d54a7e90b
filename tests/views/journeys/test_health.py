from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError

from billing.models import Payment, PaymentMethod, PaymentState, StripeEvent
from billing.services import desk_payments, stripe_events
from billing.stripe_objects import WebhookEvent
from portal.journeys import health
from portal.shared import outbox, seal
from portal.shared.clock import utc_now
from tests.factories.billing import a_charge, an_admin

NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)


def an_event(created_at):
    return WebhookEvent(
        id="evt_1",
        type="charge.updated",
        object_id="ch_1",
        payment_intent_id=None,
        livemode=False,
        created=created_at,
    )


def paid_by_card(*, begun_at, paid_at):
    payment = Payment.objects.create(
        charge=a_charge(),
        state=PaymentState.PAID,
        amount_cents=150_00,
        session_ends_at=begun_at + timedelta(minutes=31),
        notice_version="test",
        notice_at=begun_at,
        paid_at=paid_at,
    )
    Payment.objects.filter(pk=payment.pk).update(created_at=begun_at)


def test_healthz_asks_no_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_tells_that_all_is_well(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert answer.json() == {
        "status": "ready",
        "problems": [],
        "warnings": [],
        "seal_until": "2035-12-30T00:00:00Z",
        "oldest_due_seconds": 0.0,
        "last_stripe_event": None,
        "last_stripe_webhook": None,
        "stripe_webhooks_silent_since": None,
    }


@pytest.mark.django_db
def test_the_seals_end_is_told_before_it_comes(monkeypatch):
    end = seal.current().valid_until
    soon = health.readiness(now=end - timedelta(days=20))
    assert (soon["warnings"], "seal" in soon["problems"]) == (["seal"], False)
    assert "seal" in health.readiness(now=end)["problems"]


@pytest.mark.django_db
def test_readyz_is_503_when_an_effect_waits_too_long(client):
    late = utc_now() - timedelta(seconds=health.LONGEST_WAIT_SECONDS + 60)
    outbox.enqueue(kind="send_mail", key="mail:1", payload={"mail_id": 1}, now=late)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["problems"] == ["worker"]
    assert answer.json()["oldest_due_seconds"] >= health.LONGEST_WAIT_SECONDS + 60


@pytest.mark.django_db
def test_readiness_names_the_last_stripe_event():
    StripeEvent.objects.create(
        event_id="evt_1", type="charge.updated", object_id="ch_1", created_at=NOW, received_at=NOW
    )

    assert health.readiness(now=NOW)["last_stripe_event"] == NOW


@pytest.mark.django_db
def test_payments_without_any_webhook_make_the_portal_unready():
    paid_by_card(begun_at=NOW - timedelta(minutes=30), paid_at=NOW - timedelta(minutes=20))
    stripe_events.store(told=an_event(NOW - timedelta(minutes=20)), now=NOW)

    report = health.readiness(now=NOW)

    assert "webhooks" in report["problems"]
    assert report["last_stripe_event"] == NOW
    assert report["last_stripe_webhook"] is None
    assert report["stripe_webhooks_silent_since"] == NOW - timedelta(minutes=20)


@pytest.mark.django_db
def test_a_webhook_since_the_payment_was_begun_says_that_they_arrive():
    """Whichever it is: one lost webhook among others that come is not silence."""
    paid_by_card(begun_at=NOW - timedelta(minutes=30), paid_at=NOW - timedelta(minutes=20))
    event = an_event(NOW - timedelta(minutes=40))
    stripe_events.store(told=event, now=NOW - timedelta(minutes=25))
    assert "webhooks" in health.readiness(now=NOW)["problems"]

    stripe_events.store(told=event, now=NOW, by_webhook=True)

    assert "webhooks" not in health.readiness(now=NOW)["problems"]
    assert health.readiness(now=NOW)["last_stripe_webhook"] == NOW


@pytest.mark.django_db
def test_old_webhooks_do_not_hide_that_new_ones_stay_away():
    event = an_event(NOW - timedelta(days=3))
    stripe_events.store(told=event, now=NOW - timedelta(days=3), by_webhook=True)
    for minutes in (50, 20):
        paid_by_card(begun_at=NOW - timedelta(hours=1), paid_at=NOW - timedelta(minutes=minutes))

    report = health.readiness(now=NOW)

    assert "webhooks" in report["problems"]
    assert report["stripe_webhooks_silent_since"] == NOW - timedelta(minutes=50)


@pytest.mark.django_db
def test_a_payment_of_this_moment_or_at_the_desk_waits_for_no_webhook(settings):
    paid_by_card(begun_at=NOW - timedelta(minutes=30), paid_at=NOW - timedelta(minutes=9))
    desk_payments.record(
        charge=a_charge(),
        method=PaymentMethod.CASH,
        amount_cents=150_00,
        attempt=uuid4(),
        by=an_admin(),
        now=NOW - timedelta(days=1),
    )
    assert "webhooks" not in health.readiness(now=NOW)["problems"]

    settings.STRIPE_SECRET_KEY = ""
    assert "webhooks" not in health.readiness(now=NOW + timedelta(hours=1))["problems"]


@pytest.mark.django_db
def test_readyz_is_503_when_the_broker_is_gone(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["problems"]) == (503, ["broker"])


@pytest.mark.django_db
def test_readyz_asks_a_real_broker(client, settings, redis_server):
    settings.CELERY_BROKER_URL = redis_server.url

    assert client.get("/readyz").status_code == 200


def test_readyz_is_503_when_the_database_is_gone(client, monkeypatch):
    def gone(now: datetime) -> float:
        raise OperationalError("connection refused at 10.0.0.7")

    monkeypatch.setattr(outbox, "oldest_due_seconds", gone)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["problems"]) == (503, ["database"])
    assert "10.0.0.7" not in answer.content.decode()
