"""The therapist's page of what is set once, and of who waits."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client as Browser

from booking.models import SessionType, Status
from portal.journeys.navigation import PRACTICE
from tests.factories.accounts import add_app
from tests.factories.booking import NOW, PractitionerFactory, a_session_type, an_appointment
from tests.factories.waitlist import WaitlistEntryFactory, a_line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _new_years_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


def ways(user) -> list[str]:
    """The lines of the page: the label, and how many wait."""
    browser = Browser()
    add_app(user)
    browser.force_login(user)
    page = browser.get("/therapist/practice/").content.decode()
    rows = re.findall(r"<li>\s*<div>.*?</li>", page, re.S)
    return [" ".join(re.findall(r"(?:<a [^>]*|badge warn\")>([^<]+)", row)) for row in rows]


def test_every_door_stands_there_once(session_type):
    assert ways(session_type.practitioner.user) == [
        door.label for group in PRACTICE for door in group.doors
    ]


def test_who_waits_is_counted(session_type):
    an_appointment(session_type, status=Status.REQUESTED)
    a_line(session_type, {}, {})
    WaitlistEntryFactory(session_type=session_type, until_on=date(2026, 12, 31))

    found = ways(session_type.practitioner.user)

    assert found[:3] == ["Requests 1 waiting", "Waitlist 2 waiting", "Weekly hours"]


def test_another_therapists_people_are_not_counted(session_type):
    an_appointment(session_type, status=Status.REQUESTED)
    a_line(session_type, {})

    assert ways(PractitionerFactory().user)[:2] == ["Requests", "Waitlist"]
