"""One of every kind of question in a real browser: it fits, is accessible, and is saved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import Page, expect

from intake.models import QuestionnaireResponse
from tests.browser.intake_steps import mark
from tests.browser.walker import in_every_light, too_wide
from tests.factories.everything import everything

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def response() -> QuestionnaireResponse:
    return everything()


@pytest.fixture
def filling(page: Page, live_server: Any, response: QuestionnaireResponse) -> Page:
    browser = Browser()
    browser.force_login(response.intake.client.user)
    session = browser.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def addresses(response: QuestionnaireResponse) -> list[str]:
    return [
        reverse(
            "intake:section",
            args=[response.intake.public_id, response.questionnaire.slug, section.slug],
        )
        for section in response.questionnaire.parsed.sections
    ]


def test_every_kind_of_question_is_accessible_and_fits(
    filling: Page, response: QuestionnaireResponse, assert_accessible: Callable[..., None]
) -> None:
    for address in addresses(response):
        filling.goto(address)
        for width, scheme, rules in in_every_light(filling):
            assert too_wide(filling) == [], (address, width, scheme)
            assert_accessible(filling, rules)


def test_whatever_is_typed_is_there_again_or_its_field_says_why_not(
    filling: Page, response: QuestionnaireResponse
) -> None:
    """Every box of every page, with something that its kind takes and its own rule may not."""
    for address in addresses(response):
        filling.goto(address)
        typed = {name: value for name, value in fields(filling) if type_into(filling, name, value)}
        if not typed:
            continue
        filling.get_by_role("main").get_by_role("heading", level=1).click()
        expect(mark(filling)).to_contain_text("Saved")
        refused = {name for name in typed if is_refused(filling, name)}
        filling.reload()
        there = {name: box(filling, name).input_value() for name in typed}
        assert there == {name: "" if name in refused else typed[name] for name in typed}, address


VALUES = {
    "text": "Words",
    "textarea": "Words",
    "url": "https://example.org/",
    "date": "2026-11-02",
    "time": "09:30",
    "datetime-local": "2026-11-02T09:30",
    "range": "3",
}
NUMBERS = {"numeric": "3", "decimal": "3.5"}


def fields(page: Page) -> list[tuple[str, str]]:
    """The name of each box that can be typed into, with something to type."""
    found = []
    for each in page.locator("main form").locator("input, textarea").all():
        kind = each.get_attribute("type") or each.evaluate("one => one.localName")
        mode = each.get_attribute("inputmode") or ""
        listed = each.evaluate("one => one.list?.options[0].value")
        value = listed or NUMBERS.get(mode) or VALUES.get("text" if kind == "input" else kind)
        if value and each.is_visible() and each.is_editable():
            found.append((str(each.get_attribute("name")), value))
    return found


def type_into(page: Page, name: str, value: str) -> bool:
    """Not where an answer before it took the box away again."""
    if not box(page, name).is_visible():
        return False
    box(page, name).fill(value)
    return True


def is_refused(page: Page, name: str) -> bool:
    """Its message stands beside it, and what was typed is still there to be mended."""
    said = page.locator(f'[id="q-{name}:errors"]')
    return said.count() > 0 and bool(said.inner_text().strip())


def box(page: Page, name: str) -> Any:
    return page.locator(f'main form [name="{name}"]').first
