"""The therapist's calendar by hand and by its pages, without a script."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import (
    Appointment,
    AvailabilityException,
    SessionType,
    Status,
)
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.accounts import add_app
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import undo_is_over

pytestmark = pytest.mark.django_db


def week(day: str = "2027-01-04") -> str:
    return f"{reverse('booking:therapist_week')}?day={day}"


def test_the_week_lists_each_day_with_its_sessions(
    therapist: Browser, session_type: SessionType
) -> None:
    an_appointment(session_type)

    page = therapist.get(week()).content.decode()

    assert "January 4 to January 10, 2027" in page
    assert "10:00 am to 10:50 am · Ada Example" in page
    assert page.count("Nothing is booked.") == 6
    assert AuditEvent.objects.filter(action="diary.read").count() == 1


@pytest.mark.parametrize(
    "query", ["", "?start=2027-01-04&end=x", "?start=2027-01-04&end=2027-06-01"]
)
def test_the_calendar_refuses_a_span_that_makes_no_sense(therapist: Browser, query: str) -> None:
    assert therapist.get(reverse("booking:therapist_events") + query).status_code == 400


def book(therapist: Browser, session_type: SessionType, at: str, **more: str) -> tuple[int, str]:
    client = ClientFactory()
    response = therapist.post(
        reverse("booking:therapist_book"),
        {
            "client": client.pk,
            "session_type": session_type.slug,
            "on": "2027-01-04",
            "at": at,
            "place": "office",
            **more,
        },
    )
    return response.status_code, response.content.decode()


def test_booking_for_a_client_confirms_and_mails(
    therapist: Browser, session_type: SessionType
) -> None:
    status, _ = book(therapist, session_type, "10:15")

    assert status == 302
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.starts_at) == (
        Status.CONFIRMED,
        new_york(MONDAY, "10:15"),
    )
    assert MailMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("has_address", "said"),
    [
        (True, "The appointment is booked and the client has a mail."),
        (False, "The appointment is booked."),
    ],
)
def test_only_who_has_an_address_is_said_to_have_a_mail(
    therapist: Browser, session_type: SessionType, has_address: bool, said: str
) -> None:
    who = ClientFactory() if has_address else ClientFactory(user=None)
    wanted = {"client": who.pk, "session_type": session_type.slug, "on": "2027-01-04"}

    page = therapist.post(
        reverse("booking:therapist_book"), wanted | {"at": "10:00", "place": "office"}, follow=True
    )

    assert said in page.content.decode()
    assert MailMessage.objects.count() == has_address


@pytest.mark.parametrize(
    ("day", "starts_at"),
    [
        ("2027-03-14", datetime(2027, 3, 14, 6, 30, tzinfo=UTC)),
        ("2027-11-07", datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_session_in_the_night_of_a_change_of_clocks_keeps_its_length(
    therapist: Browser, session_type: SessionType, day: str, starts_at: datetime
) -> None:
    status, _ = book(therapist, session_type, "01:30", on=day, open_time="on")

    one = Appointment.objects.get()
    assert (status, one.starts_at) == (302, starts_at)
    assert one.ends_at - one.starts_at == timedelta(minutes=50)
    assert one.blocked_until - one.blocked_from == timedelta(
        minutes=50 + session_type.buffer_before_minutes + session_type.buffer_after_minutes
    )


def test_outside_the_hours_the_page_says_how_to_book_all_the_same(
    therapist: Browser, session_type: SessionType
) -> None:
    status, page = book(therapist, session_type, "20:00")
    assert status == 200
    assert "Tick the box below if you want it all the same" in page
    assert 'value="20:00"' in page

    status, _ = book(therapist, session_type, "20:00", open_time="on")
    assert status == 302
    assert Appointment.objects.get().starts_at == new_york(MONDAY, "20:00")
    assert not AvailabilityException.objects.exists()


def test_outside_the_hours_is_not_over_another(
    therapist: Browser, session_type: SessionType
) -> None:
    an_appointment(session_type)

    _, page = book(therapist, session_type, "10:30", open_time="on")

    assert "Another appointment or its pause stands in this time." in page
    assert Appointment.objects.count() == 1


def test_moving_keeps_the_row_and_mails_once(therapist: Browser, session_type: SessionType) -> None:
    appointment = an_appointment(session_type)
    url = reverse("booking:therapist_move", args=[appointment.public_id])

    dragged = therapist.get(f"{url}?on=2027-01-04&at=11:00").content.decode()
    response = therapist.post(url, {"on": "2027-01-04", "at": "11:00", "place": "office"})

    assert 'value="11:00"' in dragged
    assert response.status_code == 302
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.sequence) == (new_york(MONDAY, "11:00"), 1)
    assert MailMessage.objects.count() == 0
    undo_is_over()
    assert [mail.subject for mail in MailMessage.objects.all()] == ["Your appointment has moved"]


def test_cancelling_as_the_therapist_never_makes_a_fee(
    therapist: Browser, session_type: SessionType
) -> None:
    appointment = an_appointment(session_type, new_york(NOW.date(), "16:00"))
    url = reverse("booking:therapist_cancel", args=[appointment.public_id])

    therapist.post(url, {"reason": "ill"})

    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancel_reason) == (Status.CANCELLED, "ill")


@pytest.mark.parametrize(
    ("outcome", "status"), [("completed", Status.COMPLETED), ("missed", Status.NO_SHOW)]
)
def test_what_came_of_it(
    therapist: Browser, session_type: SessionType, outcome: str, status: Status
) -> None:
    appointment = an_appointment(session_type, NOW - timedelta(hours=1))

    therapist.post(reverse(f"booking:therapist_{outcome}", args=[appointment.public_id]))

    appointment.refresh_from_db()
    assert appointment.status == status


def test_a_session_that_has_not_begun_is_not_missed(
    therapist: Browser, session_type: SessionType
) -> None:
    appointment = an_appointment(session_type)

    url = reverse("booking:therapist_missed", args=[appointment.public_id])
    page = therapist.post(url, follow=True).content.decode()

    assert "This session has not begun yet." in page
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def time_off(therapist: Browser, first: str, last: str) -> str:
    first_on, first_at = first.split()
    last_on, last_at = last.split()
    fields = {
        "first_on": first_on,
        "first_at": first_at,
        "last_on": last_on,
        "last_at": last_at,
        "how": "stretch",
        "note": "",
    }
    response = therapist.post(reverse("booking:time_off_create"), fields, follow=True)
    return response.content.decode()


def test_time_off_closes_the_time_and_names_what_is_booked_in_it(
    therapist: Browser, session_type: SessionType
) -> None:
    an_appointment(session_type)

    page = time_off(therapist, "2027-01-04 09:00", "2027-01-04 12:00")

    assert "These are still booked in it." in page
    assert "Ada Example" in page
    slots = f"/api/slots?session_type={session_type.slug}&from=2027-01-04&to=2027-01-04"
    assert therapist.get(slots).json()["slots"] == []


def test_time_off_can_be_taken_back(therapist: Browser, session_type: SessionType) -> None:
    time_off(therapist, "2027-01-04 09:00", "2027-01-04 12:00")
    closed = AvailabilityException.objects.get()

    therapist.post(reverse("booking:time_remove", args=[closed.public_id]))

    assert not AvailabilityException.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2027-01-04 12:00", "2027-01-04 09:00", "The end must be after the start."),
        ("2027-03-14 02:30", "2027-03-14 09:00", "The clocks go forward"),
    ],
)
def test_time_off_that_makes_no_sense_is_explained(
    therapist: Browser, first: str, last: str, words: str
) -> None:
    assert words in time_off(therapist, first, last)
    assert not AvailabilityException.objects.exists()


def test_another_therapist_sees_nothing_of_it(session_type: SessionType) -> None:
    appointment = an_appointment(session_type)
    other, browser = a_session_type().practitioner.user, Browser()
    add_app(other)
    browser.force_login(other)

    for name in ("therapist_move", "therapist_cancel"):
        url = reverse(f"booking:{name}", args=[appointment.public_id])
        assert browser.get(url).status_code == 404


EDGES = ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"]


@pytest.mark.parametrize("day", EDGES)
def test_days_at_the_edge_of_time_are_refused_beside_their_field(
    therapist: Browser, session_type: SessionType, day: str
) -> None:
    one = an_appointment(session_type)

    moved = therapist.post(
        reverse("booking:therapist_move", args=[one.public_id]),
        {"on": day, "at": "10:00", "place": "telehealth"},
    )
    closed = therapist.post(
        reverse("booking:time_off_create"), {"how": "whole", "first_on": day, "last_on": ""}
    )

    for page in (moved, closed):
        assert "Choose a year from 2000 to 2199." in page.content.decode()
    assert not AvailabilityException.objects.exists()


@pytest.mark.parametrize("day", EDGES)
def test_the_calendar_of_a_day_at_the_edge_of_time_is_todays(therapist: Browser, day: str) -> None:
    assert "December 28, 2026 to January 3, 2027" in therapist.get(week(day)).content.decode()
