"""Effects that must not be lost: a row first, then work that may be repeated.

A row is written by `enqueue` in the transaction of its cause. The broker only wakes a worker;
the sweep finds every due row, so a dead broker or worker delays an effect and never loses it.
Effects must be safe to repeat: the key of the row is their idempotency key.
"""

import logging
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from portal.shared.clock import utc_now
from portal.shared.models import OutboxEntry

logger = logging.getLogger(__name__)

MAX_TRIES = 12
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=2)
KEPT = timedelta(days=6 * 365 + 2)  # six years with two leap days: 45 CFR 164.316(b)(2)
MOST_FORGOTTEN = 10_000  # rows in one go, so that the purge never holds the write lock for long


class Effect(Protocol):
    def __call__(self, payload: dict[str, Any], *, now: datetime) -> None: ...


_effects: dict[str, Effect] = {}


class Later(Exception):
    """Not yet: try again after so many seconds, without counting it as a failure."""

    def __init__(self, seconds: float) -> None:
        self.delay = timedelta(seconds=seconds)


class GiveUp(Exception):
    """This can never succeed; show it to the admin instead of trying again."""


def effect(kind: str) -> Callable[[Effect], Effect]:
    def register(function: Effect) -> Effect:
        _effects[kind] = function
        return function

    return register


def enqueue(
    *,
    kind: str,
    key: str,
    payload: dict[str, int],
    now: datetime,
    due_at: datetime | None = None,
) -> OutboxEntry:
    """Write the effect down; the same key again changes nothing.

    The payload holds ids and numbers only, never words: it is not encrypted, and kept for years.
    """
    entry, created = OutboxEntry.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "payload": payload, "due_at": due_at or now, "created_at": now},
    )
    if created and entry.due_at <= now:
        transaction.on_commit(lambda: wake(entry.pk), robust=True)
    return entry


def wake(entry_id: int) -> None:
    """Tell a worker; when the broker can't be reached the sweep will."""
    from portal.shared.tasks import run_entry

    if settings.CELERY_BROKER_URL.startswith("memory://") and not settings.CELERY_TASK_ALWAYS_EAGER:
        return  # the worker lives in another process and finds the row by its sweep
    try:
        run_entry.apply_async([entry_id], retry=False)
    except Exception as error:
        logger.warning("outbox: could not wake a worker (%s)", type(error).__name__)


def due(now: datetime) -> Any:
    return OutboxEntry.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now),
        done_at__isnull=True,
        dead_at__isnull=True,
        due_at__lte=now,
    ).order_by("due_at", "pk")


def due_ids(now: datetime, limit: int = 100) -> list[int]:
    return list(due(now).values_list("pk", flat=True)[:limit])


def claim(entry_id: int, *, now: datetime) -> OutboxEntry | None:
    """Take the row's lease, so that two workers never run it at once."""
    with transaction.atomic():
        rows = due(now).filter(pk=entry_id)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        entry: OutboxEntry | None = rows.first()
        if entry is None:
            return None
        entry.lease_until = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        entry.tries += 1
        entry.save(update_fields=["lease_until", "tries"])
        return entry


def run(entry_id: int, *, clock: Callable[[], datetime] = utc_now) -> None:
    """Do one effect: done, tried again later with growing pauses, or dead after MAX_TRIES."""
    entry = claim(entry_id, now=clock())
    if entry is None:
        return
    if entry.tries > MAX_TRIES:
        # Nothing came back from the last tries, no failure either: it kills whoever does it.
        _settle(entry, dead_at=clock(), last_error="the worker died at every try")
        return
    # No transaction around the effect: a slow one must not hold the database's write lock.
    try:
        _effects[entry.kind](entry.payload, now=clock())
    except Later as later:
        _settle(entry, due_at=clock() + later.delay, tries=entry.tries - 1)
    except GiveUp as reason:
        _settle(entry, dead_at=clock(), last_error=str(reason)[:300])
    except (KeyboardInterrupt, SystemExit):
        _settle(entry, tries=entry.tries - 1)
        raise
    except BaseException as error:  # WeasyPrint's FatalURLFetchingError is no Exception
        _fail(entry, error, now=clock())
    else:
        _settle(entry, done_at=clock(), last_error="")


def _fail(entry: OutboxEntry, error: BaseException, *, now: datetime) -> None:
    # The message may hold what a person wrote; the class and the place do not.
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = f"{type(error).__name__} in {frame.name}:{frame.lineno}"[:300]
    logger.error("outbox: %s (%s) failed, try %s: %s", entry.kind, entry.pk, entry.tries, text)
    if entry.tries >= MAX_TRIES:
        _settle(entry, dead_at=now, last_error=text)
    else:
        _settle(entry, due_at=now + back_off(entry.tries), last_error=text)


def back_off(tries: int) -> timedelta:
    """5 s, 10 s, 20 s ... up to 2 h between tries."""
    return min(FIRST_DELAY * 2 ** (tries - 1), LONGEST_DELAY)


def _settle(entry: OutboxEntry, **values: Any) -> None:
    OutboxEntry.objects.filter(pk=entry.pk).update(lease_until=None, **values)


def retry(entry: OutboxEntry, *, now: datetime) -> None:
    """A person's "try again" on what is dead or waits long for its next try."""
    idle = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    OutboxEntry.objects.filter(idle, pk=entry.pk, done_at__isnull=True).update(
        dead_at=None, tries=0, due_at=now, lease_until=None
    )


def oldest_due_seconds(now: datetime) -> float:
    """Age of the oldest due row: one number that shows a dead worker, beat or broker."""
    entry = due(now).first()
    return (now - entry.due_at).total_seconds() if entry else 0.0


def forget_old(*, now: datetime) -> int:
    """Delete what was done or set aside KEPT ago, at most MOST_FORGOTTEN rows; returns how many."""
    before = now - KEPT
    settled = OutboxEntry.objects.filter(Q(done_at__lt=before) | Q(dead_at__lt=before))
    oldest = settled.order_by("pk").values("pk")[:MOST_FORGOTTEN]
    return OutboxEntry.objects.filter(pk__in=oldest).delete()[0]


def release_leases() -> None:
    """For the embedded worker, which is alone: what its forerunner left is due at once."""
    OutboxEntry.objects.filter(done_at__isnull=True, lease_until__isnull=False).update(
        lease_until=None
    )
