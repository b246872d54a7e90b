"""A running Stripe sandbox for any test, strict about what it is sent and what it answers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from billing.sandbox.server import Sandbox
from tests.stripe_published import description, published

WEBHOOK_URL = "http://127.0.0.1:9/stripe/webhook"
WEBHOOK_SECRET = "whsec_of_the_tests"
SECRET_KEY = "sk_test_of_the_tests"
Json = dict[str, Any]


@dataclass
class Told:
    """One webhook as it arrived."""

    payload: bytes
    signature: str

    @property
    def event(self) -> Json:
        return json.loads(self.payload)

    @property
    def type(self) -> str:
        return str(self.event["type"])


@dataclass
class Inbox:
    """Receives the sandbox's webhooks. `receiver` may take their place: it answers a status."""

    told: list[Told] = field(default_factory=list)
    receiver: Callable[[Told], int] = field(default=lambda told: 200)

    def __call__(self, url: str, payload: bytes, headers: dict[str, str]) -> int:
        told = Told(payload, headers["Stripe-Signature"])
        self.told.append(told)
        return self.receiver(told)

    def types(self) -> list[str]:
        return [told.type for told in self.told]


@pytest.fixture
def stripe_inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def stripe_sandbox(settings: Settings, stripe_inbox: Inbox) -> Iterator[Sandbox]:
    """The portal's Stripe for this test. Webhooks wait for `stripe_sandbox.actions.deliver()` and
    go to `stripe_inbox`. At the end every request that was accepted must be one that Stripe
    describes, and every answer and event an object as Stripe describes it."""
    with Sandbox(
        webhook_url=WEBHOOK_URL,
        webhook_secret=WEBHOOK_SECRET,
        description=description(),
        transport=stripe_inbox,
        deliver=False,
    ) as sandbox:
        settings.STRIPE_API_BASE = sandbox.url
        settings.STRIPE_SECRET_KEY = SECRET_KEY
        settings.STRIPE_WEBHOOK_SECRET = WEBHOOK_SECRET
        yield sandbox
        faults = answer_faults(sandbox) + event_faults(sandbox)
    assert faults == []


def answer_faults(sandbox: Sandbox) -> list[str]:
    return [
        f"{note['method']} {note['path']}: {fault}"
        for note in sandbox.world.log
        if "answer" in note
        for fault in published().answer_faults(
            note["method"], note["path"], note["status"], note["answer"]
        )
    ]


def event_faults(sandbox: Sandbox) -> list[str]:
    faults = []
    for event in sandbox.world.store.newest_first("event"):
        for thing in (event, event["data"]["object"]):
            faults += [f"{event['type']}: {f}" for f in published().object_faults(thing)]
    return faults


@pytest.fixture
def no_violations(stripe_sandbox: Sandbox) -> Iterator[None]:
    """Fails the test when the portal sent anything that Stripe's description forbids."""
    yield
    assert [note for note in stripe_sandbox.world.log if note["problems"]] == []
