"""Sessions end, networks drop, two windows are open at once: what was typed is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from intake.fhir.answers import Answer
from intake.models import Intake
from tests.browser.intake_steps import SAVED, mark
from tests.browser.walker import Walker
from tests.factories.accounts import newest_code, sign_in
from tests.factories.intake import an_intake, response_to

pytestmark = pytest.mark.django_db(transaction=True)

HALF_AN_HOUR = 30 * 60
LONGER_THAN_A_RETRY_MS = 20_000
REASON = "What brings you here, and why now?"
HARDEST = "When is it hardest, and what happens then?"
STORY = "It began on the stairs.\n\nI have not told anybody yet."


@pytest.fixture
def intake() -> Intake:
    return an_intake("what-brings-you")


@pytest.fixture
def open_intake(
    new_page: Callable[..., Page],
    live_server: Any,
    settings: Settings,
    intake: Intake,
    assert_accessible: Callable[[Page], None],
) -> Callable[..., Walker]:
    """The client, signed in, at the first page of the intake."""
    settings.PORTAL_URL = live_server.url

    def begin(**options: Any) -> Walker:
        page = new_page(base_url=live_server.url, **options)
        session = sign_in(intake.client.user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(section(intake))
        return Walker(page, assert_accessible, "nothing-lost")

    return begin


def section(intake: Intake) -> str:
    return reverse("intake:section", args=[intake.public_id, "what-brings-you", "now"])


def kept(intake: Intake, link_id: str) -> str:
    answer = response_to(intake, "what-brings-you").given().get(link_id, Answer())
    return str(answer.values[0]) if answer.values else ""


def box(page: Page, name: str) -> Any:
    return page.get_by_role("textbox", name=name)


def sign_in_again(page: Page, email: str) -> None:
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    page.get_by_label("Code from the mail").fill(newest_code(email))
    page.get_by_role("button", name="Go on").click()


def test_a_session_that_ends_while_typing_waits_for_a_new_sign_in(
    open_intake: Callable[..., Walker], intake: Intake, settings: Settings
) -> None:
    walker = open_intake()
    page = walker.page
    settings.IDLE_LIMIT_CLIENT_SECONDS = 0
    box(page, REASON).fill(STORY)
    dialog = page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_be_visible()
    walker.look("Please sign in again")
    assert kept(intake, "reason") == ""

    settings.IDLE_LIMIT_CLIENT_SECONDS = HALF_AN_HOUR
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in in a new window").click()
    sign_in_again(opened.value, intake.client.user.email)
    expect(opened.value.get_by_role("button", name="Sign out").first).to_be_visible()
    opened.value.close()
    dialog.get_by_role("button", name="I have signed in").click()

    expect(mark(page)).to_contain_text(SAVED, timeout=LONGER_THAN_A_RETRY_MS)
    expect(dialog).to_be_hidden()
    expect(box(page, REASON)).to_have_value(STORY)
    assert kept(intake, "reason") == STORY


def test_without_a_script_a_form_sent_too_late_comes_back_after_signing_in(
    open_intake: Callable[..., Walker], intake: Intake, settings: Settings
) -> None:
    page = open_intake(java_script_enabled=False).page
    box(page, REASON).fill(STORY)
    settings.IDLE_LIMIT_CLIENT_SECONDS = 0
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("You were signed out")).to_be_visible()
    assert kept(intake, "reason") == ""

    settings.IDLE_LIMIT_CLIENT_SECONDS = HALF_AN_HOUR
    sign_in_again(page, intake.client.user.email)
    expect(page.get_by_role("heading", name="We kept what you typed")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()

    expect(page.get_by_role("heading", name="Something that happened")).to_be_visible()
    assert kept(intake, "reason") == STORY


def test_words_typed_without_a_network_are_saved_when_it_is_back(
    open_intake: Callable[..., Walker], intake: Intake
) -> None:
    walker = open_intake()
    page = walker.page
    page.context.set_offline(True)
    box(page, REASON).fill(STORY)
    expect(mark(page)).to_contain_text("Not saved yet")
    box(page, HARDEST).fill("At four in the morning.")
    page.get_by_label("Some months").check()
    walker.look("Not saved yet")
    assert kept(intake, "reason") == ""

    page.context.set_offline(False)

    expect(mark(page)).to_contain_text(SAVED)
    expect(mark(page)).not_to_contain_text("Not saved")
    assert kept(intake, "reason") == STORY
    assert kept(intake, "hardest") == "At four in the morning."


def test_two_windows_on_one_page_keep_what_each_of_them_wrote(
    open_intake: Callable[..., Walker], intake: Intake
) -> None:
    page = open_intake().page
    other = page.context.new_page()
    other.goto(section(intake))
    box(page, REASON).fill("From the first window")
    expect(mark(page)).to_contain_text(SAVED)
    box(other, HARDEST).fill("From the second window")
    expect(mark(other)).to_contain_text(SAVED)

    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="Something that happened")).to_be_visible()
    other.get_by_role("button", name="Save and go on").click()
    expect(other.get_by_role("heading", name="Something that happened")).to_be_visible()

    assert kept(intake, "reason") == "From the first window"
    assert kept(intake, "hardest") == "From the second window"
