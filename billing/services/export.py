"""Charges and payments as CSV, for the practice's bookkeeping. No clinical content."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from accounts.models import Practice, User
from billing import wording
from billing.models import Charge, Payment
from billing.services import statement
from portal.shared import audit
from portal.shared.request import Source

CHARGE_COLUMNS = ("id", "client", "what", "made_on", "status", "amount_usd", "balance_usd")
PAYMENT_COLUMNS = (
    "id", "charge", "client", "state", "paid_on", "method", "amount_usd", "given_back_usd",
    "receipt",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def charges(*, by: User, now: datetime, source: Source | None = None) -> str:
    """Every charge as a line of CSV; amounts are dollars with two decimals."""
    rows = Charge.objects.with_balance().select_related("client", "appointment").order_by("pk")
    zone = Practice.get().zone
    _record("charges", by=by, now=now, source=source)
    return _csv(CHARGE_COLUMNS, (_charge(charge, zone) for charge in rows))


def payments(*, by: User, now: datetime, source: Source | None = None) -> str:
    """Every attempt to pay as a line of CSV; amounts are dollars with two decimals."""
    rows = Payment.objects.select_related("charge__client", "receipt").prefetch_related("refunds")
    zone = Practice.get().zone
    _record("payments", by=by, now=now, source=source)
    return _csv(PAYMENT_COLUMNS, (_payment(payment, zone) for payment in rows.order_by("pk")))


def _charge(charge: Charge, zone: ZoneInfo) -> Iterator[str]:
    yield str(charge.public_id)
    yield charge.client.legal_name
    yield statement.title_of(charge, zone)
    yield charge.created_at.astimezone(zone).date().isoformat()
    yield charge.status
    yield _dollars(charge.amount_cents)
    yield _dollars(charge.balance_cents)


def _payment(payment: Payment, zone: ZoneInfo) -> Iterator[str]:
    given = sum(each.amount_cents for each in payment.refunds.all() if each.status == "succeeded")
    receipt = getattr(payment, "receipt", None)
    yield str(payment.public_id)
    yield str(payment.charge.public_id)
    yield payment.charge.client.legal_name
    yield payment.state
    yield payment.paid_at.astimezone(zone).date().isoformat() if payment.paid_at else ""
    yield wording.paid_with(payment.method, payment.card_brand, payment.card_last4)
    yield _dollars(payment.amount_cents)
    yield _dollars(given)
    yield str(receipt.number) if receipt else ""


def _dollars(cents: int) -> str:
    """`-1.05`: plain, for a spreadsheet."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A name that a spreadsheet would run as a formula becomes text; amounts stay numbers."""
    is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(FORMULA) and not is_number else cell


def _record(what: str, *, by: User, now: datetime, source: Source | None) -> None:
    audit.record(action=f"billing.export_{what}", by=by, source=source, now=now)
