"""Long work that a person asked for and watches: a row with its steps, done by the outbox.

Whoever can do a kind of work registers it with `does`. What comes of it is one encrypted file. It
lies under the row's own id, so that a second try takes the place of what the first one left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.core.files.base import File
from django.db import transaction
from django.db.models import Model

from portal.shared import outbox
from portal.shared.encryption.storage import private_storage
from portal.shared.models import BackgroundWork, OutboxEntry, WorkState

KEPT = timedelta(days=14)
TIME_FOR_ONE_STEP = timedelta(minutes=3)  # the limit of a task: nothing runs longer

Tell = Callable[[int, int], None]
"""Says how far it is: steps done, steps in all. May be called as often as one likes."""


@dataclass(frozen=True)
class Made:
    """What came of it. The name is plain ASCII and names no person."""

    content: File[bytes]
    name: str


class Worker(Protocol):
    def __call__(self, row: BackgroundWork, tell: Tell, /, *, now: datetime) -> Made: ...


_workers: dict[str, Worker] = {}


def does(kind: str) -> Callable[[Worker], Worker]:
    """Register who does this kind of work. The work may be run again from its beginning."""

    def register(worker: Worker) -> Worker:
        _workers[kind] = worker
        return worker

    return register


def ask(
    *,
    kind: str,
    subject: dict[str, int],
    by: Model,
    client: Model | None,
    now: datetime,
    kept: timedelta = KEPT,
) -> BackgroundWork:
    """The row to watch; where the same is being made for this person, that one.

    The subject holds ids and numbers only, as the outbox's payload does.
    """
    with transaction.atomic():
        same = BackgroundWork.objects.filter(kind=kind, subject=subject, asked_by_id=by.pk)
        found = same.exclude(state=WorkState.DONE).filter(expires_at__gt=now).first()
        if found is not None:
            return found
        row = BackgroundWork.objects.create(
            kind=kind,
            subject=subject,
            asked_by_id=by.pk,
            client_id=client.pk if client else None,
            asked_at=now,
            expires_at=now + kept,
        )
        outbox.enqueue(kind="background_work", key=_key(row), payload={"work_id": row.pk}, now=now)
    return row


def do(work_id: int, *, now: datetime) -> None:
    """Run it, once. What goes wrong is told on the row and raised to the outbox, which repeats."""
    row = BackgroundWork.objects.filter(pk=work_id).exclude(state=WorkState.DONE).first()
    if row is None:
        return
    _write(row, state=WorkState.RUNNING, steps_done=0)

    def tell(done: int, of: int) -> None:
        _write(row, steps_done=done, steps=of)

    try:
        _keep(row, _workers[row.kind](row, tell, now=now), now=now)
    except outbox.Later:
        _write(row, state=WorkState.WAITING)
        raise
    except BaseException as error:
        _write(row, state=WorkState.TROUBLED, error=type(error).__name__[:120])
        raise


def again(row: BackgroundWork, *, now: datetime) -> None:
    """A person's "try again" on what went wrong."""
    entry = OutboxEntry.objects.filter(key=_key(row)).first()
    if entry is None or row.is_done:
        return
    outbox.retry(entry, now=now)
    _write(row, state=WorkState.WAITING)


def look_at(row: BackgroundWork) -> BackgroundWork:
    """As it stands. Where every try killed its worker the row can't say so, the outbox can."""
    if row.state == WorkState.RUNNING and _given_up(row):
        _write(row, state=WorkState.TROUBLED)
    return row


def forget_expired(*, now: datetime) -> int:
    """Remove the rows whose day is over, with what was made; returns how many."""
    old = list(BackgroundWork.objects.filter(expires_at__lte=now - TIME_FOR_ONE_STEP)[:1000])
    for row in old:
        for name in {row.file.name or "", _place(row)} - {""}:
            private_storage().delete(name)
        row.delete()
    return len(old)


def _keep(row: BackgroundWork, made: Made, *, now: datetime) -> None:
    storage, place = private_storage(), _place(row)
    storage.delete(place)  # of a try that was stopped
    stored = storage.save(place, made.content)
    _write(
        row,
        state=WorkState.DONE,
        done_at=now,
        steps_done=row.steps,
        error="",
        file=stored,
        file_name=made.name,
        size=made.content.size,
    )


def _write(row: BackgroundWork, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _given_up(row: BackgroundWork) -> bool:
    return OutboxEntry.objects.filter(key=_key(row), dead_at__isnull=False).exists()


def _place(row: BackgroundWork) -> str:
    return f"work/{row.public_id}"


def _key(row: BackgroundWork) -> str:
    return f"work:{row.pk}"
