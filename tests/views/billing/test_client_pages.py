"""What a client sees of their money, and that nobody else does."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing import card_notice
from billing.models import Charge, ChargeKind, Payment, PaymentMethod
from billing.sandbox.server import Sandbox
from billing.sandbox.switches import Fault
from billing.services import charges, checkout, desk_payments, estimates, refunds
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent
from tests.factories.billing import a_charge, an_admin, let_the_worker_work
from tests.factories.booking import NOW, ClientFactory


def text_of(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def paid_at_the_desk(charge: Charge, cents: int = 150_00) -> Payment:
    return desk_payments.record(
        charge=charge,
        method=PaymentMethod.CASH,
        amount_cents=cents,
        attempt=uuid4(),
        by=an_admin(),
        now=utc_now(),
    )


def test_the_list_says_what_is_open_and_why(as_client: Browser) -> None:
    page = text_of(as_client.get(reverse("billing:payments")))

    assert "$150 is open. You can pay by card now, or after the session in another way." in page
    assert "Session on January 4, 2027" in page
    assert "The price you saw when you booked." in page
    assert "Pay $150" in page


def test_the_list_shows_what_was_paid_given_back_and_the_receipt(
    as_client: Browser, charge: Charge
) -> None:
    payment = paid_at_the_desk(charge)
    refunds.request(
        payment=payment, amount_cents=50_00, attempt=uuid4(), by=an_admin(), now=utc_now()
    )
    let_the_worker_work()

    page = text_of(as_client.get(reverse("billing:payments")))

    assert "Nothing is open. Thank you." in page
    assert "$150 paid on" in page
    assert "Cash. $50 was given back." in page
    assert reverse("billing:receipt", args=[payment.receipt.public_id]) in page


def test_a_part_that_was_paid_leaves_the_rest_open(as_client: Browser, charge: Charge) -> None:
    paid_at_the_desk(charge, 100_00)

    page = text_of(as_client.get(reverse("billing:payments")))

    assert "Partly paid" in page
    assert "$50 is still open" in page
    assert "Pay $50" in page


def test_what_was_paid_for_a_cancelled_session_is_a_credit(
    as_client: Browser, charge: Charge
) -> None:
    paid_at_the_desk(charge)
    charges.take_back(charge=charge, reason="Cancelled in time", by=an_admin(), now=utc_now())

    page = text_of(as_client.get(reverse("billing:payments")))

    assert "You have paid $150 more than is owed." in page
    assert "Nothing is open. Thank you." in page


def test_an_empty_list_says_what_will_come(db: None) -> None:
    browser = Browser()
    browser.force_login(ClientFactory().user)

    page = text_of(browser.get(reverse("billing:payments")))

    assert "Nothing to pay" in page


def test_a_proposed_fee_is_not_shown_before_it_is_approved(
    as_client: Browser, charge: Charge
) -> None:
    fee = charges.propose_fee(
        appointment=charge.appointment, kind=ChargeKind.LATE_CANCEL_FEE, by=None, now=NOW
    )
    assert fee is not None

    before = text_of(as_client.get(reverse("billing:payments")))
    pay_before = as_client.get(reverse("billing:pay", args=[fee.public_id]))
    charges.approve(charge=fee, by=an_admin(), now=NOW)
    after = text_of(as_client.get(reverse("billing:payments")))

    assert "Late cancellation" not in before
    assert pay_before.status_code == 404
    assert "Late cancellation, January 4, 2027" in after


def test_the_card_notice_has_every_element_and_an_unticked_box(
    as_client: Browser, charge: Charge
) -> None:
    page = text_of(as_client.get(reverse("billing:pay", args=[charge.public_id])))

    for words in (
        "no longer treats what you owe as medical debt",
        "wages can’t be garnished",
        "no lien can be placed on your home",
        "can’t be reported to credit bureaus",
        "the interest on it is limited",
        "Pay after the session",
        "Your appointment stands either way",
    ):
        assert words in page
    assert 'type="checkbox"' in page
    assert "checked" not in page


def test_without_the_tick_nothing_happens_and_it_is_said_at_the_box(
    as_client: Browser, charge: Charge
) -> None:
    response = as_client.post(
        reverse("billing:pay", args=[charge.public_id]), {"version": card_notice.VERSION}
    )

    assert response.status_code == 422
    assert "Please tick this box if you want to pay by card." in text_of(response)
    assert 'aria-describedby="id_acknowledged_error"' in text_of(response)
    assert not Payment.objects.exists()


def test_a_notice_that_changed_meanwhile_has_to_be_read_again(
    as_client: Browser, charge: Charge
) -> None:
    response = as_client.post(
        reverse("billing:pay", args=[charge.public_id]),
        {"acknowledged": "on", "version": "2020-01"},
    )

    assert response.status_code == 422
    assert "The notice has changed. Please read it again." in text_of(response)
    assert not Payment.objects.exists()


def test_what_is_paid_cannot_be_paid_again(as_client: Browser, charge: Charge) -> None:
    paid_at_the_desk(charge)

    page = as_client.get(reverse("billing:pay", args=[charge.public_id]))
    posted = as_client.post(
        reverse("billing:pay", args=[charge.public_id]),
        {"acknowledged": "on", "version": card_notice.VERSION},
    )

    for response in (page, posted):
        assert (response.status_code, response["Location"]) == (303, reverse("billing:payments"))
    assert Payment.objects.count() == 1


def test_coming_back_shows_paid_and_then_the_receipt(
    as_client: Browser, charge: Charge, stripe_sandbox: Sandbox
) -> None:
    payment = checkout.start(
        charge=charge, notice_version="test", by=charge.client.user, now=utc_now()
    )
    stripe_sandbox.actions.pay(payment.checkout_session or "")
    address = reverse("billing:payment_return", args=[payment.public_id])

    first = text_of(as_client.get(address))
    let_the_worker_work()
    second = text_of(as_client.get(address))

    assert "Thank you. $150 is paid." in first
    assert "Visa ending in 4242" in first
    assert "will be in your payments in a moment" in first
    assert "Open the receipt (PDF)" in second


def test_while_stripe_is_silent_the_page_keeps_asking(
    as_client: Browser, charge: Charge, stripe_sandbox: Sandbox
) -> None:
    payment = checkout.start(
        charge=charge, notice_version="test", by=charge.client.user, now=utc_now()
    )
    stripe_sandbox.actions.pay(payment.checkout_session or "")
    address = reverse("billing:payment_return", args=[payment.public_id])
    stripe_sandbox.switches.faults = [Fault("GET /v1/checkout", "close_before", times=3)]

    silent = text_of(as_client.get(address))
    partial = text_of(as_client.get(address, headers={"HX-Request": "true"}))

    assert "We are checking your payment" in silent
    assert "Please don’t pay again" in silent
    assert f'hx-get="{address}"' in silent
    assert 'hx-trigger="every 3s"' in silent
    assert "Look again" in silent
    assert "Thank you. $150 is paid." in partial
    assert "<html" not in partial
    assert "hx-trigger" not in partial


def test_the_return_page_believes_no_query_string(
    as_client: Browser, charge: Charge, stripe_sandbox: Sandbox
) -> None:
    payment = checkout.start(
        charge=charge, notice_version="test", by=charge.client.user, now=utc_now()
    )

    page = text_of(
        as_client.get(
            reverse("billing:payment_return", args=[payment.public_id]),
            {"session_id": "cs_paid", "status": "paid"},
        )
    )

    assert "Not paid yet" in page
    payment.refresh_from_db()
    assert payment.state == "pending"


def test_a_receipt_opens_as_pdf_and_the_reading_is_kept(as_client: Browser, charge: Charge) -> None:
    payment = paid_at_the_desk(charge)
    let_the_worker_work()

    response = as_client.get(reverse("billing:receipt", args=[payment.receipt.public_id]))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="receipt-1.pdf"'
    assert response.content.startswith(b"%PDF-")
    assert "no-store" in response["Cache-Control"]
    assert AuditEvent.objects.get(action="receipt.read").actor_id == charge.client.user_id


def test_an_estimate_opens_as_pdf_once_it_is_drawn(as_client: Browser, charge: Charge) -> None:
    estimate = estimates.issue_for_appointment(
        appointment=charge.appointment, by=None, now=utc_now()
    )
    address = reverse("billing:estimate", args=[estimate.public_id])

    before = as_client.get(address)
    let_the_worker_work()
    after = as_client.get(address)

    assert before.status_code == 404
    assert after.content.startswith(b"%PDF-")


Address = Callable[[Charge], str]


def _receipt(charge: Charge) -> str:
    payment = paid_at_the_desk(charge)
    let_the_worker_work()
    return reverse("billing:receipt", args=[payment.receipt.public_id])


def _estimate(charge: Charge) -> str:
    made = estimates.issue_for_appointment(appointment=charge.appointment, by=None, now=utc_now())
    let_the_worker_work()
    return reverse("billing:estimate", args=[made.public_id])


def _return(charge: Charge) -> str:
    payment = paid_at_the_desk(charge)
    return reverse("billing:payment_return", args=[payment.public_id])


def _pay(charge: Charge) -> str:
    return reverse("billing:pay", args=[charge.public_id])


@pytest.mark.parametrize("address", [_pay, _return, _receipt, _estimate])
def test_somebody_elses_money_does_not_exist(as_client: Browser, address: Address) -> None:
    others = address(a_charge())

    assert as_client.get(others).status_code == 404
    assert as_client.post(others, {"acknowledged": "on"}).status_code in (404, 405)


def test_somebody_elses_charge_cannot_be_paid(as_client: Browser) -> None:
    others = a_charge()

    response = as_client.post(
        reverse("billing:pay", args=[others.public_id]),
        {"acknowledged": "on", "version": card_notice.VERSION},
    )

    assert response.status_code == 404
    assert not Payment.objects.exists()


@pytest.mark.parametrize("address", [_pay, _return, _receipt, _estimate])
def test_staff_have_no_business_on_a_clients_pages(
    as_admin: Browser, charge: Charge, address: Address
) -> None:
    assert as_admin.get(address(charge)).status_code == 404
