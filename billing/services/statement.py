"""What a client sees of their money: each charge in plain words, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Client, Practice
from billing import wording
from billing.models import Charge, ChargeKind, ChargeStatus, Payment, PaymentState
from billing.services import checkout
from portal.shared.money import format_usd

WHY = {
    ChargeKind.SESSION: "The price you saw when you booked.",
    ChargeKind.LATE_CANCEL_FEE: "Cancelled after the time in which it costs nothing.",
    ChargeKind.NO_SHOW_FEE: "The time was kept for you, and the session did not take place.",
}


@dataclass(frozen=True)
class Paid:
    when: str
    how: str
    amount: str
    given_back: str
    receipt_id: UUID | None


@dataclass(frozen=True)
class Line:
    """One charge. `owed` and `credit` are empty when there is none; `badge_kind` is a look."""

    charge_id: UUID
    title: str
    why: str
    amount: str
    owed: str
    is_owed: bool
    by_card: bool
    credit: str
    badge: str
    badge_kind: str
    was_begun: bool
    payments: tuple[Paid, ...]


@dataclass(frozen=True)
class Statement:
    lines: tuple[Line, ...]
    owed: str

    @property
    def by_card(self) -> bool:
        return any(line.by_card for line in self.lines)

    @property
    def open_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_owed)

    @property
    def closed_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.is_owed)


def of(client: Client) -> Statement:
    """Everything that was ever asked of this client; a fee only after it was approved."""
    zone = Practice.get().zone
    charges = Charge.objects.of(client).shown_to_client().with_balance()
    rows = charges.select_related("appointment").prefetch_related(
        "payments__refunds", "payments__receipt"
    )
    lines = tuple(line_of(charge, zone) for charge in rows)
    owed = sum(max(charge.balance_cents, 0) for charge in rows)
    return Statement(lines, format_usd(owed) if owed else "")


def line_of(charge: Charge, zone: ZoneInfo) -> Line:
    """`charge` comes from a queryset `with_balance()`."""
    balance = charge.balance_cents
    badge, kind = standing(charge, balance)
    payments = list(charge.payments.all())
    return Line(
        charge_id=charge.public_id,
        title=title_of(charge, zone),
        why=_why(charge, zone),
        amount=format_usd(charge.amount_cents),
        owed=format_usd(balance) if balance > 0 else "",
        is_owed=balance > 0,
        by_card=checkout.is_offered(balance),
        credit=format_usd(-balance) if balance < 0 else "",
        badge=badge,
        badge_kind=kind,
        was_begun=any(payment.state == PaymentState.PENDING for payment in payments),
        payments=tuple(_paid(each, zone) for each in payments if each.state == PaymentState.PAID),
    )


def title_of(charge: Charge, zone: ZoneInfo) -> str:
    """`Session on January 9, 2027`: what it is for, without a word about care."""
    return wording.charge_title(charge.kind, moment_of(charge), zone)


def _why(charge: Charge, zone: ZoneInfo) -> str:
    reason = WHY[ChargeKind(charge.kind)]
    if charge.appointment is None:
        return reason
    return f"{wording.clock_time(charge.appointment.starts_at, zone)}. {reason}"


def moment_of(charge: Charge) -> datetime:
    """When that took place which is charged for."""
    return charge.appointment.starts_at if charge.appointment else charge.created_at


def standing(charge: Charge, balance: int) -> tuple[str, str]:
    """The state of a charge as a word and a look, from its ledger balance in cents."""
    if balance < 0:
        return "Credit", "warn"
    if charge.status == ChargeStatus.PROPOSED:
        return "To be approved", "warn"
    if charge.status == ChargeStatus.VOID:
        return "Waived", ""
    if balance == 0:
        return "Paid", "good"
    return ("Open", "") if balance == charge.amount_cents else ("Partly paid", "warn")


def _paid(payment: Payment, zone: ZoneInfo) -> Paid:
    given = sum(each.amount_cents for each in payment.refunds.all() if each.status == "succeeded")
    receipt = getattr(payment, "receipt", None)
    return Paid(
        when=wording.long_day(payment.paid_at or payment.created_at, zone),
        how=wording.paid_with(payment.method, payment.card_brand, payment.card_last4),
        amount=format_usd(payment.amount_cents),
        given_back=format_usd(given) if given else "",
        receipt_id=receipt.public_id if receipt else None,
    )
