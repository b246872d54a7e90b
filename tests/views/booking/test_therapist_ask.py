"""What the calendar asks before it changes anything, what it says after, and what it refuses."""

import json
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from booking.models import (
    Appointment,
    AppointmentChange,
    AvailabilityException,
    ExceptionKind,
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


@pytest.fixture
def therapist(session_type: SessionType) -> Browser:
    user, browser = session_type.practitioner.user, Browser(headers={"hx-request": "true"})
    add_app(user)
    browser.force_login(user)
    return browser


def ask(therapist: Browser, one: Appointment, start: str) -> str:
    url = reverse("booking:move_ask", args=[one.public_id])
    return _flat(therapist.get(url, {"start": start}))


def move(therapist: Browser, one: Appointment, start: str, **more: str) -> HttpResponse:
    url = reverse("booking:move_ask", args=[one.public_id])
    return therapist.post(url, {"start": start, "place": one.place, **more})


def _flat(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def event_of(response: HttpResponse) -> str:
    """What the script is told."""
    (name,) = json.loads(response["HX-Trigger"])
    assert response["HX-Retarget"] == "#calendar-message"
    return str(name)


def test_before_a_move_it_says_from_to_and_who_is_told(
    therapist: Browser, session_type: SessionType
) -> None:
    page = ask(therapist, an_appointment(session_type), "2027-01-04T11:00")

    assert "Move Ada Example?" in page
    assert "<dd>Monday, January 4, 10:00 am to 10:50 am</dd>" in page
    assert "<b>Monday, January 4, 11:00 am to 11:50 am</b>" in page
    assert "Ada Example gets a mail after 3 minutes, unless you undo." in page
    assert 'name="open_time"' not in page


def test_outside_the_hours_it_offers_to_open_the_time(
    therapist: Browser, session_type: SessionType
) -> None:
    page = ask(therapist, an_appointment(session_type), "2027-01-04T20:00")

    assert "This is outside your hours for video." in page
    assert "Move it outside my hours" in page
    assert 'name="open_time" value="on"' in page


def test_what_stands_in_the_way_is_named_and_nothing_can_be_pressed(
    therapist: Browser, session_type: SessionType
) -> None:
    wren = ClientFactory(legal_name="Wren Placeholder")
    an_appointment(session_type, new_york(MONDAY, "11:00"), client=wren, place="office")

    page = ask(therapist, an_appointment(session_type), "2027-01-04T10:30")

    assert "Another appointment or its pause stands in this time." in page
    assert "<li>11:00 am to 11:50 am: Wren Placeholder, office</li>" in page
    assert 'type="submit"' not in page
    assert "gets a mail" not in page


def test_time_off_and_a_visitor_who_is_booking_are_named(
    therapist: Browser, session_type: SessionType
) -> None:
    moving = an_appointment(session_type)
    AvailabilityException.objects.create(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=new_york(MONDAY, "11:00"),
        ends_at=new_york(MONDAY, "12:00"),
    )
    an_appointment(session_type, new_york(MONDAY, "09:00"), status=Status.HELD)

    assert "<li>11:00 am to 12:00 pm: time off</li>" in ask(therapist, moving, "2027-01-04T11:00")
    held = ask(therapist, moving, "2027-01-04T09:00")
    assert "<li>9:00 am to 9:50 am: being booked, until 10:15 am</li>" in held


def test_asking_writes_nothing(therapist: Browser, session_type: SessionType) -> None:
    one = an_appointment(session_type)
    before = AuditEvent.objects.count()

    ask(therapist, one, "2027-01-04T20:00")

    one.refresh_from_db()
    assert (one.starts_at, one.sequence) == (new_york(MONDAY, "10:00"), 0)
    assert not AvailabilityException.objects.exists()
    assert AuditEvent.objects.count() == before


def test_a_move_mails_nobody_before_it_can_no_longer_be_undone(
    therapist: Browser, session_type: SessionType
) -> None:
    one = an_appointment(session_type)

    response = move(therapist, one, "2027-01-04T11:00")

    assert event_of(response) == "calendar:done"
    one.refresh_from_db()
    assert one.starts_at == new_york(MONDAY, "11:00")
    assert not MailMessage.objects.exists()
    change = AppointmentChange.objects.get()
    page = _flat(response)
    assert "Ada Example is moved to Monday, January 4, 11:00 am." in page
    assert "No mail goes out before <b>10:03 am</b>." in page
    assert reverse("booking:therapist_undo", args=[change.batch]) in page


def test_undo_from_the_calendar_puts_it_back(therapist: Browser, session_type: SessionType) -> None:
    one = an_appointment(session_type)
    move(therapist, one, "2027-01-04T11:00")
    batch = AppointmentChange.objects.get().batch

    page = therapist.post(
        reverse("booking:therapist_undo", args=[batch]), follow=True
    ).content.decode()

    one.refresh_from_db()
    assert one.starts_at == new_york(MONDAY, "10:00")
    assert '<div class="messages" role="status">' in page
    assert "It is as it was before. Nobody was told." in page


def test_moving_outside_the_hours_opens_them_for_nobody_else(
    therapist: Browser, session_type: SessionType
) -> None:
    one = an_appointment(session_type)

    response = move(therapist, one, "2027-01-04T20:00", open_time="on")

    assert event_of(response) == "calendar:done"
    one.refresh_from_db()
    assert one.starts_at == new_york(MONDAY, "20:00")
    assert not AvailabilityException.objects.exists()


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2027-01-04T20:00", "This is outside your hours"),
        ("2026-12-28T10:00", "This time has begun already."),
        ("2027-01-04T10:03", "Choose a start on a full five minutes."),
        ("2027-03-14T02:30", "The clocks go forward in this hour."),
        ("yesterday", "This is not a time of the calendar."),
    ],
)
def test_a_refused_move_changes_nothing_and_says_why(
    therapist: Browser, session_type: SessionType, start: str, reason: str
) -> None:
    one = an_appointment(session_type)

    response = move(therapist, one, start)

    assert event_of(response) == "calendar:refused"
    assert "Nothing has changed." in _flat(response)
    assert reason in _flat(response)
    one.refresh_from_db()
    assert (one.starts_at, one.sequence) == (new_york(MONDAY, "10:00"), 0)


