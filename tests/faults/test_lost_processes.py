"""Processes are killed and the broker goes away; nothing that a person did is lost."""

import os
import signal
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from scripts import processes
from scripts.demo_walk import Walk
from tests.servers.portal import Portal, wait_for

MAKING = """select count(*) from shared_outboxentry
where kind = 'make_packet' and lease_until is not null and done_at is null"""
MADE = "select copy, version, count(*) from intake_packet group by copy, version order by copy"
TRIES = "select tries, done_at is not null from shared_outboxentry where kind = 'make_packet'"
# Nobody takes a packet over before the lease of the killed worker ends, so that one is short.
# The lease of the worker after it is longer than any packet takes.
SHORT_LEASE, LONG_LEASE = {"OUTBOX_LEASE_SECONDS": "4"}, {"OUTBOX_LEASE_SECONDS": "120"}


def walk_in(portal: Portal) -> Walk:
    return Walk(portal.url, Path(portal.environment["EMAIL_FILE_PATH"]), portal.folder)


def walk_until_all_is_signed(walk: Walk) -> None:
    for step in walk.steps[: walk.steps.index(walk.sign_every_consent) + 1]:
        step()


def assert_made_once(portal: Portal, walk: Walk) -> None:
    """Each copy once, at the second try, and the client can open theirs."""
    walk.wait_for_the_packet()
    walk.verify_the_packet()
    wait_for("the end of it", lambda: portal.rows(TRIES) == [(2, True)], 60)
    assert portal.rows(MADE) == [("client", 1, 1), ("therapist", 1, 1)]


def test_embedded_worker_killed_in_the_middle_of_a_packet(portal):
    walk = walk_in(portal)
    worker = next(child for child in portal.supervisor.children if child.name == "worker")

    walk_until_all_is_signed(walk)
    wait_for("the packet's begin", lambda: portal.rows(MAKING) == [(1,)], 30)
    worker.kill()
    portal.forget(worker)

    assert portal.rows(TRIES) == [(1, False)]
    portal.start_embedded_worker("worker-again")
    assert_made_once(portal, walk)


def test_production_worker_killed_in_the_middle_of_a_packet(new_portal, postgresql, redis_server):
    portal = new_portal(
        {
            "DATABASE_URL": postgresql.new_database(),
            "REDIS_URL": redis_server.url,
            "CELERY_BROKER_URL": redis_server.url,
            "OUTBOX_SWEEP_SECONDS": "1",
            **SHORT_LEASE,
        }
    )
    portal.start_stripe()
    worker = portal.start("worker", processes.worker())
    portal.start("beat", [*processes.beat(), "--schedule", str(portal.folder / "beat")])
    portal.start_web()
    walk = walk_in(portal)

    walk_until_all_is_signed(walk)
    wait_for("the packet's begin", lambda: portal.rows(MAKING) == [(1,)], 30)
    worker.kill()
    portal.forget(worker)

    assert portal.rows(TRIES) == [(1, False)]
    portal.environment |= LONG_LEASE
    portal.start("worker-again", processes.worker())
    assert_made_once(portal, walk)


@pytest.fixture
def with_own_broker(new_portal, own_redis) -> Portal:
    """Celery's worker may give up when its broker goes while it works on a task.

    Containers start it again then, so the portal here does the same.
    """
    portal = new_portal(
        {
            "REDIS_URL": own_redis.url,
            "CELERY_BROKER_URL": own_redis.url,
            "OUTBOX_SWEEP_SECONDS": "1",
        }
    )
    portal.start("worker", processes.worker())
    portal.start("beat", [*processes.beat(), "--schedule", str(portal.folder / "beat")])
    portal.start_web()
    return portal


def test_booked_while_the_broker_is_down_and_the_mail_comes_later(with_own_broker, own_redis):
    portal, walk = with_own_broker, walk_in(with_own_broker)
    walk.hold_a_time()
    walk.sign_up_by_code()

    own_redis.go_down()
    started = time.monotonic()
    walk.book()
    took = time.monotonic() - started

    confirmed = "select status from booking_appointment where public_id = '{}'"
    assert took < 15
    assert "Your time is booked" in walk.page.words
    assert portal.rows(confirmed.format(walk.ids["appointment"].replace("-", ""))) == [
        ("confirmed",)
    ]
    assert confirmations(walk) == []

    own_redis.come_back()
    worker = next(child for child in portal.supervisor.children if child.name == "worker")

    def has_come() -> bool:
        portal.start_again(worker)
        return bool(confirmations(walk))

    wait_for("the mail", has_come, 90)
    assert len(confirmations(walk)) == 1


def confirmations(walk: Walk) -> list[EmailMessage]:
    return [mail for mail in walk.mailbox.mails() if "confirmed" in mail["Subject"].lower()]


def test_a_killed_web_server_loses_no_hold(portal):
    walk = walk_in(portal)
    web = next(child for child in portal.supervisor.children if child.name == "web")
    walk.hold_a_time()

    web.kill()
    portal.forget(web)
    portal.start_web()

    walk.page = walk.visitor.get(f"/hold/{walk.ids['appointment']}/")
    walk.sign_up_by_code()
    walk.book()
    assert "Your time is booked" in walk.page.words


def test_a_killed_server_process_is_replaced_at_once(portal):
    walk = walk_in(portal)
    web = next(child for child in portal.supervisor.children if child.name == "web")
    walk.hold_a_time()

    for pid in processes.children_of(web.pid):
        os.kill(pid, signal.SIGKILL)

    wait_for("an answer", lambda: processes.answers(f"{portal.url}/readyz"), 20)
    walk.sign_up_by_code()
    walk.book()
    assert "Your time is booked" in walk.page.words
