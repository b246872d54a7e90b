"""Idempotency keys: the same request twice is done once, and answered the same."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from billing.sandbox.errors import ApiError, Json
from billing.sandbox.world import World

KEPT_SECONDS = 24 * 60 * 60
LONGEST_KEY = 255


class Answer(NamedTuple):
    status: int
    body: Json


class Keys:
    """Answers by key. Which keys are being worked on is known to this process only."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def claimed(self, key: str) -> Iterator[None]:
        """Raises ApiError 409 while another request with this key is under way."""
        if len(key) > LONGEST_KEY:
            raise ApiError("Idempotency keys have up to 255 characters.", before_execution=True)
        with self._lock:
            if key in self._busy:
                raise _in_use(key)
            self._busy.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(key)

    def earlier_answer(self, key: str, fingerprint: str) -> Answer | None:
        """Raises ApiError 400 when the key was used for a different request."""
        forgotten = self._world.now() - KEPT_SECONDS
        self._world.store.run("DELETE FROM answer WHERE at < ?", forgotten)
        rows = self._world.store.run(
            "SELECT fingerprint, status, body FROM answer WHERE key = ?", key
        )
        if not rows:
            return None
        if rows[0][0] != fingerprint:
            raise _mismatch(key)
        return Answer(rows[0][1], json.loads(rows[0][2]))

    def keep(self, key: str, fingerprint: str, answer: Answer) -> None:
        self._world.store.run(
            "INSERT INTO answer (key, fingerprint, status, body, at) VALUES (?, ?, ?, ?, ?)",
            key,
            fingerprint,
            answer.status,
            json.dumps(answer.body),
            self._world.now(),
        )


def fingerprint(method: str, path: str, params: Json) -> str:
    canonical = json.dumps([method, path, params], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _in_use(key: str) -> ApiError:
    return ApiError(
        f"There is currently another in-progress request using this Idempotent Key: {key}",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
        before_execution=True,
    )


def _mismatch(key: str) -> ApiError:
    return ApiError(
        "Keys for idempotent requests can only be used with the same parameters they were first"
        f" used with. Try using a key other than '{key}' if you meant to execute a different"
        " request.",
        kind="idempotency_error",
        before_execution=True,
    )
