"""The account pages in a real browser: accessible, within a phone's width, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as HttpClient
from playwright.sync_api import Page, expect

from accounts.models import ParkedForm, Role, User
from tests.browser.walker import too_wide
from tests.browser_fixtures import DESKTOP, PHONE
from tests.factories.accounts import (
    ClientFactory,
    UserFactory,
    add_app,
    newest_code,
    practice,
    sign_in,
)

pytestmark = pytest.mark.django_db(transaction=True)

SHAPES = [(PHONE, "light"), (DESKTOP, "dark")]
TYPED = "somebody.with.a.long.name@gmial.con"
MEANT = "somebody.with.a.long.name@gmail.com"


@pytest.fixture
def visit(new_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """A page of somebody who is signed in already."""

    def open_as(user: User, **options: Any) -> Page:
        page = new_page(base_url=live_server.url, **options)
        session = sign_in(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return open_as


def settle(page: Page, check: Callable[[Page], None]) -> None:
    check(page)
    assert too_wide(page) == []


@pytest.mark.parametrize(("viewport", "scheme"), SHAPES)
def test_the_door_and_the_code(new_page, live_server, assert_accessible, viewport, scheme) -> None:
    page = new_page(base_url=live_server.url, viewport=viewport, color_scheme=scheme)
    page.goto("/accounts/login/?next=/me/details/")
    settle(page, assert_accessible)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("alert")).to_contain_text("Type your e-mail address.")
    settle(page, assert_accessible)
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    settle(page, assert_accessible)
    page.get_by_label("Code from the mail").fill("12")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This is not the code.").first).to_be_visible()
    settle(page, assert_accessible)
    page.get_by_label("Code from the mail").fill(newest_code("ada@example.com"))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="My details")).to_be_visible()
    settle(page, assert_accessible)


@pytest.mark.parametrize(("viewport", "scheme"), SHAPES)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_mistyped_address_is_doubted_once(
    new_page, live_server, assert_accessible, viewport, scheme, scripts
) -> None:
    page = new_page(
        base_url=live_server.url,
        viewport=viewport,
        color_scheme=scheme,
        java_script_enabled=scripts,
    )
    page.goto("/accounts/login/?next=/me/details/")
    address = page.get_by_label("Your e-mail address")
    address.fill(TYPED)
    address.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(f"Did you mean {MEANT}?")
    expect(address).to_have_value(TYPED)
    if scripts:
        expect(page.get_by_role("alert")).to_be_focused()
        settle(page, assert_accessible)
    page.get_by_role("button", name="Yes, use this address").click()
    expect(page.get_by_text(f"We sent a code of eight digits to {MEANT}")).to_be_visible()
    page.get_by_text("No mail yet?").click()
    page.get_by_role("link", name="Use another address").click()

    address.fill(TYPED)
    address.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    address.press("Enter")

    expect(page.get_by_text(f"We sent a code of eight digits to {TYPED}")).to_be_visible()


def test_signing_in_works_without_a_script(new_page, live_server) -> None:
    page = new_page(base_url=live_server.url, java_script_enabled=False)
    page.goto("/accounts/login/?next=/me/details/")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill(newest_code("ada@example.com"))
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", name="My details")).to_be_visible()


@pytest.mark.parametrize(("viewport", "scheme"), SHAPES)
def test_the_pages_of_ones_account(visit, assert_accessible, viewport, scheme) -> None:
    user = ClientFactory(chosen_name="Ade").user
    page = visit(user, viewport=viewport, color_scheme=scheme)
    for path, heading in {
        "/account/security/": "Sign-in and security",
        "/accounts/sessions/": "Where you are signed in",
        "/accounts/email/": "Your e-mail address",
        "/accounts/password/": "Set a password",
        "/account/second-factor/": "Add a second factor",
        "/accounts/2fa/totp/activate/": "Add an authenticator app",
        "/accounts/2fa/webauthn/add/": "Add a passkey",
        "/me/details/": "My details",
    }.items():
        page.goto(path)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        settle(page, assert_accessible)


def test_the_second_step_and_the_page_for_proving_oneself(
    new_page, live_server, assert_accessible
) -> None:
    user = UserFactory(role=Role.THERAPIST)
    add_app(user)
    page = new_page(base_url=live_server.url, viewport=PHONE)
    page.goto("/accounts/login/")
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill(newest_code(user.email))
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    settle(page, assert_accessible)


def test_the_portal_asks_before_it_signs_out_and_stays_when_told(
    visit, settings, assert_accessible
) -> None:
    settings.IDLE_LIMIT_CLIENT_SECONDS = 100  # less than the warning's two minutes
    page = visit(ClientFactory().user)
    page.goto("/me/details/")
    dialog = page.get_by_role("dialog", name="Still there?")
    expect(dialog).to_be_visible()
    settle(page, assert_accessible)

    settings.IDLE_LIMIT_CLIENT_SECONDS = 1800
    with page.expect_response("**/account/keep-alive/") as answer:
        page.get_by_role("button", name="Stay signed in").click()

    assert answer.value.json()["seconds_left"] > 1700
    expect(dialog).to_be_hidden()


def test_words_typed_before_the_end_are_sent_after_signing_in(
    visit, settings, assert_accessible
) -> None:
    settings.IDLE_LIMIT_CLIENT_SECONDS = 6
    user = ClientFactory().user
    page = visit(user)
    page.goto("/me/details/")
    page.evaluate("document.getElementById('session-warning').close()")
    page.get_by_label("The name you go by").fill("Ade, typed in time")
    ended = page.get_by_role("dialog", name="You were signed out")
    expect(ended).to_be_visible(timeout=15_000)
    settle(page, assert_accessible)

    page.get_by_role("button", name="Sign in and go on").click()
    expect(page.get_by_text("You were signed out")).to_be_visible()
    settings.IDLE_LIMIT_CLIENT_SECONDS = 1800
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill(newest_code(user.email))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="We kept what you typed")).to_be_visible()
    settle(page, assert_accessible)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("Your details are saved.")).to_be_visible()

    user.client.refresh_from_db()
    assert user.client.chosen_name == "Ade, typed in time"
    assert not ParkedForm.objects.exists()


def test_a_page_that_stayed_open_over_a_new_sign_in_still_sends(visit, live_server) -> None:
    """Signing in changes the form token; the page takes the newest one from the cookie."""
    user = ClientFactory().user
    page = visit(user)
    page.goto("/me/details/")
    page.get_by_label("The name you go by").fill("Ade")
    other = page.context.new_page()
    other.goto("/accounts/logout/")
    other.get_by_role("button", name="Sign out").last.click()
    other.goto("/accounts/login/")
    other.get_by_label("Your e-mail address").fill(user.email)
    other.get_by_role("button", name="Send me a code").click()
    other.get_by_label("Code from the mail").fill(newest_code(user.email))
    other.get_by_role("button", name="Go on").click()
    expect(other.get_by_role("button", name="Sign out").first).to_be_visible()

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Your details are saved.")).to_be_visible()


def test_too_many_tries_and_too_young_are_told_kindly(
    new_page, live_server, visit, assert_accessible
) -> None:
    practice(phone="212 555 0199")
    for _ in range(5):
        HttpClient().post("/accounts/login/", {"email": "ada@example.com"})
    page = new_page(base_url=live_server.url, viewport=PHONE)
    page.goto("/accounts/login/")
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="A little slower, please")).to_be_visible()
    settle(page, assert_accessible)

    page = visit(UserFactory(), viewport=PHONE)
    page.goto("/me/details/")
    page.get_by_label("Your legal name").fill("Kim Example")
    page.get_by_label("Your date of birth").fill("2012-05-01")
    page.get_by_label("Your phone number").fill("212 555 0100")
    page.get_by_label("The state you will be in during sessions").select_option("NY")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="212 555 0199").first).to_be_visible()
    settle(page, assert_accessible)
