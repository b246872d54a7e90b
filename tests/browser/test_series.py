"""Sessions that repeat: a conflict is shown and settled, several are cancelled and brought back."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.test_therapist_journey import ADA, open_time
from tests.browser.walker import Walker, in_every_light
from tests.servers.portal import Portal

DAYS_AHEAD = 40  # and the two weeks after: no other walk books in them
SLUG = "emdr-session"


def test_a_series_with_a_conflict_is_planned_booked_cancelled_and_brought_back(
    walk_as: Callable[..., Walker], whole_portal: Portal
) -> None:
    therapist = walk_as("therapist")
    page = therapist.page
    first = open_time(page, SLUG, DAYS_AHEAD)
    take_the_second_week(therapist, first + timedelta(days=7))

    therapist.open("/therapist/series/new/", "Sessions that repeat")
    fill_in(page, first)
    therapist.press("Show the plan")
    therapist.arrive("1 of 3 can’t be as they stand")
    for width, scheme, rules in in_every_light(page):
        therapist.look(f"The plan, {width}, {scheme}", rules)
    conflict = page.get_by_role("group").filter(has_text="Conflict")
    expect(conflict.get_by_label("Leave this one out")).to_be_checked()
    conflict.get_by_role("radio").first.check()
    therapist.press("Book them")

    therapist.arrive(ADA)
    expect(page.get_by_text("3 sessions are booked.")).to_be_visible()
    therapist.follow("Cancel several")
    therapist.arrive("Cancel this one, or several")
    page.get_by_label("All that are still to come").check()
    therapist.press("Cancel them")
    therapist.arrive(ADA)
    expect(page.get_by_text("3 appointments are cancelled.")).to_be_visible()
    expect(page.get_by_text("· Cancelled")).to_have_count(3)
    therapist.press("Undo")
    expect(page.get_by_text("It is as it was before. Nobody was told.")).to_be_visible()
    therapist.arrive(ADA)
    move_several(therapist)
    end_several(walk_as("client"), first)


def move_several(therapist: Walker) -> None:
    therapist.follow("Move several")
    therapist.arrive("Move this one, or several")
    therapist.page.get_by_label("All that are still to come").check()
    therapist.press("Show what would happen")
    therapist.arrive(re.compile("can.t move there$|can move there$"))


def end_several(client: Walker, first: datetime) -> None:
    """As the client herself, who sees what it means for each before she says yes."""
    client.open("/appointments/", "My appointments")
    day = f"{first:%A, %B} {first.day}, {first.year}"
    client.page.get_by_role("link", name=re.compile(day)).first.click()
    client.arrive(re.compile(day))
    client.follow("Cancel several")
    client.arrive("Cancel several appointments?")
    expect(client.page.get_by_text("Costs nothing.")).to_have_count(3)
    client.press("Cancel them")
    expect(client.page.get_by_text("3 appointments are cancelled.")).to_be_visible()


def take_the_second_week(therapist: Walker, starts: datetime) -> None:
    therapist.open("/therapist/book/", "Book for a client")
    page = therapist.page
    page.get_by_label("Client").select_option(index=1)
    page.get_by_label("Session").select_option(SLUG)
    therapist.type("Day", starts.date().isoformat())
    page.get_by_label("Time", exact=True).fill(starts.strftime("%H:%M"))
    therapist.press("Book it")
    expect(page.get_by_label("Client")).to_have_count(0)


def fill_in(page: Page, first: datetime) -> None:
    page.get_by_label("Client").select_option(label=f"{ADA} (client@example.com)")
    page.get_by_label("Session", exact=True).select_option(SLUG)
    page.get_by_label("First day").fill(first.date().isoformat())
    page.get_by_label("Time", exact=True).fill(first.strftime("%H:%M"))
    page.get_by_label("How often").select_option("1")
    page.get_by_label("How many sessions").fill("3")
    page.get_by_label("Way to meet").select_option("telehealth")
