"""What the sandbox remembers, in one SQLite file or in memory.

One connection behind one lock: every change of the sandbox is one transaction after another,
which is all the concurrency that a single practice's test account needs.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from billing.sandbox.errors import Json, not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS object_by_kind ON object (kind, seq);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'pending',
    last_status INTEGER
);
"""


class Store:
    """Objects by id, in the order of their making. Path ":memory:" keeps nothing."""

    def __init__(self, path: str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one inside another one can fail alone."""
        with self._lock:
            self._depth += 1
            name = f"level_{self._depth}"
            try:
                self.connection.execute(f"SAVEPOINT {name}")
                yield
            except BaseException:
                self.connection.execute(f"ROLLBACK TO {name}")
                raise
            finally:
                self.connection.execute(f"RELEASE {name}")
                self._depth -= 1

    def add(self, thing: Json) -> Json:
        self.run(
            "INSERT INTO object (id, kind, body) VALUES (?, ?, ?)",
            thing["id"],
            thing["object"],
            json.dumps(thing),
        )
        return thing

    def save(self, thing: Json) -> Json:
        self.run("UPDATE object SET body = ? WHERE id = ?", json.dumps(thing), thing["id"])
        return thing

    def find(self, object_id: str) -> Json | None:
        rows = self.run("SELECT body FROM object WHERE id = ?", object_id)
        return json.loads(rows[0][0]) if rows else None

    def get(self, kind: str, object_id: str) -> Json:
        """Raises ApiError 404 with Stripe's words."""
        thing = self.find(object_id)
        if thing is None or thing["object"] != kind:
            raise not_found(kind, object_id)
        return thing

    def newest_first(self, kind: str) -> list[Json]:
        rows = self.run("SELECT body FROM object WHERE kind = ? ORDER BY seq DESC", kind)
        return [json.loads(row[0]) for row in rows]

    def run(self, statement: str, *values: object) -> list[tuple]:
        with self._lock:
            return self.connection.execute(statement, values).fetchall()
