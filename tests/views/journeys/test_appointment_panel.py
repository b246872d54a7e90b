"""One appointment in the therapist's hands: the page, and the calendar's panel with the same."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, AppointmentSeries, SessionType, Status
from intake.models import SafetyAlert
from portal.shared.models import AuditEvent
from tests.factories.accounts import add_app
from tests.factories.billing import a_charge
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.intake import an_intake, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _new_years_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session_type() -> SessionType:
    found = a_session_type()
    found.practitioner.video_link = "https://video.example.com/rowan"
    found.practitioner.save(update_fields=["video_link"])
    return found


def browser_of(session_type: SessionType) -> Browser:
    browser, user = Browser(), session_type.practitioner.user
    add_app(user)
    browser.force_login(user)
    return browser


def page_of(appointment: Appointment, **headers: str) -> str:
    url = reverse("journeys:therapist_appointment", args=[appointment.public_id])
    response = browser_of(appointment.session_type).get(url, headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_page_says_who_how_and_what_is_open(session_type: SessionType) -> None:
    appointment = an_appointment(session_type)
    an_intake("phq-9", "gad-7", appointment=appointment)
    a_charge(90_00, client=appointment.client)
    a_charge(30_00, client=appointment.client, starts_at=new_york(MONDAY, "15:00"))

    page = page_of(appointment)

    assert "<h1>Ada Example</h1>" in page
    assert "Monday, January 4, 2027, 10:00 am to 10:50 am" in page
    assert 'href="https://video.example.com/rowan" rel="noreferrer"' in page
    assert "0 of 2 parts filled in" in page
    assert "<dt>Balance</dt><dd>$120 is open</dd>" in page
    assert reverse("booking:therapist_move", args=[appointment.public_id]) in page
    assert reverse("booking:therapist_cancel", args=[appointment.public_id]) in page
    assert reverse("journeys:therapist_client", args=[appointment.client.public_id]) in page
    event = AuditEvent.objects.get(action="appointment.read")
    assert event.client_id == appointment.client_id


def test_the_panel_is_the_inside_of_the_page(session_type: SessionType) -> None:
    appointment = an_appointment(session_type)

    panel = page_of(appointment, hx_request="true")

    assert "<html" not in panel
    assert '<h2 class="panel-title" tabindex="-1">Ada Example</h2>' in panel
    assert "<dt>Balance</dt><dd>Nothing is open</dd>" in panel


def test_one_of_a_series_says_which(session_type: SessionType) -> None:
    client = ClientFactory()
    series = AppointmentSeries.objects.create(
        practitioner=session_type.practitioner,
        session_type=session_type,
        client=client,
        place="office",
        first_on=MONDAY,
        starts="10:00",
        count=8,
        created_by=session_type.practitioner.user,
    )

    page = page_of(an_appointment(session_type, client=client, series=series, number=3))

    assert "3 of 8 in a series" in page


def test_a_request_is_answered_here(session_type: SessionType) -> None:
    appointment = an_appointment(session_type, status=Status.REQUESTED)

    page = page_of(appointment)

    assert "Does this time suit you?" in page
    assert reverse("booking:therapist_approve", args=[appointment.public_id]) in page
    assert reverse("booking:therapist_decline", args=[appointment.public_id]) in page
    assert "Move it" not in page


def test_a_time_that_is_being_booked_has_no_client_yet(session_type: SessionType) -> None:
    page = page_of(an_appointment(session_type, status=Status.HELD))

    assert "<h1>Being booked</h1>" in page
    assert "kept for them until 10:15 am" in page
    assert "Balance" not in page
    assert "video.example.com" not in page


def test_an_offer_of_the_waitlist_says_until_when(session_type: SessionType) -> None:
    one = an_appointment(
        session_type, status=Status.HELD, holder="waitlist:77", client=ClientFactory()
    )

    assert "offered to them from the waitlist until 10:15 am" in page_of(one)


def test_an_open_alert_stands_before_everything(session_type: SessionType) -> None:
    appointment = an_appointment(session_type)
    an_intake("phq-9", appointment=appointment)
    SafetyAlert.objects.create(
        client=appointment.client,
        practitioner=appointment.practitioner,
        response=response_to(appointment.intake, "phq-9"),
        link_id="phq-9-9",
        raised_at=NOW,
    )

    page = page_of(appointment)

    assert page.index("Please read Ada Example’s answers now") < page.index("<h1>")


def test_what_came_of_it_is_said_here_and_can_be_taken_back(session_type: SessionType) -> None:
    appointment = an_appointment(session_type, NOW - timedelta(hours=1))
    browser = browser_of(session_type)

    url = reverse("booking:therapist_completed", args=[appointment.public_id])
    page = browser.post(url, headers={"hx-request": "true"}, follow=True).content.decode()

    assert "<html" not in page
    assert "Completed" in page
    assert "Noted: the session took place." in page


def test_what_ended_or_belongs_to_another_does_not_exist(session_type: SessionType) -> None:
    ended = an_appointment(session_type, status=Status.EXPIRED)
    others = an_appointment(a_session_type())

    browser = browser_of(session_type)
    for one in (ended, others):
        url = reverse("journeys:therapist_appointment", args=[one.public_id])
        assert browser.get(url).status_code == 404
