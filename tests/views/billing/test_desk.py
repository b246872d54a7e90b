"""The billing desk: what waits, what is owed, and every act with its audit event."""

import csv
import io
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Role, User
from billing.models import (
    BillingTask,
    Charge,
    ChargeKind,
    ChargeStatus,
    Payment,
    PaymentMethod,
    Refund,
    TaskKind,
)
from billing.sandbox.server import Sandbox
from billing.sandbox.switches import Fault
from billing.services import attention, charges, checkout, desk_payments, ledger
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory, add_app
from tests.factories.billing import a_charge, let_the_worker_work
from tests.factories.booking import NOW, ClientFactory

DESK = "/billing/"


def text_of(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def page_of(name: str, thing: Charge | Payment | BillingTask) -> str:
    return reverse(f"billing:{name}", args=[thing.public_id])


def attempt_on(page: str) -> str:
    found = re.search(r'name="attempt" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def a_fee(charge: Charge) -> Charge:
    fee = charges.propose_fee(
        appointment=charge.appointment, kind=ChargeKind.NO_SHOW_FEE, by=None, now=NOW
    )
    assert fee is not None
    return fee


def paid(charge: Charge, admin: User, cents: int = 150_00) -> Payment:
    return desk_payments.record(
        charge=charge,
        method=PaymentMethod.CASH,
        amount_cents=cents,
        attempt=uuid4(),
        by=admin,
        now=utc_now(),
    )


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


def test_a_fee_is_approved(as_admin: Browser, charge: Charge, admin: User) -> None:
    fee = a_fee(charge)

    asked = text_of(as_admin.get(page_of("approve", fee)))
    as_admin.post(page_of("approve", fee))

    fee.refresh_from_db()
    assert "Approve this fee?" in asked
    assert (fee.status, fee.decided_by) == (ChargeStatus.OPEN, admin)
    assert ledger.balance(fee) == 75_00
    assert AuditEvent.objects.filter(action="charge.approve", actor_id=admin.pk).count() == 1


def test_waiving_needs_a_reason_and_keeps_it(as_admin: Browser, charge: Charge) -> None:
    empty = as_admin.post(page_of("waive", charge), {"reason": ""})
    as_admin.post(page_of("waive", charge), {"reason": "A good reason"})

    charge.refresh_from_db()
    assert empty.status_code == 422
    assert "This field is required." in text_of(empty)
    assert (charge.status, charge.reason) == (ChargeStatus.VOID, "A good reason")


def test_waiving_is_offered_only_while_something_is_open(
    as_admin: Browser, charge: Charge, admin: User
) -> None:
    fee, address = a_fee(charge), page_of("waive", charge)
    open_page = text_of(as_admin.get(page_of("desk_charge", charge)))
    paid(charge, admin)

    paid_page = text_of(as_admin.get(page_of("desk_charge", charge)))
    refused = text_of(as_admin.post(address, {"reason": "A good reason"}, follow=True))

    charge.refresh_from_db()
    assert address in open_page
    assert address not in paid_page
    assert page_of("waive", fee) in text_of(as_admin.get(page_of("desk_charge", fee)))
    assert "It is paid. To return the money, use “Give back”." in refused
    assert (charge.status, ledger.balance(charge)) == (ChargeStatus.OPEN, 0)


def test_a_payment_is_entered_once_though_sent_twice(as_admin: Browser, charge: Charge) -> None:
    address = page_of("record", charge)
    form = {
        "attempt": attempt_on(text_of(as_admin.get(address))),
        "method": "check",
        "amount": "$100.50",
    }

    for _ in range(2):
        as_admin.post(address, form)

    payment = Payment.objects.get()
    assert (payment.method, payment.amount_cents, payment.state) == ("check", 100_50, "paid")
    assert ledger.balance(charge) == 49_50


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("", "This field is required."),
        ("many", "Enter an amount such as 150 or 150.50."),
        ("-5", "Enter an amount above zero."),
        ("0", "Between $0.01 and $150, please."),
        ("150.01", "Between $0.01 and $150, please."),
        ("1.005", "An amount has at most two decimals."),
    ],
)
def test_a_wrong_amount_is_said_at_the_field_and_kept(
    as_admin: Browser, charge: Charge, amount: str, words: str
) -> None:
    form = {"attempt": str(uuid4()), "method": "cash", "amount": amount}

    response = as_admin.post(page_of("record", charge), form)

    assert response.status_code == 422
    assert words in text_of(response)
    assert f'value="{amount}"' in text_of(response) or not amount
    assert not Payment.objects.exists()


def test_money_is_given_back_after_a_confirmation(
    as_admin: Browser, charge: Charge, admin: User
) -> None:
    payment = paid(charge, admin)
    address = page_of("refund", payment)
    asked = text_of(as_admin.get(address))
    form = {"attempt": attempt_on(asked), "amount": "50"}

    unconfirmed = as_admin.post(address, form)
    as_admin.post(address, form | {"confirmed": "on"})
    as_admin.post(address, form | {"confirmed": "on"})

    refund = Refund.objects.get()
    assert "Up to $150 can be given back." in asked
    assert unconfirmed.status_code == 422
    assert "tick this box to confirm" in text_of(unconfirmed)
    assert (refund.amount_cents, refund.created_by, refund.status) == (50_00, admin, "succeeded")


@pytest.mark.parametrize("amount", ["150.01", "0"])
def test_never_more_than_was_paid(
    as_admin: Browser, charge: Charge, admin: User, amount: str
) -> None:
    payment = paid(charge, admin)
    form = {"attempt": str(uuid4()), "amount": amount, "confirmed": "on"}

    response = as_admin.post(page_of("refund", payment), form)

    assert response.status_code == 422
    assert "At most $150 can still be given back." in text_of(response)
    assert not Refund.objects.exists()


def test_looking_at_stripe_now_settles(
    as_admin: Browser, charge: Charge, stripe_sandbox: Sandbox, admin: User
) -> None:
    payment = checkout.start(
        charge=charge, notice_version="test", by=charge.client.user, now=utc_now()
    )
    stripe_sandbox.actions.pay(payment.checkout_session or "")
    stripe_sandbox.switches.faults = [Fault("GET /v1/checkout", "close_before", times=3)]

    silent = text_of(as_admin.post(page_of("sync", payment), follow=True))
    answered = text_of(as_admin.post(page_of("sync", payment), follow=True))

    payment.refresh_from_db()
    assert "Stripe does not answer." in silent
    assert "Checked with Stripe: paid." in answered
    assert payment.state == "paid"
    assert AuditEvent.objects.get(action="payment.paid").actor_id == admin.pk


def test_a_task_is_closed_once(as_admin: Browser, charge: Charge, admin: User) -> None:
    task = attention.raise_task(kind=TaskKind.DISPUTE, charge=charge, key="one", now=NOW)

    for _ in range(2):
        as_admin.post(page_of("close_task", task))

    task.refresh_from_db()
    assert task.done_by == admin
    assert AuditEvent.objects.filter(action="billing_task.close").count() == 1
    assert "Nothing waits for a decision." in text_of(as_admin.get(DESK))


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
