"""A client's own appointments, and nobody else's."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from accounts.models import Role
from booking.models import Place, Status
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import undo_is_over
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
LATE = new_york(MONDAY, "08:00")
PAGES = ["", "appointment.ics", "move/", "cancel/"]


@pytest.fixture
def appointment():
    return an_appointment(a_session_type(name="First talk"))


@pytest.fixture
def signed_in(client, appointment):
    client.force_login(appointment.client.user)
    return client


def url(appointment, page="") -> str:
    return f"/appointments/{appointment.public_id}/{page}"


# -- whose -----------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_somebody_elses_appointment_does_not_exist(client, appointment, page):
    client.force_login(ClientFactory().user)

    assert client.get(url(appointment, page)).status_code == 404
    assert client.post(url(appointment, page), {"start": "2027-01-04T14:00:00Z"}).status_code in (
        404,
        405,
    )
    appointment.refresh_from_db()
    assert (appointment.status, appointment.sequence) == (Status.CONFIRMED, 0)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", [Status.HELD, Status.EXPIRED])
def test_a_hold_is_no_appointment_yet(client, page, status):
    person = ClientFactory()
    held = an_appointment(a_session_type(), status=status, client=person)
    client.force_login(person.user)

    assert client.get(url(held, page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_person_who_is_no_client_yet_finds_nothing(client, appointment, page):
    client.force_login(UserFactory(role=Role.CLIENT))

    assert client.get(url(appointment, page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_asked_to_sign_in(client, appointment, page):
    response = client.get(url(appointment, page))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


# -- seeing ----------------------------------------------------------------------------
def test_list_parts_what_is_to_come_from_what_was(signed_in, appointment):
    same = {"session_type": appointment.session_type, "client": appointment.client}
    an_appointment(starts_at=NOW - timedelta(days=9), status=Status.COMPLETED, **same)
    an_appointment(starts_at=new_york(MONDAY, "11:00"), status=Status.CANCELLED, **same)
    an_appointment(appointment.session_type, NOW - timedelta(days=20))

    text = text_of(signed_in.get("/appointments/"))

    coming, before = text.split("Before")
    assert "Monday, January 4, 2027, 10:00 to 10:50 am First talk, video Confirmed" in coming
    assert "Completed" in before
    assert "Cancelled" in before
    assert "December 12" not in text


def test_list_without_anything_says_what_to_do(client):
    client.force_login(UserFactory())

    assert "Nothing is booked" in text_of(client.get("/appointments/"))


def test_list_costs_the_same_for_one_and_for_many(
    signed_in, appointment, django_assert_max_num_queries
):
    def count() -> int:
        with django_assert_max_num_queries(40) as captured:
            signed_in.get("/appointments/")
        return len(captured)

    count()
    one = count()
    for n in range(5):
        an_appointment(
            appointment.session_type,
            new_york(MONDAY, "10:00") + timedelta(days=n + 1),
            client=appointment.client,
            place=Place.OFFICE,
        )

    assert count() == one


def test_page_tells_the_facts_and_the_policy(signed_in, appointment):
    text = text_of(signed_in.get(url(appointment)))

    assert "Monday, January 4, 2027, 10:00 to 10:50 am" in text
    assert "Fee $150" in text
    assert "After that, the fee is $75." in text
    assert "Free to change until Sunday, January 3, 10:00 am" in text
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.client_id) == ("appointment.read", appointment.client_id)


def test_page_shows_the_visitors_clock_with_new_york_beside_it(signed_in, appointment):
    signed_in.cookies["zone"] = "America/Denver"

    text = text_of(signed_in.get(url(appointment)))

    assert "Monday, January 4, 2027, 8:00 to 8:50 am" in text
    assert "Denver time. That is 10:00 am in New York." in text


def test_office_appointments_say_where(client):
    appointment = an_appointment(place=Place.OFFICE)
    client.force_login(appointment.client.user)

    assert "100 Example Street, New York, NY 10001" in text_of(client.get(url(appointment)))


def test_calendar_file_is_the_one_of_the_mail(signed_in, appointment):
    response = signed_in.get(url(appointment, "appointment.ics"))

    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(event["UID"]) == str(appointment.public_id)
    assert event["DTSTART"].dt == appointment.starts_at
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert response["Cache-Control"] == "no-store"


# -- moving ----------------------------------------------------------------------------
def test_moving_asks_before_anything_changes(signed_in, appointment):
    calendar = signed_in.get(url(appointment, "move/"))
    asked = signed_in.get(
        url(appointment, "move/"), {"start": "2027-01-04T14:00:00Z", "place": "office"}
    )

    assert 'aria-label="Move to Monday, January 4, 9:00 am"' in calendar.content.decode()
    text = text_of(asked)
    assert "Now Monday, January 4, 2027, 10:00 to 10:50 am, video" in text
    assert "Then Monday, January 4, 9:00 am , in person" in text
    appointment.refresh_from_db()
    assert appointment.sequence == 0


def test_saying_yes_moves_it(signed_in, appointment):
    response = signed_in.post(
        url(appointment, "move/"),
        {"start": "2027-01-04T14:00:00Z", "place": "office"},
        follow=True,
    )

    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.place) == (new_york(MONDAY, "09:00"), "office")
    assert "Your appointment is now on Monday, January 4, 9:00 am." in text_of(response)


def test_moving_to_a_close_time_says_that_it_is_the_last_change(client):
    appointment = an_appointment(
        a_session_type(notice_hours=1, cancel_hours=48), new_york(MONDAY, "10:00")
    )
    client.force_login(appointment.client.user)
    with time_machine.travel(new_york(MONDAY, "09:00") - timedelta(hours=49), tick=False):
        far = client.get(url(appointment, "move/"), {"start": "2027-01-04T16:00:00Z"})
        close = client.get(url(appointment, "move/"), {"start": "2027-01-02T16:00:00Z"})

    assert "The new time is close" not in text_of(far)
    assert (
        "After this step it can’t be moved here any more, and cancelling it means a fee of $75."
        in text_of(close)
    )


def test_a_time_taken_meanwhile_offers_the_nearest(signed_in, appointment):
    an_appointment(appointment.session_type, new_york(MONDAY, "11:00"))

    response = signed_in.post(
        url(appointment, "move/"), {"start": "2027-01-04T16:00:00Z", "place": "telehealth"}
    )

    assert response.status_code == 409
    assert "Someone else has just taken Monday, January 4, 11:00 am." in text_of(response)
    assert 'aria-label="Move to Monday, January 4, 10:00 am"' in response.content.decode()


def test_from_another_state_a_move_to_video_is_refused_kindly(client):
    elsewhere = ClientFactory(state="NJ")
    appointment = an_appointment(a_session_type(), place=Place.OFFICE, client=elsewhere)
    client.force_login(elsewhere.user)

    wanted = {"start": "2027-01-04T14:00:00Z", "place": "telehealth"}

    for response in (
        client.get(url(appointment, "move/"), wanted),
        client.post(url(appointment, "move/"), wanted),
    ):
        assert response.status_code == 409
        assert "By video we can only meet while you are in New York" in text_of(response)
    appointment.refresh_from_db()
    assert (appointment.place, appointment.sequence) == (Place.OFFICE, 0)


def test_htmx_gets_the_moving_calendar_alone(signed_in, appointment):
    response = signed_in.get(url(appointment, "move/"), headers={"hx-request": "true"})

    assert response.content.decode().strip().startswith('<section id="calendar"')


def test_after_the_free_period_moving_is_refused_kindly(signed_in, appointment):
    with time_machine.travel(LATE, tick=False):
        page = text_of(signed_in.get(url(appointment)))
        response = signed_in.get(url(appointment, "move/"), follow=True)

    assert "Move it" not in page
    assert "It is too close to be moved here." in page
    assert "Please call us at (212) 555-0100." in text_of(response)


# -- cancelling ------------------------------------------------------------------------
def test_cancelling_in_time_says_that_it_is_free_and_does_it(signed_in, appointment):
    page = signed_in.get(url(appointment, "cancel/"))
    response = signed_in.post(url(appointment, "cancel/"), {"reason": "A trip"}, follow=True)

    appointment.refresh_from_db()
    assert "Cancelling costs nothing" in text_of(page)
    assert (appointment.status, appointment.cancel_reason) == (Status.CANCELLED, "A trip")
    assert "This appointment is cancelled" in text_of(response)
    assert "No mail goes out before 10:03 am; until then you can undo it." in text_of(response)
    assert MailMessage.objects.count() == 0
    undo_is_over()
    assert MailMessage.objects.get().subject == "Your appointment is cancelled"


def test_cancelling_late_says_the_fee_before(signed_in, appointment):
    with time_machine.travel(LATE, tick=False):
        page = signed_in.get(url(appointment, "cancel/"))
        response = signed_in.post(url(appointment, "cancel/"), follow=True)

    appointment.refresh_from_db()
    assert "Cancel it and accept the fee of $75" in text_of(page)
    assert appointment.status == Status.LATE_CANCELLED
    assert "The late fee of $75 may follow." in text_of(response)


def test_cancelling_late_without_a_fee_is_simply_cancelled(client):
    appointment = an_appointment(a_session_type(late_fee_cents=0))
    client.force_login(appointment.client.user)

    with time_machine.travel(LATE, tick=False):
        page = client.get(url(appointment, "cancel/"))
        done = client.post(url(appointment, "cancel/"), follow=True)

    appointment.refresh_from_db()
    assert "Cancelling costs nothing" in text_of(page)
    assert appointment.status == Status.LATE_CANCELLED
    assert "Cancelled late" not in text_of(done)


def test_what_is_cancelled_can_not_be_cancelled_again(signed_in, appointment):
    signed_in.post(url(appointment, "cancel/"))

    response = signed_in.post(url(appointment, "cancel/"), follow=True)

    assert "This appointment can't be changed any more." in text_of(response)
    undo_is_over()
    assert MailMessage.objects.count() == 1


def test_a_reason_that_is_too_long_is_said_next_to_the_field(signed_in, appointment):
    response = signed_in.post(url(appointment, "cancel/"), {"reason": "x" * 2001})

    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert "x" * 2001 in response.content.decode()
    assert "at most 2000 characters" in text_of(response)
