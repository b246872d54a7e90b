"""The ledger: every movement of money as a transaction of two or more entries that sum to zero.

Entries are only added. A mistake is corrected by a reversing transaction. A balance is never
stored: it is the sum of its entries. Debits stand above zero, credits below, in cents.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import Client
from billing.models import Account, Charge, LedgerEntry, Payment, Refund


class Unbalanced(Exception):
    """The entries of a transaction do not sum to zero, or there are none."""


class PostedOtherwise(Exception):
    """The same cause stands in the ledger already, with other amounts."""


def post(*, key: str, charge: Charge, lines: Mapping[Account, int], at: datetime) -> bool:
    """Write one transaction; the same cause again changes nothing. True when it was new.

    Raises Unbalanced, PostedOtherwise.
    """
    entries = {str(account): cents for account, cents in lines.items() if cents}
    if not entries or sum(entries.values()) != 0:
        raise Unbalanced(key)
    with transaction.atomic():
        posted = entries_of(key)
        if posted and posted != entries:
            raise PostedOtherwise(key)
        if not posted:
            _write(key, charge, entries, at)
    return not posted


def _write(key: str, charge: Charge, entries: Mapping[str, int], at: datetime) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            transaction_key=key,
            account=account,
            client_id=charge.client_id,
            charge=charge,
            cents=cents,
            at=at,
        )
        for account, cents in entries.items()
    )


def entries_of(key: str) -> dict[str, int]:
    """The cents of one transaction by account; empty when it was not posted."""
    rows = LedgerEntry.objects.filter(transaction_key=key)
    return dict(rows.values_list("account", "cents"))


def reverse(*, key: str, charge: Charge, at: datetime) -> bool:
    """Take a posted transaction back by its mirror image. False when it was not posted."""
    lines = {Account(account): -cents for account, cents in entries_of(key).items()}
    return bool(lines) and post(key=f"reverse:{key}", charge=charge, lines=lines, at=at)


def balance(charge: Charge) -> int:
    """Cents still owed for the charge; below zero: more was paid than is owed."""
    return LedgerEntry.objects.owed().filter(charge=charge).total()


def balance_of_client(client: Client) -> int:
    """Cents that the client owes in all; below zero is a credit."""
    return LedgerEntry.objects.owed().filter(client=client).total()


def charge_key(charge: Charge) -> str:
    return f"charge:{charge.public_id}"


def payment_key(payment: Payment) -> str:
    return f"payment:{payment.public_id}"


def refund_key(refund: Refund) -> str:
    return f"refund:{refund.public_id}"


def post_charge(charge: Charge, *, at: datetime) -> bool:
    """The client owes it, and it is income. False when it stood there. Raises PostedOtherwise."""
    cents = charge.amount_cents
    lines = {Account.RECEIVABLE: cents, Account.INCOME: -cents}
    return post(key=charge_key(charge), charge=charge, lines=lines, at=at)


def post_payment(payment: Payment, *, at: datetime) -> bool:
    """It is owed no more. False when it stood there. Raises PostedOtherwise."""
    cents = payment.amount_cents
    lines = {_where_it_lies(payment): cents, Account.RECEIVABLE: -cents}
    return post(key=payment_key(payment), charge=payment.charge, lines=lines, at=at)


def post_refund(refund: Refund, *, at: datetime) -> bool:
    """What was paid too much goes back first; the rest lessens what the practice has earned.

    So a refund never makes a client owe money again.
    """
    charge, cents = refund.payment.charge, refund.amount_cents
    if entries_of(refund_key(refund)):
        return False
    credit = min(max(-balance(charge), 0), cents)
    lines = {
        Account.RECEIVABLE: credit,
        Account.REFUNDED: cents - credit,
        _where_it_lies(refund.payment): -cents,
    }
    return post(key=refund_key(refund), charge=charge, lines=lines, at=at)


def reverse_charge(charge: Charge, *, at: datetime) -> bool:
    return reverse(key=charge_key(charge), charge=charge, at=at)


def reverse_refund(refund: Refund, *, at: datetime) -> bool:
    return reverse(key=refund_key(refund), charge=refund.payment.charge, at=at)


def _where_it_lies(payment: Payment) -> Account:
    return Account.STRIPE if payment.is_card else Account.CASH
