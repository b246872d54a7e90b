"""Changing one's mind in a browser: move, cancel and undo; ask for a time and get an answer."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from scripts.demo_mail import Mailbox
from tests.browser import booking_steps
from tests.browser.walker import Walker
from tests.browser_fixtures import PHONE
from tests.servers.portal import Portal

MAIL_SECONDS = 30
FOUR_MINUTES_LATER = """
from datetime import timedelta
from django.db.models import F
from booking.models import Appointment, AppointmentChange
from portal.shared.models import OutboxEntry
later = timedelta(minutes=4)
AppointmentChange.objects.untold().update(undo_until=F("undo_until") - later)
kept = Appointment.objects.filter(status="held", holder__startswith="undo:")
kept.update(held_at=F("held_at") - later, held_until=F("held_until") - later)
waiting = ["tell_change", "follow_appointment"]
OutboxEntry.objects.filter(kind__in=waiting, done_at=None).update(due_at=F("due_at") - later)
"""
ASKED_FIRST = """
from booking.models import Booking, Practitioner, SessionType
SessionType.objects.create(practitioner=Practitioner.objects.first(), slug="asked-first",
    name="Longer talk", minutes=50, price_cents=9000, booking=Booking.REQUEST, grid_minutes=30)
"""


def mailbox_of(portal: Portal, email: str) -> Mailbox:
    return Mailbox(Path(portal.environment["EMAIL_FILE_PATH"]), email)


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(mail["Subject"]) for mail in mailbox.mails()]


def a_day_next_week(walker: Walker) -> date:
    """With open times, and far enough ahead to be moved."""
    first = datetime.now(UTC).date() + timedelta(days=7)
    query = {"session_type": "consult", "from": f"{first}", "to": f"{first + timedelta(days=13)}"}
    slots = walker.page.request.get("/api/slots", params=query).json()["slots"]
    return datetime.fromisoformat(slots[0]["start"]).date()


def move_to_another_time(walker: Walker) -> None:
    """From the appointment's page: the last open time of the day that is shown."""
    walker.follow("Move it")
    walker.arrive("Choose another time")
    walker.page.locator("#calendar .times").get_by_role("button").last.click()
    walker.arrive("Move your appointment?")
    walker.page.get_by_role("button", name="Move it to").click()
    expect(walker.page.get_by_text("Your appointment is now on")).to_be_visible()


def undo(walker: Walker) -> None:
    walker.press("Undo")
    expect(walker.page.get_by_text("It is as it was before. Nobody was told.")).to_be_visible()
    expect(walker.page.get_by_role("button", name="Undo")).to_have_count(0)


def test_move_cancel_and_undo_and_only_then_a_mail(
    walk: Callable[..., Walker], whole_portal: Portal
) -> None:
    walker, email = walk(viewport=PHONE), "mind@example.com"
    page, mailbox = walker.page, mailbox_of(whole_portal, email)
    walker.open(f"/book/consult/?day={a_day_next_week(walker)}", re.compile("^Choose a time"))
    booking_steps.hold_first_time(walker)
    booking_steps.prove_address(walker, whole_portal, email)
    booking_steps.give_details(walker, "Mina Example")
    mailbox.wait_for("confirmed", seconds=MAIL_SECONDS)
    told = subjects(mailbox)
    walker.follow("See, move or cancel the appointment")
    when = page.get_by_role("heading", level=1).inner_text()

    move_to_another_time(walker)
    expect(page.get_by_role("heading", level=1)).not_to_have_text(when)
    walker.look("Moved, with a way back")
    undo(walker)
    walker.arrive(when)

    walker.follow("Cancel it")
    walker.arrive("Cancel your appointment?")
    walker.press("Cancel the appointment")
    expect(page.get_by_role("heading", name="This appointment is cancelled")).to_be_visible()
    walker.look("Cancelled, with a way back")
    undo(walker)
    expect(page.get_by_role("link", name="Move it")).to_be_visible()

    move_to_another_time(walker)
    assert subjects(mailbox) == told
    whole_portal.shell(FOUR_MINUTES_LATER)
    mailbox.wait_for("has moved", seconds=MAIL_SECONDS)
    assert subjects(mailbox) == [*told, "Your appointment has moved"]
    page.reload()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    expect(page.get_by_role("link", name="Add to my calendar")).to_be_visible()
    walker.look("Moved for good")


def test_a_request_is_asked_agreed_to_and_told(
    walk: Callable[..., Walker], walk_as: Callable[..., Walker], whole_portal: Portal
) -> None:
    whole_portal.shell(ASKED_FIRST)
    email = "asks@example.com"
    client, mailbox = walk(), mailbox_of(whole_portal, email)
    client.open("/book/asked-first/", "Choose a time")
    booking_steps.hold_first_time(client)
    booking_steps.prove_address(client, whole_portal, email)
    ask(client)
    mailbox.wait_for("We have your request", seconds=MAIL_SECONDS)
    client.follow("See or withdraw the request")
    expect(client.page.get_by_role("heading", name="We have your request")).to_be_visible()
    client.look("The request")

    therapist = walk_as("therapist")
    therapist.open("/therapist/requests/", "Requests")
    waits = therapist.page.get_by_role("listitem").filter(has_text="Asa Example")
    waits.get_by_role("link", name="Decline").click()
    therapist.arrive("Decline the request")
    therapist.follow("Back to the requests")
    therapist.arrive("Requests")
    waits.get_by_role("button", name="Agree").click()
    expect(therapist.page.get_by_text("The request is agreed to.").first).to_be_visible()
    expect(therapist.page.get_by_role("button", name="Undo")).to_be_visible()
    therapist.look("Agreed, with a way back")
    assert "Your appointment is confirmed" not in subjects(mailbox)

    whole_portal.shell(FOUR_MINUTES_LATER)
    mailbox.wait_for("confirmed", seconds=MAIL_SECONDS)
    client.page.reload()
    expect(client.page.get_by_text("Confirmed", exact=True)).to_be_visible()
    client.look("Agreed to")


def ask(client: Walker) -> None:
    """The details, then the request; nothing is owed yet."""
    client.arrive(booking_steps.DETAILS_HEADING)
    for label, words in {**booking_steps.DETAILS, "Your legal name": "Asa Example"}.items():
        client.type(label, words)
    client.page.get_by_label("The state you will be in").select_option("NY")
    expect(client.page.get_by_text("Nothing is booked or owed until then.")).to_be_visible()
    client.press("Ask for this time")
    client.arrive("We have your request")
    expect(client.page.get_by_role("link", name="Pay now by card")).to_have_count(0)
    expect(client.page.get_by_role("link", name="Begin the intake")).to_have_count(0)
