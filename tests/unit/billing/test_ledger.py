"""The ledger only grows, balances, and knows each cause once."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from billing.models import Account, Charge, ChargeStatus, LedgerEntry
from billing.services import books, ledger
from tests.factories.billing import a_charge
from tests.factories.booking import NOW

pytestmark = pytest.mark.django_db


def test_a_charge_stands_as_owed_and_earned() -> None:
    charge = a_charge(150_00)

    rows = LedgerEntry.objects.values_list("account", "cents", "client", "at")
    assert set(rows) == {
        ("receivable", 150_00, charge.client_id, NOW),
        ("income", -150_00, charge.client_id, NOW),
    }
    assert ledger.balance(charge) == 150_00
    assert ledger.balance_of_client(charge.client) == 150_00


@pytest.mark.parametrize(
    "lines",
    [
        {},
        {Account.CASH: 0},
        {Account.CASH: 100},
        {Account.CASH: 100, Account.RECEIVABLE: -99},
    ],
)
def test_what_does_not_sum_to_zero_is_refused(lines: dict[Account, int]) -> None:
    charge = a_charge()

    with pytest.raises(ledger.Unbalanced):
        ledger.post(key="test", charge=charge, lines=lines, at=NOW)

    assert LedgerEntry.objects.count() == 2


def test_the_same_cause_is_entered_once() -> None:
    charge = a_charge(150_00)

    again = ledger.post_charge(charge, at=NOW)

    assert again is False
    assert LedgerEntry.objects.count() == 2


def test_the_same_cause_with_other_amounts_is_refused() -> None:
    charge = a_charge(150_00)
    lines = {Account.RECEIVABLE: 1, Account.INCOME: -1}

    with pytest.raises(ledger.PostedOtherwise):
        ledger.post(key=ledger.charge_key(charge), charge=charge, lines=lines, at=NOW)


def test_the_database_refuses_a_second_entry_of_one_cause() -> None:
    charge = a_charge()

    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            transaction_key=ledger.charge_key(charge),
            account=Account.RECEIVABLE,
            client=charge.client,
            charge=charge,
            cents=1,
            at=NOW,
        )


def test_the_database_refuses_to_change_or_delete_an_entry() -> None:
    a_charge()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.update(cents=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.all().delete()


def test_a_reversal_is_a_mirror_image() -> None:
    charge = a_charge(150_00)

    ledger.reverse_charge(charge, at=NOW)

    key = f"reverse:{ledger.charge_key(charge)}"
    assert ledger.entries_of(key) == {"receivable": -150_00, "income": 150_00}
    assert ledger.balance(charge) == 0


def test_check_books_says_that_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    a_charge()

    call_command("check_books")

    assert capsys.readouterr().out == "The books add up: 2 entries.\n"


def test_check_books_names_what_does_not_fit(capsys: pytest.CaptureFixture[str]) -> None:
    charge = a_charge(150_00)
    Charge.objects.update(amount_cents=140_00)

    with pytest.raises(CommandError, match="1 problems"):
        call_command("check_books")

    wanted = f"charge {charge.public_id} stands in the ledger with 15000"
    assert capsys.readouterr().err.strip() == wanted


def test_the_books_miss_a_charge_that_was_never_entered() -> None:
    charge = a_charge()
    stray = Charge.objects.create(
        client=charge.client, kind="session", amount_cents=5, status=ChargeStatus.OPEN
    )

    assert list(books.problems()) == [f"charge {stray.public_id} stands in the ledger with 0"]


def test_the_books_miss_one_half_of_a_transaction_and_a_strange_cause() -> None:
    charge = a_charge()
    LedgerEntry.objects.create(
        transaction_key="gift:1",
        account=Account.CASH,
        client=charge.client,
        charge=charge,
        cents=5,
        at=NOW,
    )

    assert list(books.problems()) == [
        "transaction gift:1 does not balance",
        "transaction gift:1 has no cause",
    ]
