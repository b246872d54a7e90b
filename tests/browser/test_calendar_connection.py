"""The therapist connects her own calendar: what keeps her busy there is not offered here."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.walker import Walker
from tests.browser_fixtures import DESKTOP, PHONE
from tests.servers.portal import Portal
from tests.servers.radicale import PASSWORD, USERNAME, Radicale

SLUG = "consult"
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:dentist@example.com
DTSTAMP:20260101T000000Z
DTSTART:{starts:%Y%m%dT%H%M%SZ}
DTEND:{ends:%Y%m%dT%H%M%SZ}
SUMMARY:Dentist
END:VEVENT
END:VCALENDAR
"""


def test_an_event_there_takes_a_time_here_and_gives_it_back(
    walk: Callable[..., Walker],
    walk_as: Callable[..., Walker],
    radicale_server: Radicale,
) -> None:
    calendar = radicale_server.make_calendar("journey", called="Private days")
    therapist, visitor = walk_as("therapist"), walk()
    connect(therapist, radicale_server)
    starts = last_open_time(visitor.page)
    assert offers(visitor, starts)

    event = f"{calendar}dentist.ics"
    utc = starts.astimezone(UTC)
    radicale_server.put(event, EVENT.format(starts=utc, ends=utc + timedelta(minutes=30)))
    sync(therapist)
    assert not offers(visitor, starts)

    radicale_server.remove(event)
    sync(therapist)
    assert offers(visitor, starts)

    change_and_disconnect(therapist)


def connect(therapist: Walker, server: Radicale) -> None:
    page = therapist.page
    therapist.open("/therapist/calendars/", "Other calendars")
    page.get_by_role("main").get_by_role("link", name="Connect a calendar").first.click()
    therapist.arrive("Connect a calendar")
    therapist.follow("Another server")
    therapist.type("Server address", server.url)
    therapist.type("User name", USERNAME)
    therapist.type("App password", "not the one")
    therapist.press("Look for calendars")
    expect(page.get_by_label("App password")).to_have_attribute("aria-invalid", "true")
    therapist.look("Refused")
    expect(page.get_by_label("User name")).to_have_value(USERNAME)
    therapist.type("App password", PASSWORD)
    therapist.press("Look for calendars")
    therapist.arrive("Choose calendars")
    only_private_days(page)
    page.set_viewport_size(PHONE)
    therapist.look("Choosing on a phone")
    page.set_viewport_size(DESKTOP)
    page.get_by_role("button", name="Connect", exact=True).click()
    therapist.arrive("Other calendars")
    expect(page.get_by_text("Both ways").first).to_be_visible()


def only_private_days(page: Page) -> None:
    """Other tests keep calendars on the same server."""
    for box in (
        page.get_by_role("group", name="Keep these busy times").get_by_role("checkbox").all()
    ):
        box.uncheck()
    page.get_by_role("checkbox", name="Private days").check()
    page.get_by_role("radio", name="Private days").check()


def last_open_time(page: Page) -> datetime:
    """Far enough ahead that no other journey books it."""
    first = datetime.now().astimezone().date() + timedelta(days=22)
    query = {"session_type": SLUG, "from": f"{first}", "to": f"{first + timedelta(days=6)}"}
    slots = page.request.get("/api/slots", params=query).json()["slots"]
    return datetime.fromisoformat(slots[-1]["start"])


def offers(visitor: Walker, starts: datetime) -> bool:
    """Whether the public calendar has a button for the time, at either place."""
    value = f"{starts.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return any(_offers_at(visitor, starts, place, value) for place in ("telehealth", "office"))


def _offers_at(visitor: Walker, starts: datetime, place: str, value: str) -> bool:
    visitor.page.goto(f"/book/{SLUG}/?day={starts.date()}&place={place}")
    expect(visitor.heading()).to_contain_text("Choose a time")
    return visitor.page.locator(f"#calendar button[name=start][value='{value}']").count() == 1


def sync(therapist: Walker) -> None:
    therapist.page.get_by_role("button", name="Sync now Private days").click()
    expect(therapist.page.get_by_text("“Private days” is up to date.")).to_be_visible()
    therapist.look("In step")


def change_and_disconnect(therapist: Walker) -> None:
    page = therapist.page
    page.get_by_role("link", name="Change Private days").click()
    therapist.arrive("Private days")
    therapist.follow("Enter a new app password")
    therapist.arrive("New app password")
    therapist.follow("Back to other calendars")
    therapist.arrive("Other calendars")
    page.get_by_role("link", name="Disconnect Private days").click()
    therapist.arrive(re.compile("^Disconnect"))
    therapist.press("Disconnect")
    expect(page.get_by_text("Its busy times are open again.")).to_be_visible()
    therapist.look("Disconnected")


def test_the_secret_address_is_read_by_a_program_and_closed(
    walk_as: Callable[..., Walker], whole_portal: Portal
) -> None:
    therapist = walk_as("therapist")
    page = therapist.page
    therapist.open("/therapist/calendars/", "Other calendars")
    page.get_by_role("link", name="Make an address").click()
    therapist.arrive("An address to read from")
    therapist.press("Make the address")
    address = page.get_by_label("Your secret address").input_value()
    therapist.look("Shown once")

    answer = page.request.get(address)
    assert address.startswith(f"{whole_portal.url}/calendar/")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text().startswith("BEGIN:VCALENDAR\r\n")
    assert "Ada" not in answer.text()

    therapist.follow("I have copied it")
    therapist.arrive("Other calendars")
    therapist.follow("Close the address")
    therapist.arrive("Close the address")
    therapist.press("Close the address")
    expect(page.get_by_text("The address is closed.")).to_be_visible()
    assert page.request.get(address).status == 404
    therapist.look("Closed")
