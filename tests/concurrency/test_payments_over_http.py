"""Everything that can settle a payment does so at once: it is settled exactly once.

Several server processes, the embedded worker, and Stripe's sandbox in a process of its own.
"""

import json
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from scripts.visitor import Page, Visitor
from tests.servers import prepared
from tests.servers.portal import Portal, wait_for

SERVERS, PEOPLE, ROUNDS = 3, 6, 3
A_CHARGE = """
from datetime import UTC, date, datetime, timedelta
from django.test import Client as Browser
from accounts.models import Client, Role, User
from billing.services import charges
from booking.models import Practitioner, SessionType
from booking.services.placing import draft
number = User.objects.count()
therapist = User.objects.create(email=f"t{number}@practice.example.com", role=Role.THERAPIST)
practitioner = Practitioner.objects.create(user=therapist, name="Somebody")
kind = SessionType.objects.create(practitioner=practitioner, slug=f"paid-{number}", name="Session",
                                  minutes=50, price_cents=12345)
user = User.objects.create(email=f"c{number}@example.com", role=Role.CLIENT)
client = Client.objects.create(user=user, legal_name="Noor Haddad", birth_date=date(1990, 1, 1))
starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
appointment = draft(kind, starts, "telehealth", status="confirmed", client=client)
appointment.save()
charge = charges.create_for_appointment(appointment=appointment, by=user, now=datetime.now(UTC))
browser = Browser()
browser.force_login(user)
print(charge.public_id, browser.cookies["sessionid"].value, f"c{number}@example.com")
"""
QUIET = "select count(*) from shared_outboxentry where done_at is null and dead_at is null"
COUNTS = """
select (select count(*) from billing_ledgerentry where transaction_key like 'payment:%'),
       (select count(*) from billing_payment where state = 'paid'),
       (select count(*) from billing_receipt),
       (select count(*) from shared_auditevent where action = 'payment.paid'),
       (select count(*) from billing_billingtask),
       (select coalesce(sum(cents), 0) from billing_ledgerentry where account = 'receivable')
"""
NUMBERS = "select number from billing_receipt order by number"


@pytest.fixture(params=["sqlite", "postgresql"])
def paying_portal(request: pytest.FixtureRequest, static_files: Any) -> Iterator[Portal]:
    extra = {}
    if request.param == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    portal = Portal(static_root=static_files, extra=extra)
    prepared.copy_tables(portal.environment["DATABASE_URL"])
    portal.start_stripe()
    portal.start_web(workers=SERVERS)
    portal.start_embedded_worker()
    yield portal
    portal.stop()


def stripe(portal: Portal, part: str, **sent: Any) -> Any:
    """The control interface of the sandbox."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{portal.stripe_port}/sandbox/{part}",
        data=json.dumps(sent).encode() if sent or part != "requests" else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)


def signed_in(portal: Portal, session: str) -> Visitor:
    visitor = Visitor(portal.url, timeout=60)
    visitor.cookies[f"127.0.0.1:{portal.port}"] = {"sessionid": session}
    return visitor


def press_pay(portal: Portal, session: str, charge: str, together: Barrier) -> Page:
    """One of several tabs of the same person."""
    visitor = signed_in(portal, session)
    page = visitor.get(f"/payments/{charge}/pay/")
    form = page.form("version", "acknowledged")
    values = form.values() | {"acknowledged": ["on"]}
    body = "&".join(f"{name}={value[0]}" for name, value in values.items()).encode()
    together.wait(timeout=60)
    return visitor.request("POST", page.url, body, referer=page.url)


def all_at_once(steps: list[Callable[[], Any]]) -> list[Any]:
    together = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        together.wait(timeout=60)
        return step()

    with ThreadPoolExecutor(len(steps)) as people:
        return list(people.map(run, steps))


def paid_by_everything(portal: Portal) -> None:
    """Six tabs begin, the person pays once, and everybody wants to settle it."""
    charge, session, _ = portal.shell(A_CHARGE).split()
    together = Barrier(PEOPLE)
    with ThreadPoolExecutor(PEOPLE) as tabs:
        pages = list(
            tabs.map(lambda _: press_pay(portal, session, charge, together), range(PEOPLE))
        )
    begun = {page.headers["location"] for page in pages if page.status == 303}
    assert {page.status for page in pages} <= {303, 503}
    assert len(begun) == 1
    (checkout, payment), *rest = portal.rows(
        "select checkout_session, public_id from billing_payment where state = 'pending'"
    )
    assert rest == []
    stripe(portal, "actions/pay", session=checkout)

    def come_back() -> Page:
        return signed_in(portal, session).get(f"/payments/return/{UUID(str(payment))}/")

    def deliver() -> Any:
        return stripe(portal, "actions/deliver", **{})

    def reconcile() -> str:
        return portal.run("manage.py", "reconcile_stripe")

    answers = all_at_once([come_back] * PEOPLE + [deliver, deliver, reconcile])
    pages = answers[:PEOPLE]
    assert {page.status for page in pages} == {200}
    assert all("is paid" in page.words for page in pages)


def test_a_payment_is_settled_once_however_many_try(paying_portal: Portal) -> None:
    portal = paying_portal
    stripe(portal, "switches", hold=True, duplicate=["*"])

    for _ in range(ROUNDS):
        paid_by_everything(portal)
    wait_for("a quiet outbox", lambda: portal.rows(QUIET) == [(0,)], 60)

    assert portal.rows(COUNTS) == [(2 * ROUNDS, ROUNDS, ROUNDS, ROUNDS, 0, 0)]
    assert portal.rows(NUMBERS) == [(number,) for number in range(1, ROUNDS + 1)]
    assert portal.run("manage.py", "check_books").startswith("The books add up")
    receipts = [text for text in portal.mails() if "Your receipt is ready" in text]
    assert len(receipts) == ROUNDS
    assert "Traceback" not in portal.logs()
