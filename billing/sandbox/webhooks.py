"""Signed webhooks, retried with growing pauses until the receiver answers 2xx."""

import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from billing.sandbox import ids
from billing.sandbox.errors import Json
from billing.sandbox.rendering import expanded
from billing.sandbox.world import API_VERSION, World

MAX_ATTEMPTS = 16
LONGEST_PAUSE = 3600.0
RECEIVER_TIMEOUT = 20.0
USER_AGENT = "Stripe/1.0 (sandbox on this machine)"

Transport = Callable[[str, bytes, dict[str, str]], int]


class Delivery(NamedTuple):
    seq: int
    event_id: str
    attempts: int


def signature(payload: bytes, secret: str, at: int) -> str:
    """Stripe's scheme v1: HMAC-SHA256 over "<time>.<body>"."""
    signed = f"{at}.".encode() + payload
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(url: str, payload: bytes, headers: dict[str, str]) -> int:
    """The receiver's status code. Raises OSError or HTTPException when there is none."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=RECEIVER_TIMEOUT)
    try:
        connection.request("POST", parts.path or "/", body=payload, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


class Webhooks:
    """Delivers what is due. The one endpoint's URL and secret may be changed while it runs."""

    def __init__(
        self,
        world: World,
        *,
        url: str | None,
        secret: str,
        first_pause: float = 1.0,
        transport: Transport = post,
    ) -> None:
        self.world = world
        self.secret = secret
        self.transport = transport
        self._first_pause = first_pause
        self._delivering = threading.Lock()
        self._random = random.Random(7)  # noqa: S311 - a repeatable disorder, not a secret
        if url:
            self.set_endpoint(url)

    def set_endpoint(self, url: str, enabled_events: list[str] | None = None) -> Json:
        """The account's webhook endpoint; its secret is given apart and never listed."""
        with self.world.store.transaction():
            for old in self.world.store.newest_first("webhook_endpoint"):
                if old["url"] == url and enabled_events in (None, old["enabled_events"]):
                    return old
                self.world.store.run("DELETE FROM object WHERE id = ?", old["id"])
            return self.world.store.add(
                {
                    "id": ids.new("we_"),
                    "object": "webhook_endpoint",
                    "api_version": API_VERSION,
                    "application": None,
                    "created": self.world.now(),
                    "description": None,
                    "enabled_events": enabled_events or ["*"],
                    "livemode": False,
                    "metadata": {},
                    "status": "enabled",
                    "url": url,
                }
            )

    def deliver_due(self, *, everything: bool = False) -> list[tuple[str, int | None]]:
        """Sends what is due (or everything that waits) once: (event type, status or None)."""
        with self._delivering:
            waiting = self._waiting(everything)
            return [self._send(delivery) for delivery in waiting]

    def _waiting(self, everything: bool) -> list[Delivery]:
        if self.world.switches.hold and not everything:
            return []
        until = float("inf") if everything else self.world.clock.precise()
        rows = self.world.store.run(
            "SELECT seq, event, attempts FROM delivery"
            " WHERE state = 'pending' AND due_at <= ? ORDER BY seq",
            until,
        )
        waiting = [Delivery(*row) for row in rows]
        if self.world.switches.order == "reversed":
            waiting.reverse()
        elif self.world.switches.order == "shuffled":
            self._random.shuffle(waiting)
        return waiting

    def _send(self, delivery: Delivery) -> tuple[str, int | None]:
        store = self.world.store
        event = store.get("event", delivery.event_id)
        payload = json.dumps(expanded(store, event, []), indent=2).encode()
        status = self._try(payload)
        if status is not None and 200 <= status < 300:
            self._delivered(delivery, status)
        else:
            self._failed(delivery, status)
        return event["type"], status

    def _try(self, payload: bytes) -> int | None:
        endpoints = self.world.store.newest_first("webhook_endpoint")
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": USER_AGENT,
            "Stripe-Signature": signature(payload, self.secret, int(time.time())),
        }
        try:
            return self.transport(endpoints[0]["url"], payload, headers) if endpoints else None
        except (OSError, http.client.HTTPException):
            return None

    def _delivered(self, delivery: Delivery, status: int) -> None:
        with self.world.store.transaction():
            self._note(delivery, "delivered", status, due_at=None)
            event = self.world.store.get("event", delivery.event_id)
            event["pending_webhooks"] = 0
            self.world.store.save(event)

    def _failed(self, delivery: Delivery, status: int | None) -> None:
        pause = min(self._first_pause * 2**delivery.attempts, LONGEST_PAUSE)
        state = "pending" if delivery.attempts + 1 < MAX_ATTEMPTS else "failed"
        self._note(delivery, state, status, due_at=self.world.clock.precise() + pause)

    def _note(
        self, delivery: Delivery, state: str, status: int | None, due_at: float | None
    ) -> None:
        self.world.store.run(
            "UPDATE delivery SET state = ?, last_status = ?, attempts = attempts + 1,"
            " due_at = COALESCE(?, due_at) WHERE seq = ?",
            state,
            status,
            due_at,
            delivery.seq,
        )