def test_a_time_that_was_taken_meanwhile_is_refused(
    therapist: Browser, session_type: SessionType
) -> None:
    one = an_appointment(session_type)
    assert "Move it" in ask(therapist, one, "2027-01-04T11:00")
    an_appointment(session_type, new_york(MONDAY, "11:00"))

    response = move(therapist, one, "2027-01-04T11:00")

    assert event_of(response) == "calendar:refused"
    assert "Another appointment or its pause stands in this time." in _flat(response)


def test_what_is_called_off_does_not_move(therapist: Browser, session_type: SessionType) -> None:
    one = an_appointment(session_type, status=Status.CANCELLED)

    response = move(therapist, one, "2027-01-04T11:00")

    assert "This appointment is over or called off already." in _flat(response)


def test_an_empty_stretch_offers_three_uses(therapist: Browser, session_type: SessionType) -> None:
    an_appointment(session_type)

    query = {"start": "2027-01-04T09:00", "end": "2027-01-04T12:00"}
    page = _flat(therapist.get(reverse("booking:time_ask"), query))

    assert "Monday, January 4, 9:00 am to 12:00 pm" in page
    assert 'name="kind" value="closed">Take it off' in page
    assert 'name="kind" value="extra">Open it for booking' in page
    assert f"{reverse('booking:therapist_book')}?on=2027-01-04&amp;at=09:00" in page
    assert "<li>Mon, Jan 4, 10:00 am: Ada Example</li>" in page
    assert not AvailabilityException.objects.exists()


@pytest.mark.parametrize(("kind", "words"), [("closed", "Time off:"), ("extra", "Extra time:")])
def test_a_stretch_becomes_time_off_or_extra_time(
    therapist: Browser, session_type: SessionType, kind: str, words: str
) -> None:
    an_appointment(session_type)
    fields = {"start": "2027-01-04T09:00", "end": "2027-01-04T12:00", "kind": kind}

    response = therapist.post(reverse("booking:time_ask"), fields)

    assert event_of(response) == "calendar:done"
    one = AvailabilityException.objects.get()
    assert (one.kind, one.starts_at, one.ends_at) == (
        kind,
        new_york(MONDAY, "09:00"),
        new_york(MONDAY, "12:00"),
    )
    page = _flat(response)
    assert words in page
    assert ("Still booked in it:" in page) == (kind == "closed")
    assert reverse("booking:time_remove", args=[one.public_id]) in page


