"""A client asks to be reminded; the therapist sees it planned, and chooses when."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.test_therapist_journey import time_of
from tests.browser.walker import Walker, in_every_light
from tests.servers.portal import Portal, wait_for

PLANNED = """select count(*) from booking_reminder as reminder
join booking_appointment as appointment on appointment.id = reminder.appointment_id
join booking_sessiontype as kind on kind.id = appointment.session_type_id
where kind.slug = 'consult' and reminder.state = 'planned' and reminder.hours_before = 24"""
"""Of her consult: the demo's other clients are reminded of their sessions."""


def test_reminders_are_asked_for_planned_and_planned_anew(
    walk_as: Callable[..., Walker], whole_portal: Portal
) -> None:
    client = walk_as("client")
    choose_mail(client, True)
    therapist = walk_as("therapist")
    time_of(therapist, "consult", days_ahead=18)
    page = therapist.page
    expect(page.get_by_text("E-mail reminder: planned for")).to_have_count(2)
    therapist.look("The appointment and its reminders")
    address = page.url

    therapist.follow("When reminders go out")
    therapist.arrive("Reminders")
    for width, scheme, rules in in_every_light(page):
        therapist.look(f"Reminders {width} {scheme}", rules)
    sessions = page.get_by_role("group", name="Remind clients", exact=True)
    sessions.get_by_label("1 day before").check()
    therapist.press("Save")
    expect(page.get_by_text("Reminders that have not gone out follow")).to_be_visible()
    wait_for("the new plan", lambda: whole_portal.rows(PLANNED) == [(1,)], 30)
    page.goto(address)
    expect(page.get_by_text("E-mail reminder: planned for")).to_have_count(3)

    choose_mail(client, False)
    wait_for("the end of it", lambda: whole_portal.rows(PLANNED) == [(0,)], 30)
    page.reload()
    expect(page.get_by_text("None. Clients choose in their details")).to_be_visible()


def choose_mail(client: Walker, wanted: bool) -> None:
    client.open("/me/details/", "My details")
    client.page.get_by_label("Remind me by e-mail").set_checked(wanted)
    client.press("Save")
    expect(client.page.get_by_text("Your details are saved.")).to_be_visible()
