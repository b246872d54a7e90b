"""Tasks for the billing desk: what a person must look at. Raised once for each cause."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from billing.models import BillingTask, Charge, Payment, TaskKind
from billing.services import ledger
from portal.shared import audit
from portal.shared.request import Source


def raise_task(
    *,
    kind: TaskKind,
    charge: Charge,
    key: str,
    now: datetime,
    payment: Payment | None = None,
    cents: int | None = None,
    outcome: str = "",
) -> BillingTask:
    """Ask for a decision; the same cause again changes nothing."""
    task, _ = BillingTask.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "client_id": charge.client_id,
            "charge": charge,
            "payment": payment,
            "amount_cents": cents,
            "outcome": outcome,
            "raised_at": now,
        },
    )
    return task


def raise_credit(
    *, charge: Charge, key: str, now: datetime, payment: Payment | None = None
) -> None:
    """More was paid than is owed: a person decides whether it goes back."""
    credit = -ledger.balance(charge)
    if credit > 0:
        raise_task(
            kind=TaskKind.LATE_PAYMENT,
            charge=charge,
            payment=payment,
            key=key,
            cents=credit,
            now=now,
        )


def close(*, task: BillingTask, by: User, now: datetime, source: Source | None = None) -> bool:
    """Mark as done. False when somebody did before, or when a fee has to be decided instead."""
    with transaction.atomic():
        open_tasks = BillingTask.objects.open().exclude(kind=TaskKind.FEE_TO_APPROVE)
        open_tasks = open_tasks.filter(pk=task.pk)
        closed = open_tasks.update(done_at=now, done_by=by)
        if closed:
            audit.record(
                action="billing_task.close",
                by=by,
                obj=task,
                client=task.client,
                source=source,
                detail={"kind": task.kind},
                now=now,
            )
    return bool(closed)


def close_fee(*, charge: Charge, by: User, now: datetime) -> None:
    """The decision about a fee is its task's end."""
    waiting = BillingTask.objects.open().filter(charge=charge, kind=TaskKind.FEE_TO_APPROVE)
    waiting.update(done_at=now, done_by=by)
