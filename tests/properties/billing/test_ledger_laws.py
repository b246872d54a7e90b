"""The ledger's laws: whatever happens in whatever order, all sums are zero and balances right."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from billing.models import Charge, LedgerEntry, Payment, PaymentMethod
from billing.services import books, charges, desk_payments, ledger, refunds
from portal.shared.money import format_usd, parse_usd
from tests.factories.billing import a_charge, an_admin

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
CENTS = st.integers(min_value=1, max_value=100_000)
REFUSALS = (
    charges.AlreadyWaived,
    charges.NothingOpen,
    desk_payments.MoreThanOwed,
    refunds.NotPaid,
    refunds.TooMuch,
)


@dataclass
class Pencil:
    """What a bookkeeper would have written by hand."""

    owed: int
    charged: int
    received: int = 0
    given_back: int = 0
    is_void: bool = False

    def paid(self, cents: int) -> None:
        self.owed -= cents
        self.received += cents

    def refunded(self, cents: int) -> None:
        """A credit goes back first; a refund never makes a client owe again."""
        self.owed += min(max(-self.owed, 0), cents)
        self.given_back += cents

    def waived(self, cents: int) -> None:
        self.owed -= self.charged
        self.is_void = True

    def taken_back(self, cents: int) -> None:
        if not self.is_void:
            self.waived(cents)


def pay(charge: Charge, cents: int, admin: User) -> None:
    attempt = uuid4()
    for _ in range(2):  # a form that is sent twice is one payment
        desk_payments.record(
            charge=charge,
            method=PaymentMethod.CASH,
            amount_cents=cents,
            attempt=attempt,
            by=admin,
            now=NOW,
        )


def refund(charge: Charge, cents: int, admin: User) -> None:
    payment = Payment.objects.filter(charge=charge).order_by("pk").first()
    if payment is None:
        raise refunds.NotPaid
    attempt = uuid4()
    for _ in range(2):
        refunds.request(payment=payment, amount_cents=cents, attempt=attempt, by=admin, now=NOW)


def waive(charge: Charge, cents: int, admin: User) -> None:
    charges.waive(charge=charge, reason="A test", by=admin, now=NOW)


def take_back(charge: Charge, cents: int, admin: User) -> None:
    charges.take_back(charge=charge, reason="A test", by=admin, now=NOW)


Act = tuple[Callable[[Charge, int, User], None], Callable[[Pencil, int], None]]
ACTS: list[Act] = [
    (pay, Pencil.paid),
    (refund, Pencil.refunded),
    (waive, Pencil.waived),
    (take_back, Pencil.taken_back),
]


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(charged=CENTS, acts=st.lists(st.tuples(st.sampled_from(ACTS), CENTS), max_size=8))
def test_every_sequence_sums_to_zero_and_gives_the_right_balance(
    charged: int, acts: list[tuple[Act, int]]
) -> None:
    charge, admin = a_charge(charged), an_admin()
    pencil = Pencil(owed=charged, charged=charged)

    for (act, note), cents in acts:
        with suppress(*REFUSALS):
            act(charge, cents, admin)
            note(pencil, cents)

    entries = LedgerEntry.objects.filter(charge=charge)
    transactions = entries.order_by().values("transaction_key").annotate(total=Sum("cents"))
    assert {row["total"] for row in transactions} == {0}
    assert ledger.balance(charge) == pencil.owed
    cash = entries.filter(account="cash").aggregate(total=Sum("cents"))["total"] or 0
    assert cash == pencil.received - pencil.given_back >= 0
    assert list(books.problems()) == []


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(charged=CENTS, paid=CENTS, back=CENTS)
def test_more_than_is_owed_is_never_taken_and_more_than_was_paid_never_given_back(
    charged: int, paid: int, back: int
) -> None:
    charge, admin = a_charge(charged), an_admin()

    with suppress(desk_payments.MoreThanOwed):
        pay(charge, paid, admin)
    with suppress(refunds.NotPaid, refunds.TooMuch):
        refund(charge, back, admin)

    taken = paid if paid <= charged else 0
    given_back = back if back <= taken else 0
    assert ledger.balance(charge) == charged - taken
    assert sum(each.amount_cents for each in Payment.objects.filter(charge=charge)) == taken
    entries = LedgerEntry.objects.filter(charge=charge, account="refunded")
    assert sum(entry.cents for entry in entries) == given_back


@given(CENTS)
def test_an_amount_survives_being_written_and_read(cents: int) -> None:
    assert parse_usd(format_usd(cents)) == cents
