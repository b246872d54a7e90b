"""The therapist's today: the next client first, then the rest of the day."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking.models import (
    AvailabilityException,
    CalendarConnection,
    ExceptionKind,
    SessionType,
    Status,
)
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
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db
MORNING = new_york(MONDAY, "08:35")
LINK = "https://video.example.com/rowan"


@pytest.fixture
def session_type() -> SessionType:
    found = a_session_type()
    found.practitioner.video_link = LINK
    found.practitioner.save(update_fields=["video_link"])
    return found


@pytest.fixture(autouse=True)
def _in_the_morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def today(session_type: SessionType) -> Callable[[], str]:
    browser, user = Browser(), session_type.practitioner.user
    add_app(user)
    browser.force_login(user)
    return lambda: " ".join(browser.get("/therapist/").content.decode().split())


def at(session_type: SessionType, clock: str, **fields: object) -> None:
    an_appointment(session_type, new_york(MONDAY, clock), **fields)  # type: ignore[arg-type]


def next_client(page: str) -> str:
    found = re.search(r'<section class="panel next-client".*?</section>', page)
    assert found
    return found.group()


def test_the_next_client_stands_first_with_what_is_to_be_known(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    ada = an_appointment(session_type, new_york(MONDAY, "09:00"))
    an_intake("phq-9", "gad-7", appointment=ada)
    a_charge(90_00, client=ada.client)
    at(session_type, "11:00", client=ClientFactory(legal_name="Wren Placeholder"))

    card = next_client(today())

    assert "Next, in 25 minutes" in card
    assert "Ada Example" in card
    assert "9:00 am to 9:50 am" in card
    assert "0 of 2 parts filled in" in card
    assert "Something is open" in card
    assert "$" not in card
    assert f'href="{LINK}" rel="noreferrer">Join the video room' in card


def test_at_the_office_there_is_no_room_to_join(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    at(session_type, "09:00", place="office")

    card = next_client(today())

    assert LINK not in card
    assert "100 Example Street" in card
    assert "Nothing is open" in card
    assert "No intake is asked for" in card


def test_the_next_client_of_another_day_is_named_with_the_day(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    an_appointment(session_type, new_york(MONDAY + timedelta(days=1), "10:00"))

    page = today()

    assert "Tuesday, January 5, 10:00 am to 10:50 am" in next_client(page)
    assert "Nothing else is in your day." in page


def test_the_rest_of_the_day_names_gaps_time_off_and_what_is_over(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    at(session_type, "06:00", status=Status.COMPLETED)
    at(session_type, "07:00")
    at(session_type, "09:00")
    at(session_type, "11:00", client=ClientFactory(legal_name="Wren Placeholder"))
    AvailabilityException.objects.create(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=new_york(MONDAY, "12:00"),
        ends_at=new_york(MONDAY, "13:00"),
        note="A long walk",
    )

    rest = today().partition("The rest of today")[2]

    lines = [
        re.sub(r"<[^>]+>", "", line).strip()
        for line in re.findall(r'<p class="(?:title|meta)">(.*?)</p>', rest)
    ]
    assert lines == [
        "6:00 am · Ada Example",
        "Session, video · Completed · no intake asked",
        "7:00 am · Ada Example",
        "Session, video · over; what came of it? · no intake asked",
        "7:50 am to 9:00 am · free",
        "9:50 am to 11:00 am · free",
        "11:00 am · Wren Placeholder",
        "Session, video · Confirmed · no intake asked",
        "Time off: Jan 4, 12:00 pm to Jan 4, 1:00 pm · A long walk",
    ]


def test_what_comes_after_today_is_listed_and_today_is_not_listed_again(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    at(session_type, "10:00")
    an_appointment(session_type, new_york(MONDAY + timedelta(days=1), "10:00"))

    coming = today().partition("Coming up")[2]

    assert re.findall(r"(\w+, Jan \d+, [\d:]+ am)", coming) == ["Tue, Jan 5, 10:00 am"]


def test_requests_wait_for_an_answer_here(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    an_appointment(
        session_type, new_york(MONDAY + timedelta(days=7), "10:00"), status=Status.REQUESTED
    )

    page = today()

    assert "Waiting for your answer" in page
    assert "Ada Example asks for Mon, Jan 11, 10:00 am" in page


def test_a_calendar_that_is_out_of_step_is_named(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    CalendarConnection.objects.create(
        practitioner=session_type.practitioner,
        name="Family",
        server_url="https://dav.example.com/",
        username="a",
        password="b",
        failing_since=NOW,
        failure="unreachable",
    )

    assert "Family has been out of step since Jan 1, 10:00 am." in today()


def test_a_day_without_anything_says_so(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    assert "Time for notes, rest or a walk." in today()


def test_who_was_seen_is_written_down(session_type: SessionType, today: Callable[[], str]) -> None:
    ada = an_appointment(session_type, new_york(MONDAY, "09:00"))
    today()

    (event,) = AuditEvent.objects.filter(action="diary.read")
    assert event.detail == {"first": "2027-01-04", "days": 1, "clients": [ada.client_id]}


def test_three_sessions_cost_as_many_queries_as_one(
    session_type: SessionType, today: Callable[[], str]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            today()
        return len(captured)

    an_intake("phq-9", appointment=an_appointment(session_type, new_york(MONDAY, "09:00")))
    queries()
    one = queries()
    for clock in ("10:00", "11:00"):
        an_intake("phq-9", appointment=an_appointment(session_type, new_york(MONDAY, clock)))

    assert queries() == one
