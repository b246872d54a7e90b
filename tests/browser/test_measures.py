"""A form by itself in a real browser: filled in, sent, put off; and the therapist's charts."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Client
from booking.models import Practitioner
from intake.models import Measure, SafetyAlert
from tests.browser.intake_steps import SAVED, choose, mark
from tests.browser.walker import in_every_light, too_wide
from tests.factories.accounts import add_app
from tests.factories.booking import NOW
from tests.factories.measures import a_pair, a_sent_form, an_open_form

pytestmark = pytest.mark.django_db(transaction=True)
Pair = tuple[Client, Practitioner]
FIRST, LAST = "Little interest", "Thoughts that you would be better off dead"


@pytest.fixture
def pair() -> Pair:
    return a_pair()


@pytest.fixture
def look(assert_accessible: Callable[..., None]) -> Callable[[Page], None]:
    """In every light, by axe, and nothing scrolls sideways."""

    def at(page: Page) -> None:
        for width, _, rules in in_every_light(page):
            assert too_wide(page) == [], (page.url, width)
            assert_accessible(page, rules)

    return at


@pytest.fixture
def window(new_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """Somebody's own, signed in."""

    def of(user: Any, **options: Any) -> Page:
        browser = Browser()
        browser.force_login(user)
        page = new_page(base_url=live_server.url, **options)
        cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": live_server.url}])
        return page

    return of


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def test_a_form_is_filled_in_and_sent(
    window: Callable[..., Page], look: Callable[[Page], None], pair: Pair
) -> None:
    an_open_form(pair=pair)
    page = window(pair[0].user)
    page.goto("/me/")
    page.get_by_role("link", name="See the form").click()
    heading(page, "Your forms")
    look(page)
    page.get_by_role("link", name="Fill it in").click()
    heading(page, "The last two weeks: how you have been")
    look(page)
    choose(page, FIRST, "Several days")
    expect(mark(page)).to_contain_text(SAVED)
    choose(page, LAST, "Several days")
    expect(page.get_by_role("link", name="Call 988")).to_be_visible()
    assert SafetyAlert.objects.get().practitioner == pair[1]
    page.get_by_role("button", name="Save and go on").last.click()
    heading(page, "Before you go on")
    look(page)
    page.get_by_role("link", name="Go on with the form").click()
    heading(page, "Check your answers")
    look(page)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_text("Thank you. Your answers are with your therapist.")).to_be_visible()
    page.get_by_role("link", name="Your answers").click()
    heading(page, "Your answers")
    expect(page.get_by_text("Several days")).to_have_count(2)
    look(page)


def test_without_a_script_it_can_be_filled_in_and_put_off(
    window: Callable[..., Page], pair: Pair
) -> None:
    an_open_form(pair=pair)
    page = window(pair[0].user, java_script_enabled=False)
    page.goto("/forms/")
    page.get_by_role("link", name="Fill it in").click()
    choose(page, FIRST, "Several days")
    page.locator(".actions").get_by_role("button", name="Save and go on").click()
    heading(page, "Check your answers")
    page.get_by_role("link", name="Not yet").click()
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_text("That is fine. You can take it up again.")).to_be_visible()
    page.get_by_role("button", name="Take it up again").click()
    expect(page.get_by_role("link", name="Fill it in")).to_be_visible()
    assert Measure.objects.get().response.answers.count() == 1


def test_the_therapist_reads_charts_and_acts_on_an_alert(
    window: Callable[..., Page], look: Callable[[Page], None], pair: Pair
) -> None:
    for weeks, points in ((0, [2] * 9), (2, [1] * 5), (4, [1] * 8 + [0])):
        a_sent_form(*points, pair=pair, now=NOW + timedelta(weeks=weeks))
    for weeks, points in ((0, [3] * 20), (8, [2] * 20)):
        a_sent_form(*points, slug="pcl-5", pair=pair, now=NOW + timedelta(weeks=weeks))
    an_open_form("gad-7", pair=pair)
    add_app(pair[1].user)
    page = window(pair[1].user)
    page.goto(reverse("intake:client_measures", args=[pair[0].public_id]))
    heading(page, "Measures")
    expect(page.get_by_role("region", name="Safety")).to_contain_text("1 safety alert waits")
    expect(page.get_by_role("img", name="PHQ-9: Total over time")).to_be_visible()
    expect(page.get_by_role("img", name="PCL-5: Total over time")).to_be_visible()
    page.locator("summary", has_text="Ask for a form").click()
    look(page)
    page.get_by_role("link", name="Jan 1, 2027").last.click()
    heading(page, "PHQ-9")
    look(page)
    page.get_by_role("link", name="Say what you did").click()
    heading(page, re.compile("^Safety alert"))
    look(page)
    page.get_by_label("What did you do?").fill("Called. She is with her sister.")
    page.get_by_role("button", name="Close the alert").click()
    expect(page.get_by_role("region", name="Safety")).to_have_count(0)
    page.get_by_role("link", name="All that happened").click()
    page.get_by_label("Why is it open again?").fill("Her sister rang.")
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_role("region", name="Safety")).to_be_visible()
    expect(page.get_by_text("Her sister rang.")).to_be_visible()
    page.goto(reverse("intake:therapist_alerts"))
    heading(page, "Safety alerts")
    look(page)
    page.goto(reverse("intake:alert_mails"))
    heading(page, "When an alert stays unanswered")
    look(page)


def test_printed_the_chart_keeps_its_lines_and_buttons_are_left_out(
    window: Callable[..., Page], pair: Pair
) -> None:
    for weeks in (0, 2):
        a_sent_form(*[2] * 8, 0, pair=pair, now=NOW + timedelta(weeks=weeks))
    add_app(pair[1].user)
    page = window(pair[1].user)
    page.goto(reverse("intake:client_measures", args=[pair[0].public_id]))

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="What is asked")).to_be_hidden()
    expect(page.get_by_role("img", name="PHQ-9: Total over time")).to_be_visible()
    stroke = page.locator(".chart-line").evaluate("one => getComputedStyle(one).stroke")
    assert stroke not in ("none", "")
