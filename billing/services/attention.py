"""Tasks for the billing desk: what a person must look at. Raised once for each cause."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import Practice, Role, User
from billing.models import BillingTask, Charge, Payment, TaskKind
from billing.services import ledger
from portal.shared import audit, mail
from portal.shared.request import Source

URGENT = (TaskKind.AMOUNT_DIFFERS, TaskKind.REFUND_FAILED, TaskKind.DISPUTE)
"""Kinds of which the desk is told by mail at once; the others wait for the next look."""


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
    values = {
        "kind": kind,
        "client_id": charge.client_id,
        "charge": charge,
        "payment": payment,
        "amount_cents": cents,
        "outcome": outcome,
        "raised_at": now,
    }
    with transaction.atomic():
        task, created = BillingTask.objects.get_or_create(key=key, defaults=values)
        if created and kind in URGENT:
            _tell_the_desk(task, now=now)
    return task


def people(*, but: User | None = None) -> list[User]:
    """Who looks after money: the billing admins; where there is no other, the therapists."""
    staff = User.objects.filter(is_active=True)
    if but:
        staff = staff.exclude(pk=but.pk)
    admins = list(staff.filter(role=Role.BILLING_ADMIN))
    return admins or list(staff.filter(role=Role.THERAPIST))


def page_for(person: User, desk_page: str) -> str:
    """The address for a mail: the desk is the billing admin's, everybody has a home."""
    path = desk_page if person.is_billing_admin else reverse(settings.LOGIN_REDIRECT_URL)
    return f"{settings.PORTAL_URL}{path}"


def _tell_the_desk(task: BillingTask, *, now: datetime) -> None:
    for person in people():
        mail.queue(
            to=person.email,
            subject="Something waits at the billing desk",
            template="email/billing/task_waits",
            context={
                "practice": Practice.get(),
                "page": page_for(person, reverse("billing:desk")),
            },
            key=f"task:{task.public_id}:told:{person.pk}",
            now=now,
        )


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
