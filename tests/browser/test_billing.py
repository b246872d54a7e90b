"""Money, seen by a real browser: paying by card on the sandbox's page, and the billing desk."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import Page, expect

import billing.tasks  # noqa: F401 - registers the effects
import portal.shared.tasks  # noqa: F401 - registers the effect that sends mail
from accounts.models import Role, User
from billing.models import Charge, ChargeKind, Payment, PaymentMethod
from billing.sandbox.server import Sandbox
from billing.services import charges, desk_payments, refunds
from portal.shared.clock import utc_now
from tests.browser.walker import in_every_light, too_wide
from tests.browser_fixtures import PHONE
from tests.factories.accounts import UserFactory, add_app
from tests.factories.billing import a_charge, let_the_worker_work
from tests.factories.booking import NOW, ClientFactory

pytestmark = pytest.mark.django_db(transaction=True)
Check = Callable[..., None]
Open = Callable[..., Page]


@pytest.fixture
def charge(db: None) -> Charge:
    return a_charge(150_00, client=ClientFactory(legal_name="Noor Haddad"))


@pytest.fixture
def admin(db: None) -> User:
    user: User = UserFactory(role=Role.BILLING_ADMIN)
    add_app(user)
    return user


@pytest.fixture
def open_as(new_page: Open, live_server: Any, settings: Any, stripe_sandbox: Sandbox) -> Open:
    settings.PORTAL_URL = live_server.url
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": directives | {"form-action": ["'self'", stripe_sandbox.url]}
    }

    def visit(user: User, **options: Any) -> Page:
        browser = Browser()
        browser.force_login(user)
        page = new_page(base_url=live_server.url, **options)
        cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value}
        page.context.add_cookies([cookie | {"url": live_server.url}])  # type: ignore[list-item]
        return page

    return visit


def address(name: str, thing: Charge | Payment) -> str:
    return reverse(f"billing:{name}", args=[thing.public_id])


def look(page: Page, path: str, check: Check) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look_as_it_stands(page, check)


def look_as_it_stands(page: Page, check: Check) -> None:
    for width, _, rules in in_every_light(page):
        assert too_wide(page) == [], (page.url, width)
        check(page, rules)


def test_the_clients_pages_are_accessible_and_fit(
    open_as: Open, assert_accessible: Check, charge: Charge
) -> None:
    page = open_as(charge.client.user)

    look(page, reverse("billing:payments"), assert_accessible)
    look(page, address("pay", charge), assert_accessible)
    page.get_by_role("button", name="Go to the payment page").click()

    expect(page.get_by_role("alert")).to_contain_text("Please tick this box")
    look_as_it_stands(page, assert_accessible)


def test_the_desk_is_accessible_and_fits(
    open_as: Open,
    assert_accessible: Check,
    charge: Charge,
    admin: User,
) -> None:
    payment = desk_payments.record(
        charge=charge,
        method=PaymentMethod.CASH,
        amount_cents=100_00,
        attempt=uuid4(),
        by=admin,
        now=utc_now(),
    )
    refunds.request(payment=payment, amount_cents=1, attempt=uuid4(), by=admin, now=utc_now())
    fee = charges.propose_fee(
        appointment=charge.appointment, kind=ChargeKind.NO_SHOW_FEE, by=None, now=NOW
    )
    assert fee is not None
    page = open_as(admin)

    for path in (
        reverse("billing:desk"),
        address("desk_charge", charge),
        address("desk_charge", fee),
        address("approve", fee),
        address("waive", charge),
        address("record", charge),
        address("refund", payment),
    ):
        look(page, path, assert_accessible)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_client_pays_by_card_and_holds_the_receipt(
    open_as: Open, assert_accessible: Check, charge: Charge, script: bool
) -> None:
    page = open_as(charge.client.user, viewport=PHONE, java_script_enabled=script)
    page.goto(reverse("billing:payments"))
    page.get_by_role("link", name="Pay $150").click()
    page.get_by_label("I have read this and choose to pay by card.").check()
    page.get_by_role("button", name="Go to the payment page").click()

    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 30")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. $150 is paid.")
    let_the_worker_work()
    page.goto(reverse("billing:payments"))
    expect(page.get_by_text("Nothing is open. Thank you.")).to_be_visible()
    receipt = page.get_by_role("link", name="Receipt for Session on January 4, 2027 (PDF)")
    answer = page.request.get(receipt.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_the_admin_finds_a_client_and_gives_money_back(
    open_as: Open, charge: Charge, admin: User
) -> None:
    page = open_as(admin)
    page.goto(reverse("billing:desk"))
    page.get_by_label("Client's name").fill("noor")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Session on January 4, 2027").click()
    page.get_by_role("link", name="Enter a payment").click()
    page.get_by_label("Check").check()
    page.get_by_role("button", name="Enter the payment").click()
    page.get_by_role("link", name="Give back").click()
    page.get_by_label("Amount to give back").fill("50")
    page.get_by_label("Yes, give this amount back.").check()
    page.get_by_role("button", name="Give it back").click()

    expect(page.get_by_role("status").first).to_contain_text("The refund is on its way.")
    expect(page.get_by_text("$50 given back on")).to_be_visible()
