"""The therapist's hours: what clients will see is there while they are typed, on any device."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.walker import Walker
from tests.browser_fixtures import PHONE
from tests.factories.booking import NEW_YORK

HOURS = "/therapist/hours/"
WEEK = timedelta(days=7)


@pytest.fixture
def therapist(walk_as: Callable[..., Walker]) -> Iterator[Walker]:
    """Whatever is saved here, the hours are the demo's again afterwards."""
    walker = walk_as("therapist")
    yield walker
    page = walker.page
    page.goto(HOURS)
    if sunday(page).count():
        sunday(page).get_by_role("button", name=re.compile("^Remove")).click()
        expect(sunday(page)).to_have_count(0)
    save(page)


def sunday(page: Page) -> Locator:
    return page.get_by_role("group", name="Sunday, window 1")


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="What clients will see")


def a_sunday() -> date:
    """The first one that nothing but its hours can keep from being booked."""
    soon = datetime.now(NEW_YORK).date() + timedelta(days=2)
    return soon + timedelta(days=6 - soon.weekday())


def heading(page: Page, day: date) -> Locator:
    return preview(page).get_by_role("heading", name=f"{day:%A, %B} {day.day}")


def times_on(page: Page, day: date) -> Locator:
    named = re.compile(f"^{day:%A, %B} {day.day}")
    return preview(page).get_by_role("list", name=named).get_by_role("listitem")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_text("Your weekly hours are saved.")).to_be_visible()


def test_the_preview_follows_every_change_and_saving_makes_it_so(therapist: Walker) -> None:
    page = therapist.page
    therapist.open(HOURS, "Weekly hours")
    expect(preview(page).get_by_text("as now.")).to_be_visible()

    page.get_by_role("button", name="Add hours on Sunday").click()
    expect(sunday(page).get_by_label("From")).to_be_focused()
    sunday(page).get_by_label("From").fill("10:00")
    sunday(page).get_by_label("Until").fill("12:00")

    expect(preview(page).get_by_text(re.compile(r"coming two weeks; \d+ new\."))).to_be_visible()
    expect(page.locator("#preview-said")).to_have_text(re.compile(r"\d+ new\."))
    expect(times_on(page, a_sunday())).to_have_text(
        ["10:00 am new", "10:30 am new", "11:00 am new", "11:30 am new"]
    )
    therapist.look("New times")

    sunday(page).get_by_label("Way to meet").select_option("Office")
    expect(heading(page, a_sunday())).to_contain_text("office only")
    page.get_by_label("Kind of session").select_option("First session")
    expect(times_on(page, a_sunday())).to_have_text(["10:00 am new", "10:30 am new"])

    save(page)
    therapist.look("Saved")
    expect(preview(page).get_by_text("as now.")).to_be_visible()
    sunday(page).get_by_label("Until").fill("09:00")
    expect(preview(page).get_by_text("1 window can’t be read yet")).to_be_visible()
    expect(preview(page).locator(".gone").first).to_contain_text("no longer offered")
    page.get_by_role("button", name="Save the hours").click()
    expect(sunday(page).get_by_text("The end must be after the start.")).to_be_visible()
    expect(sunday(page).get_by_label("Until")).to_have_value("09:00")
    therapist.look("A mistake")


def test_alternating_weeks_by_keyboard_alone(therapist: Walker) -> None:
    page = therapist.page
    therapist.open(HOURS, "Weekly hours")
    page.get_by_role("button", name="Add hours on Sunday").focus()
    page.keyboard.press("Enter")
    expect(sunday(page).get_by_label("From")).to_be_focused()
    page.keyboard.type("0800AM")
    sunday(page).get_by_label("Until").focus()
    page.keyboard.type("1000AM")
    expect(heading(page, a_sunday())).to_be_visible()

    sunday(page).get_by_text("Alternating weeks, first and last day").focus()
    page.keyboard.press("Enter")
    sunday(page).get_by_label("How often").select_option("Every other week")
    expect(preview(page).get_by_text("1 window can’t be read yet")).to_be_visible()
    sunday(page).get_by_label("First day").fill(str(a_sunday() + WEEK))
    expect(preview(page).get_by_text("as now.")).to_be_visible()
    expect(heading(page, a_sunday())).to_have_count(0)
    sunday(page).get_by_label("First day").fill(str(a_sunday()))
    expect(heading(page, a_sunday())).to_be_visible()
    expect(heading(page, a_sunday() + WEEK)).to_have_count(0)

    page.get_by_role("button", name="Remove Sunday, window 1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add hours on Sunday")).to_be_focused()
    expect(preview(page).get_by_text("as now.")).to_be_visible()


