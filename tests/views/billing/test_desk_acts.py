"""Every act of the billing desk, once, with its audit event."""

from uuid import uuid4

import pytest
from django.test import Client as Browser

from accounts.models import User
from billing.models import (
    Charge,
    ChargeStatus,
    Payment,
    Refund,
    TaskKind,
)
from billing.sandbox.server import Sandbox
from billing.sandbox.switches import Fault
from billing.services import attention, checkout, ledger
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent
from tests.factories.booking import NOW
from tests.views.billing.desk_pages import DESK, a_fee, attempt_on, page_of, paid, text_of


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


def test_where_nothing_is_owed_no_payment_is_entered(
    as_admin: Browser, charge: Charge, admin: User
) -> None:
    paid(charge, admin)
    form = {"attempt": str(uuid4()), "method": "cash", "amount": "10"}

    response = as_admin.post(page_of("record", charge), form)

    assert response.status_code == 422
    assert "Nothing is owed for this any more." in text_of(response)
    assert Payment.objects.count() == 1


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
