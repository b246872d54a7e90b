"""What the billing desk shows: tasks first, then charges with balances. No clinical content."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import Client
from billing import wording
from billing.models import (
    Account,
    BillingTask,
    Charge,
    LedgerEntry,
    Payment,
    PaymentState,
    Refund,
    RefundStatus,
    TaskKind,
)
from billing.services import refunds, statement
from portal.shared.money import format_usd

MOST_FOUND = 50
CHUNK = 200  # clients whose names are held in memory at a time


class Show(StrEnum):
    OPEN = "open"
    PAID = "paid"
    FEES = "fees"
    ALL = "all"


NEXT_STEP = {
    TaskKind.LATE_PAYMENT: "Give it back, or keep it as a credit.",
    TaskKind.AMOUNT_DIFFERS: "Compare with Stripe’s dashboard. Nothing was entered in the ledger.",
    TaskKind.EXTERNAL_REFUND: "It is in the ledger. Check that it was meant.",
    TaskKind.REFUND_FAILED: "The money is back at Stripe. Try another way.",
    TaskKind.DISPUTE: "Answer it in Stripe’s dashboard. The appointments stand.",
    TaskKind.FEE_TO_APPROVE: "Approve or waive it. Until then nothing is owed.",
}


REFUND_WORDS = {
    RefundStatus.PENDING: "on its way back since",
    RefundStatus.SUCCEEDED: "given back on",
    RefundStatus.FAILED: "could not be given back on",
}


@dataclass(frozen=True)
class Row:
    charge_id: UUID
    client: str
    title: str
    service: str
    amount: str
    balance: str
    badge: str
    badge_kind: str


@dataclass(frozen=True)
class TaskRow:
    task_id: UUID
    charge_id: UUID
    title: str
    client: str
    what: str
    amount: str
    next_step: str
    raised: str
    is_fee: bool


@dataclass(frozen=True)
class PaymentRow:
    payment_id: UUID
    amount: str
    how: str
    state: str
    state_kind: str
    when: str
    receipt_number: int | None
    receipt_id: UUID | None
    can_refund: bool
    can_sync: bool
    refunds: tuple[str, ...]


@dataclass(frozen=True)
class EntryRow:
    when: str
    cause: str
    account: str
    amount: str
    is_credit: bool


@dataclass(frozen=True)
class Totals:
    """`credit` is empty when no client has one."""

    owed: str
    credit: str
    kept: str


def charges(show: Show) -> QuerySet[Charge]:
    """The charges of a filter, the newest first, with their balances."""
    rows = Charge.objects.with_balance().select_related("client", "appointment__session_type")
    chosen = {
        Show.OPEN: rows.owed,
        Show.PAID: rows.settled,
        Show.FEES: rows.proposed,
        Show.ALL: rows.all,
    }
    return chosen[show]()


def search(text: str) -> list[Charge]:
    """Charges of clients with this name or exactly this e-mail address.

    Names are encrypted, so they are read a few at a time and compared in memory.
    """
    found = list(islice(_clients(text.strip()), MOST_FOUND))
    rows = charges(Show.ALL).filter(client__in=found)
    return list(rows[:MOST_FOUND])


def _clients(text: str) -> Iterator[int]:
    if "@" in text:
        yield from Client.objects.filter(user__email=text.lower()).values_list("pk", flat=True)
        return
    wanted = text.casefold()
    for client in Client.objects.iterator(chunk_size=CHUNK):
        names = f"{client.legal_name} {client.chosen_name or ''}"
        if wanted in names.casefold():
            yield client.pk


def row_of(charge: Charge, zone: ZoneInfo) -> Row:
    """`charge` comes from `charges` or `search`."""
    balance = charge.balance_cents
    badge, kind = statement.standing(charge, balance)
    return Row(
        charge_id=charge.public_id,
        client=charge.client.legal_name,
        title=statement.title_of(charge, zone),
        service=_service(charge, zone),
        amount=format_usd(charge.amount_cents),
        balance=format_usd(balance),
        badge=badge,
        badge_kind=kind,
    )


def _service(charge: Charge, zone: ZoneInfo) -> str:
    if charge.appointment is None:
        return ""
    time = wording.clock_time(charge.appointment.starts_at, zone)
    return f"{charge.appointment.session_type.name}, {time}"


def open_tasks(zone: ZoneInfo, charge: Charge | None = None) -> list[TaskRow]:
    """What waits for a decision, the newest first; with `charge` only what is about it."""
    tasks = BillingTask.objects.open().select_related("client", "charge__appointment")
    if charge:
        tasks = tasks.filter(charge=charge)
    return [_task_row(task, zone) for task in tasks]


def _task_row(task: BillingTask, zone: ZoneInfo) -> TaskRow:
    kind = TaskKind(task.kind)
    cents = task.charge.amount_cents if task.amount_cents is None else task.amount_cents
    title = f"{kind.label}: {task.outcome}" if task.outcome else str(kind.label)
    return TaskRow(
        task_id=task.public_id,
        charge_id=task.charge.public_id,
        title=title,
        client=task.client.legal_name,
        what=statement.title_of(task.charge, zone),
        amount=format_usd(cents),
        next_step=NEXT_STEP[kind],
        raised=wording.long_day(task.raised_at, zone),
        is_fee=kind == TaskKind.FEE_TO_APPROVE,
    )


def totals() -> Totals:
    """Of all time, from the ledger. A credit of one client pays nothing of another's."""
    credit = Charge.objects.in_credit().total_cents()
    kept = LedgerEntry.objects.filter(account__in=[Account.STRIPE, Account.CASH]).total()
    return Totals(
        owed=format_usd(Charge.objects.owed().total_cents()),
        credit=format_usd(-credit) if credit else "",
        kept=format_usd(kept),
    )


