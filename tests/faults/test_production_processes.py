"""The very commands of docker-compose.yml, against a real PostgreSQL and a real Redis."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.visitor import Visitor
from tests.servers.portal import Portal, wait_for

COMPOSE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
ENQUEUE = """
from portal.shared import mail
from portal.shared.clock import utc_now
mail.queue_worded(to="someone@example.com", subject="It works", text="Truly.", html=None,
                  key="production", now=utc_now())
"""


def command_of(service: str) -> list[str]:
    services: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return list(services[service]["command"])


def local(command: list[str], portal: Portal) -> list[str]:
    """As in the container, but on this portal's port and below its folder."""
    places = {
        "0.0.0.0:8000": f"127.0.0.1:{portal.port}",
        "/tmp/beat-schedule": str(portal.folder / "beat-schedule"),
    }
    program = Path(sys.executable).parent / command[0]
    return [str(program), *(places.get(part, part) for part in command[1:])]


@pytest.fixture
def production(new_portal, postgresql, redis_server) -> Portal:
    portal = new_portal(
        {
            "DATABASE_URL": postgresql.new_database(),
            "REDIS_URL": redis_server.url,
            "CELERY_BROKER_URL": redis_server.url,
            "OUTBOX_SWEEP_SECONDS": "1",
        }
    )
    for service in ("web", "worker", "beat"):
        portal.start(service, local(command_of(service), portal))
    portal.supervisor.wait_until_ready(f"{portal.url}/readyz", 60)
    return portal


def test_web_shows_the_practice_while_worker_and_beat_do_an_effect(production):
    production.shell(ENQUEUE)
    page = Visitor(production.url).get("/")

    assert page.status == 200
    assert "Holistic Therapy &amp; Wellness NY" in page.text
    wait_for("the mail", lambda: "It works" in "".join(production.mails()), 60)
    assert "".join(production.mails()).count("Subject: It works") == 1
    query = (
        "select done_at is not null, tries from shared_outboxentry where key = 'mail:production'"
    )
    wait_for("the end of it", lambda: production.rows(query) == [(True, 1)], 10)
    assert production.supervisor.ended() is None