def test_a_stretch_that_ends_before_it_begins_is_refused(therapist: Browser) -> None:
    fields = {"start": "2027-01-04T12:00", "end": "2027-01-04T12:00", "kind": "closed"}

    response = therapist.post(reverse("booking:time_ask"), fields)

    assert event_of(response) == "calendar:refused"
    assert "The end must be after the start." in _flat(response)
    assert not AvailabilityException.objects.exists()


@pytest.fixture
def closed(session_type: SessionType) -> AvailabilityException:
    return AvailabilityException.objects.create(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=new_york(MONDAY, "09:00"),
        ends_at=new_york(MONDAY, "09:30"),
        note="A long walk",
    )


def test_time_off_that_is_dragged_asks_and_then_changes(
    therapist: Browser, session_type: SessionType, closed: AvailabilityException
) -> None:
    an_appointment(session_type)
    url = reverse("booking:time_change", args=[closed.public_id])
    span = {"start": "2027-01-04T09:00", "end": "2027-01-04T10:15"}

    question = _flat(therapist.get(url, span))
    response = therapist.post(url, span)

    assert "Change your time off?" in question
    assert "<b>Mon, Jan 4, 9:00 am to Mon, Jan 4, 10:15 am</b>" in question
    assert "<li>Mon, Jan 4, 10:00 am: Ada Example</li>" in question
    assert event_of(response) == "calendar:done"
    closed.refresh_from_db()
    assert (closed.ends_at, closed.note) == (new_york(MONDAY, "10:15"), "A long walk")
    (event,) = AuditEvent.objects.filter(action="time.change")
    assert event.detail["was"] == ["2027-01-04T14:00:00+00:00", "2027-01-04T14:30:00+00:00"]


def test_time_off_changes_on_a_page_without_a_script(
    therapist: Browser, session_type: SessionType, closed: AvailabilityException
) -> None:
    url = reverse("booking:time_change", args=[closed.public_id])
    page = Browser()
    page.force_login(session_type.practitioner.user)
    fields = {
        "first_on": "2027-01-05",
        "first_at": "09:00",
        "last_on": "2027-01-05",
        "last_at": "08:00",
        "note": "",
    }

    shown = page.get(url).content.decode()
    refused = page.post(url, fields).content.decode()
    changed = page.post(url, fields | {"last_at": "11:00"})

    assert 'value="A long walk"' in shown
    assert 'value="09:30"' in shown
    assert "The end must be after the start." in refused
    assert changed["Location"] == f"{reverse('booking:therapist_week')}?day=2027-01-05"
    closed.refresh_from_db()
    assert (closed.starts_at, closed.note) == (
        new_york(MONDAY + timedelta(days=1), "09:00"),
        None,
    )


def test_what_belongs_to_another_does_not_exist(therapist: Browser) -> None:
    others = an_appointment(a_session_type())
    theirs = AvailabilityException.objects.create(
        practitioner=others.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
    )

    assert move(therapist, others, "2027-01-04T11:00").status_code == 404
    url = reverse("booking:time_change", args=[theirs.public_id])
    assert therapist.get(url, {"start": "2027-01-04T11:00"}).status_code == 404


@pytest.mark.parametrize("start", ["0001-01-01T00:00", "9999-12-31T23:00"])
def test_what_is_dragged_to_the_edge_of_time_is_refused(
    therapist: Browser, session_type: SessionType, start: str
) -> None:
    asked = ask(therapist, an_appointment(session_type), start)
    drawn = therapist.get(reverse("booking:time_ask"), {"start": start, "end": "2027-01-05T10:00"})

    assert "Choose a year from 2000 to 2199." in asked
    assert "Choose a year from 2000 to 2199." in _flat(drawn)
