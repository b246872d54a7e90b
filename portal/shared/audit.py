"""Audit events: append-only, each carrying the hash of the one before it.

`record` takes the chain's lock until the transaction ends, so it is the last write of a
transaction. `detail` holds ids, states and counts, never health information.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from portal.shared.models import AuditEvent
from portal.shared.plain_insert import insert
from portal.shared.prepared import Prepared
from portal.shared.request import Source

CHAIN_LOCK = 0x5EA1_0001
HASHED = (
    "sequence", "action", "actor_id", "actor_role", "client_id", "object_type", "object_id",
    "ip", "user_agent", "session", "detail", "previous_hash",
)  # fmt: skip
LAST = Prepared(
    "last_audit_event",
    "SELECT sequence, hash FROM shared_auditevent ORDER BY sequence DESC LIMIT 1",
)


def record(
    *,
    action: str,
    by: Any,
    now: datetime,
    obj: Model | None = None,
    client: Model | None = None,
    source: Source | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event; `by` is the acting user, or None for the portal itself."""
    source = source or Source()
    with transaction.atomic(savepoint=False):  # nobody goes on without the event
        last, hash_of_last = _lock_last()
        event = AuditEvent(
            sequence=last + 1,
            at=now.astimezone(UTC),
            action=action,
            actor_id=getattr(by, "pk", None),
            actor_role=getattr(by, "role", ""),
            client_id=client.pk if client else None,
            object_type=obj._meta.label_lower if obj else "",
            object_id=str(getattr(obj, "public_id", None) or obj.pk) if obj else "",
            ip=source.ip,
            user_agent=source.user_agent,
            session=source.session,
            detail=detail or {},
            previous_hash=hash_of_last,
        )
        event.hash = digest(event)
        insert(event)
    return event


def _lock_last() -> tuple[int, str]:
    """The last event's sequence and hash; 0 and nothing before the first."""
    # SQLite's IMMEDIATE transactions are already one writer at a time.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    return next(iter(LAST.rows()), (0, ""))


def digest(event: AuditEvent) -> str:
    values = {name: getattr(event, name) for name in HASHED}
    values["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(
        json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


@dataclass(frozen=True)
class Broken:
    sequence: int
    reason: str


def verify() -> Iterator[Broken]:
    """Walk the chain and yield what does not fit: changed, missing or re-ordered events."""
    previous, expected = "", 1
    for event in AuditEvent.objects.order_by("sequence").iterator(chunk_size=2000):
        if event.sequence != expected:
            yield Broken(expected, "missing")
        if event.previous_hash != previous:
            yield Broken(event.sequence, "does not follow the event before it")
        if event.hash != digest(event):
            yield Broken(event.sequence, "changed")
        previous, expected = event.hash, event.sequence + 1
