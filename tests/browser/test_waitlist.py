"""A time opens by a cancellation: it is offered by a mail, and taken from the link in it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scripts.demo_mail import Mailbox, text_of
from tests.browser import booking_steps
from tests.browser.walker import Walker
from tests.browser_fixtures import PHONE
from tests.servers.portal import Portal

DAYS_AHEAD = 20
LINK = re.compile(r"http\S+(/waitlist/offers/[0-9a-f-]+/)")
QUIET = """
from datetime import time
from accounts.models import Practice
Practice.objects.update(quiet_from=time({first}), quiet_until=time({last}))
"""
MINUTES_PASS = """
from datetime import datetime, timedelta
from django.utils import timezone
from booking.models import Appointment
from booking.services.changes import UNDO
from portal.shared.models import OutboxEntry
now = timezone.now()
kept = Appointment.objects.filter(holder__startswith="undo:", status="held",
                                  starts_at=datetime.fromisoformat("{starts_at}"))
assert kept.update(held_until=now) == 1
rows = OutboxEntry.objects.filter(kind__in=["offer_opening", "tell_change"], done_at=None,
                                  due_at__lte=now + 2 * UNDO)
assert rows.update(due_at=now) >= 2
"""


@pytest.fixture(autouse=True)
def _no_quiet_hours(whole_portal: Portal) -> Iterator[None]:
    """The portal runs by the real clock, and these tests at any hour."""
    whole_portal.shell(QUIET.format(first=0, last=0))
    yield
    whole_portal.shell(QUIET.format(first=21, last=8))


def test_a_cancelled_time_is_offered_and_taken_from_the_mail(
    walk: Callable[..., Walker], walk_as: Callable[..., Walker], whole_portal: Portal
) -> None:
    booked = walk()
    starts_at = book(booked, whole_portal, email="gives-up@example.com", name="Ivo Example")
    waiting = walk(viewport=PHONE)
    join(waiting, whole_portal, email="waits@example.com", name="Mei Example")
    therapist = walk_as("therapist")
    therapist.open("/therapist/waitlist/", "Waitlist")
    expect(therapist.page.get_by_role("listitem").filter(has_text="Mei Example")).to_be_visible()
    therapist.follow("Remove Mei Example, Consult")
    therapist.arrive("Take Mei Example off the list?")
    therapist.follow("Leave it as it is")

    give_up(booked)
    whole_portal.shell(MINUTES_PASS.format(starts_at=starts_at.isoformat()))
    mailbox = Mailbox(Path(whole_portal.environment["EMAIL_FILE_PATH"]), "waits@example.com")
    mail = text_of(mailbox.wait_for("A time has opened", seconds=booking_steps.MAIL_SECONDS))

    link = LINK.search(mail)
    assert link, mail
    waiting.open(link[1], "A time has opened")
    waiting.press("Take this time")
    waiting.arrive("Your time is booked")
    therapist.open("/therapist/waitlist/", "Waitlist")
    expect(therapist.page.get_by_text("Mei Example")).to_have_count(0)
    waiting.open(link[1], re.compile(r"\d{4}, "))  # leads on to the appointment


def book(walker: Walker, portal: Portal, *, email: str, name: str) -> datetime:
    """A consult some weeks ahead; returns when it begins."""
    first = datetime.now(UTC).date() + timedelta(days=DAYS_AHEAD)
    query = {"session_type": "consult", "from": f"{first}", "to": f"{first + timedelta(days=7)}"}
    slots = walker.page.request.get(f"{portal.url}/api/slots", params=query).json()["slots"]
    starts_at = datetime.fromisoformat(slots[0]["start"])
    walker.open(f"/book/consult/?day={starts_at.date()}", re.compile("^Choose a time"))
    booking_steps.hold_first_time(walker)
    booking_steps.prove_address(walker, portal, email)
    booking_steps.give_details(walker, name)
    return starts_at.astimezone(UTC)


def join(walker: Walker, portal: Portal, *, email: str, name: str) -> None:
    """From the calendar, by the door and the details, to the list."""
    walker.open("/book/consult/", re.compile("^Choose a time"))
    walker.follow("Be told when one opens")
    walker.arrive("Sign in or begin")
    booking_steps.prove_address(walker, portal, email)
    walker.arrive("My details")
    for label, words in {**booking_steps.DETAILS, "Your legal name": name}.items():
        walker.type(label, words)
    walker.page.get_by_label("The state you will be in").select_option("NY")
    walker.press("Save")
    walker.arrive("Be told when a time opens")
    walker.press("Join the waitlist")
    walker.arrive("What you wait for")
    expect(walker.page.get_by_text("Any time", exact=True)).to_be_visible()


def give_up(walker: Walker) -> None:
    """From the page of the booked time."""
    walker.follow("See, move or cancel the appointment")
    walker.follow("Cancel it")
    walker.arrive("Cancel your appointment?")
    walker.press("Cancel the appointment")
    expect(walker.page.get_by_text("Cancelled", exact=True)).to_be_visible()
