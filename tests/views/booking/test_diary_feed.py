"""What the therapist's calendar is given to draw, event by event."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import (
    AppointmentSeries,
    AvailabilityException,
    AvailabilityRule,
    CalendarConnection,
    ExceptionKind,
    ExternalBusy,
    ExternalEvent,
    SessionType,
    Status,
)
from portal.shared.models import AuditEvent
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db
ONE_DAY = "?start=2027-01-04&end=2027-01-05"


def events(therapist: Browser, query: str = ONE_DAY) -> list[dict[str, Any]]:
    response = therapist.get(reverse("booking:therapist_events") + query)
    assert response["Cache-Control"] == "no-store"
    found: list[dict[str, Any]] = response.json()
    return found


def drawn(therapist: Browser) -> list[dict[str, Any]]:
    """Without the open hours behind."""
    return [one for one in events(therapist) if one.get("display") != "background"]


def test_a_confirmed_appointment_can_be_dragged(
    therapist: Browser, session_type: SessionType
) -> None:
    one = an_appointment(session_type)

    assert drawn(therapist) == [
        {
            "id": str(one.public_id),
            "title": "Ada Example",
            "start": "2027-01-04T10:00:00",
            "end": "2027-01-04T10:50:00",
            "classNames": ["appointment", "confirmed"],
            "startEditable": True,
            "durationEditable": False,
            "extendedProps": {
                "kind": "appointment",
                "url": f"/therapist/appointments/{one.public_id}/",
                "ask": f"/therapist/appointments/{one.public_id}/move/ask",
                "about": "Session, Video",
                "state": "confirmed",
                "series": "",
            },
        }
    ]


@pytest.mark.parametrize(
    ("status", "title", "state"),
    [
        (Status.REQUESTED, "Ada Example", "asks for this time"),
        (Status.HELD, "Being booked", "being booked"),
        (Status.COMPLETED, "Ada Example", "completed"),
        (Status.NO_SHOW, "Ada Example", "missed"),
        (Status.LATE_CANCELLED, "Ada Example", "cancelled late"),
    ],
)
def test_every_other_state_is_named_and_stays_where_it_is(
    therapist: Browser, session_type: SessionType, status: Status, title: str, state: str
) -> None:
    an_appointment(session_type, status=status)

    (one,) = drawn(therapist)

    assert (one["title"], one["extendedProps"]["state"]) == (title, state)
    assert (one["classNames"], one["startEditable"]) == (["appointment", status], False)


def test_an_offer_of_the_waitlist_names_the_one_who_is_asked(
    therapist: Browser, session_type: SessionType
) -> None:
    an_appointment(session_type, status=Status.HELD, holder="waitlist:77", client=ClientFactory())

    (one,) = drawn(therapist)

    assert (one["title"], one["extendedProps"]["state"]) == (
        "Ada Example",
        "offered from the waitlist",
    )


def test_what_is_cancelled_or_kept_for_undo_is_not_drawn(
    therapist: Browser, session_type: SessionType
) -> None:
    an_appointment(session_type, status=Status.CANCELLED)
    an_appointment(
        session_type, status=Status.HELD, holder="undo:77", held_until=NOW + timedelta(days=9)
    )

    assert drawn(therapist) == []


def test_one_of_a_series_carries_its_number(therapist: Browser, session_type: SessionType) -> None:
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
    an_appointment(session_type, client=client, place="office", series=series, number=3)

    (one,) = drawn(therapist)

    assert one["classNames"] == ["appointment", "confirmed", "in-series"]
    assert one["extendedProps"]["about"] == "Session, Office, 3 of 8 in a series"
    assert one["extendedProps"]["series"] == "3 of 8"


def test_time_off_that_began_before_is_drawn_once_and_can_be_changed(
    therapist: Browser, session_type: SessionType
) -> None:
    closed = AvailabilityException.objects.create(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=new_york(MONDAY - timedelta(days=2), "12:00"),
        ends_at=new_york(MONDAY, "09:30"),
        note="A long walk",
    )

    assert drawn(therapist) == [
        {
            "id": f"time-{closed.public_id}",
            "title": "Time off",
            "start": "2027-01-02T12:00:00",
            "end": "2027-01-04T09:30:00",
            "classNames": ["time-off"],
            "startEditable": True,
            "durationEditable": True,
            "extendedProps": {
                "kind": "time",
                "url": f"/therapist/time/{closed.public_id}/",
                "ask": f"/therapist/time/{closed.public_id}/",
                "about": "A long walk",
            },
        }
    ]


def test_another_calendar_tells_when_and_never_what(
    therapist: Browser, session_type: SessionType
) -> None:
    practitioner, starts_at = session_type.practitioner, new_york(MONDAY, "13:00")
    calendar = CalendarConnection.objects.create(
        practitioner=practitioner,
        name="Family",
        server_url="https://dav.example.com/",
        username="a",
        password="b",
    )
    event = ExternalEvent.objects.create(
        connection=calendar, href="1.ics", source="SUMMARY:Dentist", expanded_until=NOW
    )
    ExternalBusy.objects.create(
        event=event,
        practitioner=practitioner,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
    )

    assert drawn(therapist) == [
        {
            "id": f"elsewhere-{int(starts_at.timestamp())}",
            "title": "Busy elsewhere",
            "start": "2027-01-04T13:00:00",
            "end": "2027-01-04T14:00:00",
            "classNames": ["elsewhere"],
            "extendedProps": {"kind": "elsewhere"},
        }
    ]


def test_open_hours_lie_behind_and_end_at_midnight_when_they_do(
    therapist: Browser, session_type: SessionType
) -> None:
    AvailabilityRule.objects.update(ends="23:59")

    assert events(therapist) == [
        {
            "start": "2027-01-04T09:00:00",
            "end": "2027-01-05T00:00:00",
            "display": "background",
            "classNames": ["open-hours"],
        }
    ]


@pytest.mark.parametrize(
    ("day", "starts_at", "wall"),
    [
        ("2026-11-01", datetime.fromisoformat("2026-11-01T15:00:00+00:00"), "10:00"),
        ("2027-03-14", datetime.fromisoformat("2027-03-14T15:00:00+00:00"), "11:00"),
    ],
)
def test_on_the_days_the_clocks_change_the_wall_clock_is_right(
    therapist: Browser, session_type: SessionType, day: str, starts_at: datetime, wall: str
) -> None:
    an_appointment(session_type, starts_at)
    following = (starts_at + timedelta(days=1)).date()

    (one,) = (
        event
        for event in events(therapist, f"?start={day}&end={following}")
        if event.get("display") != "background"
    )

    assert one["start"] == f"{day}T{wall}:00"


def test_what_spans_the_hour_that_comes_twice_is_drawn_with_its_length(
    therapist: Browser, session_type: SessionType
) -> None:
    an_appointment(session_type, datetime.fromisoformat("2026-11-01T05:30:00+00:00"))

    (one,) = (
        event
        for event in events(therapist, "?start=2026-11-01&end=2026-11-02")
        if event.get("display") != "background"
    )

    assert (one["start"], one["end"]) == ("2026-11-01T01:30:00", "2026-11-01T02:20:00")


def test_a_month_of_many_costs_the_same_as_of_one(
    therapist: Browser, session_type: SessionType
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            events(therapist, "?start=2027-01-01&end=2027-02-07")
        return len(captured)

    an_appointment(session_type, new_york(MONDAY, "09:00"))
    queries()  # the first one also fills the session
    one = queries()
    for day in range(1, 21):
        an_appointment(session_type, new_york(MONDAY + timedelta(days=day), "09:00"))

    assert queries() == one


def test_whose_diary_was_read_is_written_down(
    therapist: Browser, session_type: SessionType
) -> None:
    one = an_appointment(session_type)
    events(therapist)

    (event,) = AuditEvent.objects.filter(action="diary.read")
    assert event.detail == {"first": "2027-01-04", "days": 1, "clients": [one.client_id]}


@pytest.mark.parametrize(
    ("view", "title", "first", "count"),
    [
        ("day", "Monday, January 4, 2027", "Monday, January 4", 1),
        ("week", "January 4 to January 10, 2027", "Monday, January 4", 7),
        ("month", "January 2027", "Monday, January 4", 1),
        ("list", "January 4 to January 17, 2027", "Monday, January 4", 1),
        ("no-such", "January 4 to January 10, 2027", "Monday, January 4", 7),
    ],
)
def test_each_view_is_a_list_without_a_script(
    therapist: Browser, session_type: SessionType, view: str, title: str, first: str, count: int
) -> None:
    an_appointment(session_type)

    url = reverse("booking:therapist_week")
    page = therapist.get(f"{url}?view={view}&day=2027-01-04").content.decode()

    assert f'aria-live="polite">{title}</h1>' in page
    assert page.count('class="agenda-day"') == count
    assert first in page
    assert "10:00 am to 10:50 am · Ada Example" in page
    for other in ("day", "week", "month", "list"):
        assert f'href="?view={other}&amp;day=2027-01-04"' in page


def test_a_month_without_anything_says_so(therapist: Browser) -> None:
    page = therapist.get(reverse("booking:therapist_week") + "?view=month").content.decode()

    assert "Nothing is booked" in page
