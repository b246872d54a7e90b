"""The therapist's week: an alert first, then the calendar, time off, booking and cancelling."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser import booking_steps, intake_steps
from tests.browser.walker import Walker
from tests.browser_fixtures import DESKTOP, PHONE
from tests.servers.portal import Portal

ADA = "Ada Example"
THURSDAY = 3


def test_an_answer_about_danger_comes_first_until_it_is_dealt_with(
    walk: Callable[..., Walker], walk_as: Callable[..., Walker], whole_portal: Portal
) -> None:
    client = walk()
    booking_steps.book(
        client, whole_portal, slug="consult", email="sena@example.com", name="Sena Sample"
    )
    speaks_of_danger(client)

    therapist = walk_as("therapist")
    page = therapist.page
    therapist.open("/therapist/", re.compile(r"^\w+day, "))
    expect(page.get_by_role("main").get_by_role("heading").first).to_contain_text("Please read")
    alert = page.get_by_role("alert").filter(has_text="Sena Sample’s answers")
    alert.get_by_role("link", name="Read and answer").click()
    therapist.arrive(re.compile("^Safety alert"))
    expect(page.get_by_role("region", name="Safety")).to_contain_text("1 safety alert waits")
    therapist.follow("The answers of Sena Sample")
    therapist.arrive("Sena Sample")
    expect(page.get_by_text("Several days").first).to_be_visible()
    page.set_viewport_size(PHONE)
    therapist.look("Reading on a phone")
    page.set_viewport_size(DESKTOP)
    therapist.follow("Say what you did")
    therapist.arrive(re.compile("^Safety alert"))
    therapist.press("Close the alert")
    expect(page.get_by_label("What did you do?")).to_have_attribute("aria-invalid", "true")
    therapist.type("What did you do?", "Called at noon; we agreed on a plan for the weekend.")
    therapist.press("Close the alert")
    expect(page.get_by_text("Dealt with").first).to_be_visible()
    therapist.look("Dealt with")
    therapist.open("/therapist/alerts/", "Safety alerts")
    expect(page.get_by_text("we agreed on a plan for the weekend").first).to_be_visible()


def speaks_of_danger(client: Walker) -> None:
    page = client.page
    client.follow("Begin the intake")
    page.get_by_role("main").get_by_role("link", name="how you have been").first.click()
    for words in ("Little interest", "Feeling down"):
        intake_steps.choose(page, words, "More than half the days")
    intake_steps.choose(page, "Thoughts that you would be better off dead", "Several days")
    expect(page.get_by_role("link", name="Call 988")).to_be_visible()
    client.look("Someone to talk to")


def time_of(therapist: Walker, slug: str, *, days_ahead: int) -> datetime:
    """Ada is booked for the first open time of a day weeks ahead; returns when."""
    starts = open_time(therapist.page, slug, days_ahead)
    therapist.open("/therapist/book/", "Book for a client")
    page = therapist.page
    page.get_by_label("Client").select_option(label=f"{ADA} (client@example.com)")
    page.get_by_label("Session").select_option(slug)
    therapist.type("Day", starts.date().isoformat())
    page.get_by_label("Time", exact=True).fill(starts.strftime("%H:%M"))
    therapist.press("Book it")
    expect(page.get_by_label("Client")).to_have_count(0)
    return starts


def open_time(page: Page, slug: str, days_ahead: int) -> datetime:
    """The first one on a Thursday, when both ways to meet are offered."""
    first = datetime.now().astimezone().date() + timedelta(days=days_ahead)
    query = {"session_type": slug, "from": f"{first}", "to": f"{first + timedelta(days=13)}"}
    slots = page.request.get("/api/slots", params=query).json()["slots"]
    starts = [datetime.fromisoformat(slot["start"]) for slot in slots]
    return next(start for start in starts if start.weekday() == THURSDAY)


def test_a_client_is_booked_and_cancelled(walk_as: Callable[..., Walker]) -> None:
    therapist = walk_as("therapist")
    page = therapist.page
    starts = time_of(therapist, "emdr-session", days_ahead=30)
    therapist.open(f"/therapist/week/?day={starts.date()}", re.compile(r"\d{4}$"))
    page.get_by_role("link", name=re.compile(f"{starts:%A}, .*{ADA}")).click()
    page.get_by_role("dialog").get_by_role("link", name="Cancel it").click()
    therapist.arrive("Cancel the appointment")
    therapist.press("Cancel the appointment")
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    therapist.look("Cancelled")
    therapist.press("Undo")
    expect(page.get_by_text("It is as it was before. Nobody was told.")).to_be_visible()


def test_the_week_on_a_phone(walk_as: Callable[..., Walker], whole_portal: Portal) -> None:
    therapist = walk_as("therapist", viewport=PHONE)
    page = therapist.page
    therapist.open("/therapist/week/", re.compile(r"\d{4}$"))
    views = page.get_by_role("navigation", name="How to show it")
    views.get_by_role("link", name="List").click()
    page.get_by_role("link", name="Later").click()
    expect(page.locator("#week").get_by_role("link").first).to_be_visible()
    therapist.look("List")
    views.get_by_role("link", name="Month").click()
    therapist.look("Month")
    for name, heading in (
        ("Time off", "Time off"),
        ("Extra time", "Extra time"),
        ("Weekly hours", "Weekly hours"),
    ):
        therapist.open("/therapist/week/", re.compile(r"\d{4}$"))
        therapist.follow(name)
        therapist.arrive(heading)
    therapist.open("/therapist/clients/", "Clients")
    therapist.follow(re.compile("Tomás Sample"))
    therapist.arrive("Tomás Sample")
