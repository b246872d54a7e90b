"""Everything that one running sandbox shares between its parts."""

from collections import deque
from dataclasses import dataclass, field

from billing.sandbox.clock import Clock
from billing.sandbox.errors import Json
from billing.sandbox.store import Store
from billing.sandbox.switches import Switches

API_VERSION = "2026-08-26.dahlia"
LOGGED_REQUESTS = 5000


@dataclass
class World:
    """`cause` is the request being worked on, which its events name as their origin."""

    store: Store
    clock: Clock
    switches: Switches = field(default_factory=Switches)
    public_url: str = "http://127.0.0.1"
    cause: Json = field(default_factory=lambda: {"id": None, "idempotency_key": None})
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=LOGGED_REQUESTS))

    def now(self) -> int:
        return self.clock.now()
