"""The hosted pages in a real browser: accessible, on a phone, by keyboard, without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from billing.sandbox.server import Sandbox
from tests.browser_fixtures import PHONE
from tests.unit.billing.sandbox.test_api import client, selling  # noqa: F401

NewPage = Callable[..., Page]


@pytest.fixture
def session(
    client: Any,  # noqa: F811
    stripe_sandbox: Sandbox,
) -> Any:
    return client.v1.checkout.sessions.create(
        selling(success_url=f"{stripe_sandbox.url}/?paid", cancel_url=f"{stripe_sandbox.url}/?back")
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    new_page: NewPage,
    assert_accessible: Callable[[Page], None],
    session: Any,
    scheme: str,
) -> None:
    page = new_page(viewport=PHONE, color_scheme=scheme)

    page.goto(session.url)
    assert_accessible(page)
    page.get_by_role("button", name="Pay $150.00").click()
    expect(page.get_by_role("alert")).to_contain_text("Please check the marked fields.")
    assert_accessible(page)
    page.get_by_role("link", name="Use 4000 0025 0000 3155").click()
    page.get_by_role("button", name="Pay $150.00").click()
    expect(page.get_by_role("heading", name="Your bank asks: is it you?")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Fail authentication").click()
    expect(page.get_by_role("alert")).to_contain_text("The bank could not confirm")
    assert_accessible(page)
    page.get_by_role("link", name="Use 4242 4242 4242 4242").click()
    page.get_by_role("button", name="Pay $150.00").click()
    expect(page.get_by_role("heading", name="What the sandbox has seen")).to_be_visible()
    assert_accessible(page)
    page.goto(session.url)
    expect(page.get_by_role("heading", name="This is already done")).to_be_visible()
    assert_accessible(page)


def test_a_phone_never_scrolls_sideways(
    new_page: NewPage, session: Any, stripe_sandbox: Sandbox
) -> None:
    stripe_sandbox.actions.pay(session.id, "4000000000000002")
    page = new_page(viewport={"width": 320, "height": 640})

    for address in (session.url, f"{stripe_sandbox.url}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_by_keyboard_and_without_javascript(
    new_page: NewPage, session: Any, stripe_sandbox: Sandbox
) -> None:
    """Typed as a person types; the browser follows the redirect under the page's own policy."""
    page = new_page(java_script_enabled=False)
    page.goto(session.url)

    page.get_by_label("Card number").focus()
    page.keyboard.type("4242424242424242")
    page.keyboard.press("Tab")
    page.keyboard.type("1230")
    page.keyboard.press("Tab")
    page.keyboard.type("123")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{stripe_sandbox.url}/?paid")
    expect(page.get_by_text("checkout.session.completed")).to_be_visible()