def payments_of(charge: Charge, zone: ZoneInfo) -> list[PaymentRow]:
    rows = charge.payments.select_related("receipt").prefetch_related("refunds")
    return [_payment_row(payment, zone) for payment in rows]


def _payment_row(payment: Payment, zone: ZoneInfo) -> PaymentRow:
    receipt = getattr(payment, "receipt", None)
    state = PaymentState(payment.state)
    kinds = {PaymentState.PAID: "good", PaymentState.NEEDS_ATTENTION: "warn"}
    return PaymentRow(
        payment_id=payment.public_id,
        amount=format_usd(payment.amount_cents),
        how=wording.paid_with(payment.method, payment.card_brand, payment.card_last4),
        state=str(state.label),
        state_kind=kinds.get(state, ""),
        when=wording.long_day(payment.paid_at or payment.created_at, zone),
        receipt_number=receipt.number if receipt else None,
        receipt_id=receipt.public_id if receipt else None,
        can_refund=refunds.left_cents(payment) > 0,
        can_sync=payment.is_card,
        refunds=tuple(_refund_line(refund, zone) for refund in payment.refunds.all()),
    )


def _refund_line(refund: Refund, zone: ZoneInfo) -> str:
    day = wording.long_day(refund.created_at, zone)
    happened = REFUND_WORDS[RefundStatus(refund.status)]
    return f"{format_usd(refund.amount_cents)} {happened} {day} ({refund.get_origin_display()})"


def entries_of(charge: Charge, zone: ZoneInfo) -> list[EntryRow]:
    entries = LedgerEntry.objects.filter(charge=charge)
    return [
        EntryRow(
            when=wording.long_day(entry.at, zone),
            cause=_cause(entry.transaction_key),
            account=entry.get_account_display(),
            amount=format_usd(abs(entry.cents)),
            is_credit=entry.cents < 0,
        )
        for entry in entries
    ]


def _cause(key: str) -> str:
    kind = key.removeprefix("reverse:").partition(":")[0].capitalize()
    return f"{kind}, reversed" if key.startswith("reverse:") else kind
