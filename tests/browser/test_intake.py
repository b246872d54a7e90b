"""Filling in the intake in a real browser: saved as it is typed, and nothing lost on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import Page, expect

from intake.fhir.answers import Answer
from intake.models import Intake, SafetyAlert
from tests.browser.intake_steps import SAVED, mark
from tests.browser.walker import in_every_light, too_wide
from tests.factories.accounts import add_app
from tests.factories.intake import an_intake, answer, response_to

pytestmark = pytest.mark.django_db(transaction=True)
NOT_SAVED = "Not saved yet"


@pytest.fixture
def intake() -> Intake:
    return an_intake("what-brings-you", "earlier-therapy", "phq-9")


def cookie_of(user: Any, base_url: str) -> dict[str, Any]:
    browser = Browser()
    browser.force_login(user)
    return {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": base_url}


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    def sign(page: Page, user: Any) -> None:
        page.context.add_cookies([cookie_of(user, live_server.url)])

    return sign


@pytest.fixture
def client_page(page: Page, intake: Intake, sign_in: Callable[[Page, Any], None]) -> Page:
    sign_in(page, intake.client.user)
    return page


def url_of(intake: Intake, part: str, section: str) -> str:
    return reverse("intake:section", args=[intake.public_id, part, section])


def box(page: Page, name: str) -> Any:
    return page.get_by_role("textbox", name=name)


def kept(intake: Intake, part: str, link_id: str) -> Answer | None:
    return response_to(intake, part).given().get(link_id)


HEADLINE = "What would its headline be?"
REASON = "What brings you here, and why now?"


def test_answers_are_saved_as_they_are_given_and_bring_up_questions(
    client_page: Page, intake: Intake
) -> None:
    client_page.goto(url_of(intake, "what-brings-you", "what-happened"))
    expect(box(client_page, HEADLINE)).to_have_count(0)

    client_page.get_by_role("radio", name="Yes").first.check()
    expect(mark(client_page)).to_contain_text(SAVED)
    box(client_page, HEADLINE).fill("The accident")
    expect(client_page.locator("[id='q-event-headline:revision']")).to_have_value("1")

    assert kept(intake, "what-brings-you", "event-headline") == Answer(("The accident",))
    client_page.get_by_role("radio", name="No", exact=True).first.check()
    expect(box(client_page, HEADLINE)).to_have_count(0)


def test_a_dropped_network_loses_nothing_and_goes_on_by_itself(
    client_page: Page, intake: Intake
) -> None:
    client_page.goto(url_of(intake, "what-brings-you", "now"))
    client_page.context.set_offline(True)
    box(client_page, REASON).fill("Typed in the tunnel")
    expect(mark(client_page)).to_contain_text(NOT_SAVED)

    client_page.get_by_role("button", name="Save and go on").click()
    expect(mark(client_page)).to_contain_text(NOT_SAVED)
    client_page.context.set_offline(False)

    client_page.wait_for_url("**/what-happened/")
    assert kept(intake, "what-brings-you", "reason") == Answer(("Typed in the tunnel",))


def test_a_link_pressed_in_mid_sentence_waits_for_the_save(
    client_page: Page, intake: Intake
) -> None:
    client_page.goto(url_of(intake, "what-brings-you", "now"))
    box(client_page, REASON).press_sequentially("Half a sent")

    client_page.get_by_role("link", name="your intake", exact=True).click()

    expect(client_page.get_by_role("heading", name="Your intake")).to_be_visible()
    assert kept(intake, "what-brings-you", "reason") == Answer(("Half a sent",))


def test_an_ended_session_loses_nothing(
    client_page: Page, intake: Intake, sign_in: Callable[[Page, Any], None]
) -> None:
    client_page.goto(url_of(intake, "what-brings-you", "now"))
    client_page.context.clear_cookies(name="sessionid")
    box(client_page, REASON).fill("Typed while signed out")
    dialog = client_page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_be_visible()
    assert kept(intake, "what-brings-you", "reason") is None

    sign_in(client_page, intake.client.user)
    client_page.get_by_role("button", name="I have signed in").click()

    expect(mark(client_page)).to_contain_text(SAVED)
    expect(dialog).to_be_hidden()
    assert kept(intake, "what-brings-you", "reason") == Answer(("Typed while signed out",))


def test_two_windows_keep_both_versions(client_page: Page, intake: Intake) -> None:
    other = client_page.context.new_page()
    for window in (client_page, other):
        window.goto(url_of(intake, "what-brings-you", "now"))
    box(client_page, REASON).fill("From one")
    expect(mark(client_page)).to_contain_text(SAVED)

    box(other, REASON).fill("From the other")
    expect(mark(other)).to_contain_text("One answer has two versions")
    other.get_by_role("button", name="Keep both, one below the other").click()

    expect(box(other, REASON)).to_have_value("From one\n\nFrom the other")


def test_item_9_is_answered_with_someone_to_talk_to(client_page: Page, intake: Intake) -> None:
    client_page.goto(url_of(intake, "phq-9", "questions"))
    item_9 = client_page.get_by_role("group", name="9. Thoughts that you would be better off dead")

    item_9.get_by_role("radio", name="Several days").check()

    expect(client_page.get_by_role("link", name="Call 988")).to_be_visible()
    assert SafetyAlert.objects.count() == 1
    client_page.get_by_role("button", name="Save and go on").click()
    client_page.wait_for_url("**/support/phq-9/questions/")
    expect(client_page.get_by_role("link", name="Call 988")).to_be_visible()


def test_every_page_is_accessible_and_fits(
    new_page: Callable[..., Page],
    live_server: Any,
    sign_in: Callable[[Page, Any], None],
    assert_accessible: Callable[..., None],
    intake: Intake,
) -> None:
    answer(response_to(intake, "phq-9"), "44260-8", "LA6569-3")
    answer(response_to(intake, "earlier-therapy"), "before", "yes")
    therapist = intake.appointment.practitioner.user
    add_app(therapist)
    for user, urls in (
        (intake.client.user, client_urls(intake)),
        (therapist, therapist_urls(intake)),
    ):
        page = new_page(base_url=live_server.url)
        sign_in(page, user)
        for url in urls:
            page.goto(url)
            for width, _, rules in in_every_light(page):
                assert too_wide(page) == [], (url, width)
                assert_accessible(page, rules)


def client_urls(intake: Intake) -> list[str]:
    return [
        reverse("intake:overview", args=[intake.public_id]),
        url_of(intake, "what-brings-you", "what-happened"),
        url_of(intake, "earlier-therapy", "ending"),
        url_of(intake, "phq-9", "questions"),
        reverse("intake:support", args=[intake.public_id, "phq-9", "questions"]),
        reverse("intake:check", args=[intake.public_id]),
    ]


def therapist_urls(intake: Intake) -> list[str]:
    alert = SafetyAlert.objects.get()
    return [
        reverse("intake:therapist_intake", args=[intake.public_id]),
        reverse("intake:therapist_alerts"),
        reverse("intake:therapist_alert", args=[alert.public_id]),
    ]
