"""Do the books add up? Every transaction, charge, payment and refund against the ledger."""

from collections import Counter
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
    """What does not fit, in words with ids and cents; nothing when the books are right."""
    yield from _unbalanced()
    stands = _debits()
    for charge in Charge.objects.iterator(chunk_size=500):
        yield from _charge(charge, stands)
    payments = Payment.objects.prefetch_related("refunds")
    for payment in payments.iterator(chunk_size=500):
        yield from _payment(payment, stands)
    for refund in Refund.objects.iterator(chunk_size=500):
        yield from _refund(refund, stands)
    yield from _strangers()


def _debits() -> Counter[str]:
    """The cents on the debit side of each transaction; 0 for one that was not posted."""
    debits = LedgerEntry.objects.filter(cents__gt=0).order_by().values_list("transaction_key")
    return Counter(dict(debits.annotate(total=Sum("cents"))))


def _unbalanced() -> Iterator[str]:
    transactions = LedgerEntry.objects.order_by().values("transaction_key")
    for row in transactions.annotate(
        total=Sum("cents"), lines=Count("pk"), charges=Count("charge", distinct=True)
    ):
        if row["total"] or row["lines"] < 2 or row["charges"] > 1:
            yield f"transaction {row['transaction_key']} does not balance"


def _charge(charge: Charge, stands: Counter[str]) -> Iterator[str]:
    key = ledger.charge_key(charge)
    found = stands[key] - stands[f"reverse:{key}"]
    if found != (charge.amount_cents if charge.status == ChargeStatus.OPEN else 0):
        yield f"charge {charge.public_id} stands in the ledger with {found}"


def _payment(payment: Payment, stands: Counter[str]) -> Iterator[str]:
    found = stands[ledger.payment_key(payment)]
    if found != (payment.amount_cents if payment.state == PaymentState.PAID else 0):
        yield f"payment {payment.public_id} stands in the ledger with {found}"
    given = sum(refund.amount_cents for refund in payment.refunds.all() if refund.counts)
    if given > payment.amount_cents:
        yield f"payment {payment.public_id} was given back {given}"


def _refund(refund: Refund, stands: Counter[str]) -> Iterator[str]:
    key = ledger.refund_key(refund)
    found = stands[key] - stands[f"reverse:{key}"]
    if found != (refund.amount_cents if refund.status == RefundStatus.SUCCEEDED else 0):
        yield f"refund {refund.public_id} stands in the ledger with {found}"


def _strangers() -> Iterator[str]:
    """Transactions whose cause is not on record."""
    known = {ledger.charge_key(charge) for charge in Charge.objects.iterator()}
    known |= {ledger.payment_key(payment) for payment in Payment.objects.iterator()}
    known |= {ledger.refund_key(refund) for refund in Refund.objects.iterator()}
    keys = LedgerEntry.objects.order_by().values_list("transaction_key", flat=True).distinct()
    for key in keys.iterator():
        if key.removeprefix("reverse:") not in known:
            yield f"transaction {key} has no cause"
