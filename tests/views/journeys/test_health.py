from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from billing.models import StripeEvent
from portal.journeys import health
from portal.shared import outbox
from portal.shared.clock import utc_now

NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)


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
        "oldest_due_seconds": 0.0,
        "last_stripe_event": None,
    }


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
