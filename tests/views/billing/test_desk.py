"""The billing desk: what waits, what is owed, and who sees it."""

import csv
import io
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from billing.models import (
    Charge,
    Payment,
)
from billing.services import charges, desk
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory, add_app
from tests.factories.billing import a_charge, let_the_worker_work
from tests.factories.booking import NOW, ClientFactory
from tests.views.billing.desk_pages import DESK, a_fee, page_of, paid, text_of


def test_the_desk_shows_tasks_first_then_what_is_open(as_admin: Browser, charge: Charge) -> None:
    a_fee(charge)

    page = text_of(as_admin.get(DESK))

    assert "$150 is owed." in page
    assert page.index("A fee waits for approval") < page.index("Charges and payments")
    assert "Ada Example" in page
    assert "Session on January 4, 2027" in page
    assert "Session, 10:00 am" in page


@pytest.mark.parametrize(
    ("show", "seen"),
    [
        ("open", {"Session on"}),
        ("paid", set()),
        ("fees", {"Missed appointment"}),
        ("all", {"Session on", "Missed appointment"}),
        ("nonsense", {"Session on"}),
    ],
)
def test_filters(as_admin: Browser, charge: Charge, show: str, seen: set[str]) -> None:
    a_fee(charge)

    table = text_of(as_admin.get(DESK, {"show": show})).partition("Charges and payments")[2]

    for words in ("Session on", "Missed appointment"):
        assert (words in table) == (words in seen)


def test_one_clients_credit_pays_nothing_of_anothers(
    as_admin: Browser, charge: Charge, admin: User
) -> None:
    paid(charge, admin)
    charges.take_back(charge=charge, reason="Cancelled in time", by=admin, now=NOW)
    a_charge(90_00)

    page = text_of(as_admin.get(DESK))

    assert "$90 is owed. $150 was paid too much and waits for a decision." in page
    assert "$150 was received and kept." in page


def test_what_is_paid_moves_to_paid(as_admin: Browser, charge: Charge, admin: User) -> None:
    paid(charge, admin)

    open_page = text_of(as_admin.get(DESK))
    paid_page = text_of(as_admin.get(DESK, {"show": "paid"}))

    assert "No charge is in this state." in open_page
    assert "Session on January 4, 2027" in paid_page


@pytest.mark.parametrize("words", ["Noor", "NOOR  ", "somebody.noor@example.com", "haddad"])
def test_search_finds_by_part_of_the_name_or_the_whole_address(
    as_admin: Browser, charge: Charge, words: str
) -> None:
    user = UserFactory(email="somebody.noor@example.com")
    a_charge(client=ClientFactory(user=user, legal_name="Noor Haddad"))

    response = as_admin.post(DESK, {"q": words})

    page = text_of(response)
    assert "1 found" in page
    assert "Noor Haddad" in page
    assert "Ada Example" not in page.partition("found")[2]


def test_a_search_that_finds_many_shows_the_newest(
    as_admin: Browser, charge: Charge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_FOUND", 1)
    a_charge(90_00, client=charge.client)

    found = text_of(as_admin.post(DESK, {"q": "Ada"})).partition("1 found, the newest only.")[2]

    assert "$90" in found
    assert "$150" not in found


def test_a_search_leaves_no_name_in_an_address(as_admin: Browser, charge: Charge) -> None:
    response = as_admin.post(DESK, {"q": "Ada"})

    event = AuditEvent.objects.get(action="billing.search")
    assert (event.detail, event.client_id) == ({"charges": 1}, None)
    assert response.status_code == 200
    assert response.request["QUERY_STRING"] == ""
    assert "?q=" not in text_of(response)


def test_a_part_of_an_address_finds_nobody(as_admin: Browser, charge: Charge) -> None:
    assert "Nobody found" in text_of(as_admin.post(DESK, {"q": "@example.com"}))


def test_one_charge_shows_payments_and_its_ledger(
    as_admin: Browser, charge: Charge, admin: User
) -> None:
    paid(charge, admin, 100_00)
    let_the_worker_work()

    page = text_of(as_admin.get(page_of("desk_charge", charge)))

    for words in ("$100, Cash", "Receipt 1 (PDF)", "Owed by clients", "Received at the desk"):
        assert words in page
    assert 'Balance: <strong class="money">$50</strong>' in page
    event = AuditEvent.objects.get(action="charge.read")
    assert (event.actor_id, event.client_id) == (admin.pk, charge.client_id)


def test_one_charge_shows_its_own_tasks_only(as_admin: Browser, charge: Charge) -> None:
    a_fee(charge)

    page = text_of(as_admin.get(page_of("desk_charge", charge)))

    assert "Waiting for you" not in page


def test_one_charge_asks_as_often_for_three_payments_as_for_one(
    as_admin: Browser, charge: Charge, admin: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            as_admin.get(page_of("desk_charge", charge))
        return len(asked)

    paid(charge, admin, 10_00)
    queries()  # what a process reads once
    once = queries()
    paid(charge, admin, 20_00)
    paid(charge, admin, 30_00)

    assert queries() == once


def rows(response: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode())))  # type: ignore[attr-defined]


def test_exports_hold_cents_and_no_formulas(as_admin: Browser, charge: Charge, admin: User) -> None:
    charge.client.legal_name = "=1+1"
    charge.client.save()
    paid(charge, admin, 100_05)

    (charge_row,) = rows(as_admin.get("/billing/charges.csv"))
    (payment_row,) = rows(as_admin.get("/billing/payments.csv"))

    assert charge_row["client"] == "'=1+1"
    assert (charge_row["amount_usd"], charge_row["balance_usd"]) == ("150.00", "49.95")
    assert (payment_row["amount_usd"], payment_row["method"]) == ("100.05", "Cash")
    assert AuditEvent.objects.filter(action__startswith="billing.export").count() == 2


Address = Callable[[Charge, Payment], str]
PAGES: list[Address] = [
    lambda charge, payment: DESK,
    lambda charge, payment: "/billing/charges.csv",
    lambda charge, payment: "/billing/payments.csv",
    lambda charge, payment: page_of("desk_charge", charge),
    lambda charge, payment: page_of("approve", charge),
    lambda charge, payment: page_of("waive", charge),
    lambda charge, payment: page_of("record", charge),
    lambda charge, payment: page_of("refund", payment),
    lambda charge, payment: page_of("sync", payment),
]


@pytest.mark.parametrize("role", [Role.CLIENT, Role.THERAPIST, Role.SUPERUSER])
@pytest.mark.parametrize("address", PAGES)
def test_the_desk_exists_for_the_billing_admin_only(
    charge: Charge, admin: User, role: Role, address: Address
) -> None:
    payment = paid(charge, admin)
    other = UserFactory(role=role)
    add_app(other)
    browser = Browser()
    browser.force_login(other)

    assert browser.get(address(charge, payment)).status_code == 404
    assert browser.post(address(charge, payment)).status_code == 404


@pytest.mark.parametrize("name", ["desk_charge", "approve", "refund", "desk_receipt"])
def test_what_does_not_exist_is_404(as_admin: Browser, name: str) -> None:
    assert as_admin.get(reverse(f"billing:{name}", args=[uuid4()])).status_code == 404


def test_the_list_takes_few_queries_however_long_it_is(
    as_admin: Browser, charge: Charge, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(10):
        a_charge()

    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        as_admin.get(DESK)
