"""The billing admin's desk: money, and not one word about anybody's health."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import booking_steps
from tests.browser.walker import Walker
from tests.browser_fixtures import DESKTOP, PHONE
from tests.servers.portal import Portal

CLIENT = "Billy Sample"
CLINICAL = re.compile(
    r"EMDR|PHQ|GAD|PCL|trauma|therap(y|ies|ist)\b|diagnos|symptom|intake|anxiety|depress|self-harm",
    re.IGNORECASE,
)
SERVICE = "EMDR session"  # what was sold stands on every bill; nothing more


def test_a_card_payment_is_given_back_in_part(
    walk: Callable[..., Walker], walk_as: Callable[..., Walker], whole_portal: Portal
) -> None:
    client = walk()
    booking_steps.book(
        client, whole_portal, slug="intake-session", email="billy@example.com", name=CLIENT
    )
    booking_steps.pay_by_card(client)

    admin = walk_as("billing")
    page = admin.page
    admin.open("/billing/", "Billing desk")
    says_nothing_clinical(page)
    admin.type("Client's name", "Billy")
    admin.press("Search")
    expect(page.get_by_text("1 found")).to_be_visible()
    admin.look("Found")
    admin.follow(re.compile(f"^Session on .*{CLIENT}"))
    admin.arrive(re.compile("^Session on"))
    says_nothing_clinical(page)

    admin.follow("Give back")
    admin.arrive(re.compile("Give"))
    admin.type("Amount to give back", "9999")
    admin.page.get_by_role("button", name=re.compile("^Give")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    admin.look("Too much")
    admin.type("Amount to give back", "60.50")
    page.get_by_label("Yes, give this amount back.").check()
    admin.page.get_by_role("button", name=re.compile("^Give")).click()
    admin.arrive(re.compile("^Session on"))
    expect(page.get_by_text("$60.50").first).to_be_visible()
    page.set_viewport_size(PHONE)
    admin.look("Charge on a phone")
    page.set_viewport_size(DESKTOP)

    page.goto("/billing/")
    for kind in ("charges", "payments"):
        rows = csv_of(page, f"all {kind} (CSV)")
        assert CLIENT in rows
        assert clinical_words(rows) == []
    admin.look("Billing desk")


def csv_of(page: Page, link: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return download.value.path().read_text()


def says_nothing_clinical(page: Page) -> None:
    assert clinical_words(page.get_by_role("main").inner_text()) == []


def clinical_words(text: str) -> list[str]:
    return [found[0] for found in CLINICAL.finditer(text.replace(SERVICE, ""))]


def test_the_desk_on_a_phone(walk_as: Callable[..., Walker]) -> None:
    admin = walk_as("billing", viewport=PHONE, color_scheme="dark")
    page = admin.page
    admin.open("/billing/", "Billing desk")
    for tab in ("Paid", "Fees to approve", "All", "Open"):
        link = page.get_by_role("link", name=tab, exact=True)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        admin.look(tab)
        says_nothing_clinical(page)
    page.get_by_role("link", name=re.compile("Tomás Sample")).first.click()
    admin.arrive(re.compile("^Session on"))
    says_nothing_clinical(page)
    admin.follow("Waive")
    admin.arrive(re.compile("Waive"))
    says_nothing_clinical(page)