def test_on_a_phone(walk_as: Callable[..., Walker]) -> None:
    therapist = walk_as("therapist", viewport=PHONE, color_scheme="dark")
    page = therapist.page
    therapist.open(HOURS, "Weekly hours")
    page.get_by_role("button", name="Remove Friday, window 1").click()
    expect(page.get_by_role("button", name="Add hours on Friday")).to_be_focused()
    page.get_by_role("link", name="What clients will see").click()
    expect(preview(page).get_by_text(re.compile(r"\d+ no longer offered"))).to_be_in_viewport()
    expect(preview(page).locator(".gone").first).to_contain_text("no longer offered")
    therapist.look("No longer offered")
    page.goto(HOURS)
    expect(page.get_by_role("group", name="Friday, window 1")).to_be_visible()


def test_without_a_script(walk_as: Callable[..., Walker]) -> None:
    therapist = walk_as("therapist", java_script_enabled=False)
    page = therapist.page
    page.goto(HOURS)
    page.get_by_role("button", name="Add hours on Sunday").click()
    sunday(page).get_by_label("From").fill("10:00")
    sunday(page).get_by_label("Until").fill("11:00")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(preview(page).locator(".new").first).to_have_text("10:00 am new")
    expect(sunday(page).get_by_label("From")).to_have_value("10:00")
    page.get_by_role("button", name="Remove Sunday, window 1").click()
    expect(sunday(page)).to_have_count(0)


def test_a_holiday_is_closed_and_opened_again(walk_as: Callable[..., Walker]) -> None:
    therapist = walk_as("therapist")
    page = therapist.page
    therapist.open("/therapist/hours/days/", "Time off and holidays")
    named = page.get_by_role("heading", name="Columbus Day")
    row = page.get_by_role("listitem").filter(has=named)
    row.get_by_role("button", name=re.compile("^Close the day")).click()
    expect(page.get_by_text(re.compile(r"is closed\. Visitors see it at once\."))).to_be_visible()
    expect(row.get_by_text("Closed", exact=True)).to_be_visible()
    row.get_by_role("link", name=re.compile("^Open again")).click()
    therapist.arrive("Take it back?")
    therapist.press("Take it back")
    therapist.arrive("Time off and holidays")
    expect(row.get_by_role("button", name=re.compile("^Close the day"))).to_be_visible()


def test_a_kind_of_session_is_added_ordered_withdrawn_and_deleted(
    walk_as: Callable[..., Walker],
) -> None:
    therapist = walk_as("therapist")
    page = therapist.page
    therapist.open("/therapist/sessions/", "Sessions you offer")
    therapist.follow("Add a kind of session")
    therapist.arrive("A new kind of session")
    therapist.type("Name", "Walk and talk")
    therapist.type("Length, in minutes", "4")
    therapist.press("Add it")
    expect(page.get_by_label("Length, in minutes")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name")).to_have_value("Walk and talk")
    therapist.look("A mistake")
    therapist.type("Length, in minutes", "40")
    page.get_by_label("By request").check()
    therapist.press("Add it")
    therapist.arrive("Sessions you offer")
    therapist.press("Move Walk and talk up")
    kinds = page.locator("h2.title")
    expect(kinds.nth(kinds.count() - 2)).to_have_text("Walk and talk")
    therapist.press("Stop offering Walk and talk")
    expect(page.get_by_text("“Walk and talk” is no longer offered.")).to_be_visible()
    therapist.look("Not offered")
    therapist.follow("Change Walk and talk")
    therapist.arrive("Walk and talk")
    expect(page.get_by_label("By request")).to_be_checked()
    therapist.follow("Delete it")
    therapist.arrive("Delete “Walk and talk”?")
    therapist.press("Delete it")
    expect(page.get_by_text("“Walk and talk” is deleted.")).to_be_visible()
