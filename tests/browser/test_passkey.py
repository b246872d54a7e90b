"""A passkey from enrolment to signing in, with Chromium's virtual authenticator."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from accounts.models import Role
from tests.factories.accounts import UserFactory, newest_code

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def local_page(new_page: Callable[..., Page], live_server: Any, settings: Any) -> Page:
    """WebAuthn wants a host name, not an address: localhost counts as secure."""
    settings.PORTAL_URL = live_server.url.replace("127.0.0.1", "localhost")
    return new_page(base_url=settings.PORTAL_URL)


@pytest.fixture
def device(local_page: Page) -> Any:
    """A built-in authenticator whose owner always agrees."""
    session = local_page.context.new_cdp_session(local_page)
    session.send("WebAuthn.enable")
    answer = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, answer["authenticatorId"]


def sign_in_by_code(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/accounts/login/code/")
    page.get_by_label("Code from the mail").fill(newest_code(email))
    page.get_by_role("button", name="Go on").click()


def test_a_therapist_enrols_a_passkey_and_signs_in_with_it(
    local_page: Page, device: Any, assert_accessible: Callable[[Page], None]
) -> None:
    page, user = local_page, UserFactory(role=Role.THERAPIST)
    sign_in_by_code(page, user.email)
    expect(page.get_by_role("heading", name="Add a second factor")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="A passkey").click()
    assert_accessible(page)
    page.get_by_label("A name for this passkey").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="0").first).to_be_visible()
    assert_accessible(page)
    authenticator = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    assert (authenticator.user, authenticator.wrap().name) == (user, "Laptop")

    page.goto("/account/security/")
    expect(page.get_by_role("link", name="Remove Laptop")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Sign out").first.click()
    page.goto("/accounts/login/?next=/account/security/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Sign-in and security")).to_be_visible(timeout=15_000)


def test_a_passkey_is_the_second_step_after_a_code(local_page: Page, device: Any) -> None:
    page, user = local_page, UserFactory(role=Role.BILLING_ADMIN)
    sign_in_by_code(page, user.email)
    page.get_by_role("link", name="A passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.context.clear_cookies()

    sign_in_by_code(page, user.email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url(lambda url: "/2fa/" not in url)
    page.goto("/account/security/")

    expect(page.get_by_role("heading", name="Sign-in and security")).to_be_visible()


def test_a_device_that_says_no_is_told_in_words(local_page: Page, device: Any) -> None:
    session, authenticator_id = device
    page, user = local_page, UserFactory(role=Role.THERAPIST)
    sign_in_by_code(page, user.email)
    session.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": authenticator_id, "isUserVerified": False},
    )

    page.get_by_role("link", name="A passkey").click()
    page.get_by_role("button", name="Add a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    assert not Authenticator.objects.exists()
