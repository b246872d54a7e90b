"""Charges and payments as CSV, for the practice's bookkeeping. No clinical content."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import Client, Practice, User
from billing import wording
from billing.models import Charge, Payment
from billing.services import statement
from portal.shared import audit
from portal.shared.request import Source
from portal.shared.spreadsheet import dollars, lines

CHARGE_COLUMNS = ("id", "client", "what", "made_on", "status", "amount_usd", "balance_usd")
PAYMENT_COLUMNS = (
    "id", "charge", "client", "state", "paid_on", "method", "amount_usd", "given_back_usd",
    "receipt",
)  # fmt: skip
AT_A_TIME = 500  # rows in memory


def charges(*, by: User, now: datetime, source: Source | None = None) -> str:
    """Every charge as a line of CSV; amounts are dollars with two decimals."""
    rows = Charge.objects.with_balance().select_related("client", "appointment").order_by("pk")
    zone = Practice.get().zone
    _record("charges", by=by, now=now, source=source)
    return "".join(lines(CHARGE_COLUMNS, (_charge(charge, zone) for charge in rows)))


def payments(*, by: User, now: datetime, source: Source | None = None) -> str:
    """Every attempt to pay as a line of CSV; amounts are dollars with two decimals."""
    rows = Payment.objects.select_related("charge__client", "receipt").prefetch_related("refunds")
    zone = Practice.get().zone
    _record("payments", by=by, now=now, source=source)
    found = (_payment(payment, zone) for payment in rows.order_by("pk"))
    return "".join(lines(PAYMENT_COLUMNS, found))


def charges_of(client: Client, zone: ZoneInfo) -> Iterator[str]:
    """What was ever asked of one client, line by line; a fee only after it was approved."""
    rows = Charge.objects.of(client).shown_to_client().with_balance()
    found = rows.select_related("client", "appointment").order_by("pk").iterator(AT_A_TIME)
    return lines(CHARGE_COLUMNS, (_charge(charge, zone) for charge in found))


def payments_of(client: Client, zone: ZoneInfo) -> Iterator[str]:
    """Each of one client's attempts to pay, line by line."""
    rows = Payment.objects.filter(charge__client=client).prefetch_related("refunds")
    found = rows.select_related("charge__client", "receipt").order_by("pk").iterator(AT_A_TIME)
    return lines(PAYMENT_COLUMNS, (_payment(payment, zone) for payment in found))


def _charge(charge: Charge, zone: ZoneInfo) -> Iterator[str]:
    yield str(charge.public_id)
    yield charge.client.legal_name
    yield statement.title_of(charge, zone)
    yield charge.created_at.astimezone(zone).date().isoformat()
    yield charge.status
    yield dollars(charge.amount_cents)
    yield dollars(charge.balance_cents)


def _payment(payment: Payment, zone: ZoneInfo) -> Iterator[str]:
    given = sum(each.amount_cents for each in payment.refunds.all() if each.status == "succeeded")
    receipt = getattr(payment, "receipt", None)
    yield str(payment.public_id)
    yield str(payment.charge.public_id)
    yield payment.charge.client.legal_name
    yield payment.state
    yield payment.paid_at.astimezone(zone).date().isoformat() if payment.paid_at else ""
    yield wording.paid_with(payment.method, payment.card_brand, payment.card_last4)
    yield dollars(payment.amount_cents)
    yield dollars(given)
    yield str(receipt.number) if receipt else ""


def _record(what: str, *, by: User, now: datetime, source: Source | None) -> None:
    audit.record(action=f"billing.export_{what}", by=by, source=source, now=now)
