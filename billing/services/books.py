"""Do the books add up? Every transaction, charge, payment and refund against the ledger."""

from collections.abc import Iterator

from django.db.models import Count, Sum

from billing.models import (
    Charge,
    ChargeStatus,
    LedgerEntry,
    Payment,
    PaymentState,
    Refund,
    RefundStatus,
)
from billing.services import ledger


def problems() -> Iterator[str]:
    """What does not fit, in words with ids; nothing when the books are right."""
    yield from _unbalanced()
    for charge in Charge.objects.iterator(chunk_size=500):
        yield from _charge(charge)
    for payment in Payment.objects.select_related("charge").iterator(chunk_size=500):
        yield from _payment(payment)
    for refund in Refund.objects.select_related("payment").iterator(chunk_size=500):
        yield from _refund(refund)
    yield from _strangers()


def _unbalanced() -> Iterator[str]:
    transactions = LedgerEntry.objects.order_by().values("transaction_key")
    for row in transactions.annotate(
        total=Sum("cents"), lines=Count("pk"), charges=Count("charge", distinct=True)
    ):
        if row["total"] or row["lines"] < 2 or row["charges"] > 1:
            yield f"transaction {row['transaction_key']} does not balance"


def _charge(charge: Charge) -> Iterator[str]:
    key = ledger.charge_key(charge)
    stands, taken_back = _stands(key), _stands(f"reverse:{key}")
    wanted = charge.amount_cents if charge.status == ChargeStatus.OPEN else 0
    if stands - taken_back != wanted:
        yield f"charge {charge.public_id} stands in the ledger with {stands - taken_back}"


def _payment(payment: Payment) -> Iterator[str]:
    stands = _stands(ledger.payment_key(payment))
    wanted = payment.amount_cents if payment.state == PaymentState.PAID else 0
    if stands != wanted:
        yield f"payment {payment.public_id} stands in the ledger with {stands}"
    given = sum(refund.amount_cents for refund in payment.refunds.counting())
    if given > payment.amount_cents:
        yield f"payment {payment.public_id} was given back {given}"


def _refund(refund: Refund) -> Iterator[str]:
    key = ledger.refund_key(refund)
    stands = _stands(key) - _stands(f"reverse:{key}")
    wanted = refund.amount_cents if refund.status == RefundStatus.SUCCEEDED else 0
    if stands != wanted:
        yield f"refund {refund.public_id} stands in the ledger with {stands}"


def _stands(key: str) -> int:
    """The size of a posted transaction: what stands on its debit side."""
    return sum(cents for cents in ledger.entries_of(key).values() if cents > 0)


def _strangers() -> Iterator[str]:
    """Transactions whose cause is not on record."""
    known = {ledger.charge_key(charge) for charge in Charge.objects.iterator()}
    known |= {ledger.payment_key(payment) for payment in Payment.objects.iterator()}
    known |= {ledger.refund_key(refund) for refund in Refund.objects.iterator()}
    keys = LedgerEntry.objects.order_by().values_list("transaction_key", flat=True).distinct()
    for key in keys.iterator():
        if key.removeprefix("reverse:") not in known:
            yield f"transaction {key} has no cause"
