"""Time off, extra time and public holidays by their pages, without a script."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import AvailabilityException, ExceptionKind, SessionType, WaitlistEntry
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    ClientFactory,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db

LIST = reverse("booking:therapist_days_off")
CLOSE = reverse("booking:holiday_close")
OFF = reverse("booking:time_off_create")
EXTRA = reverse("booking:extra_time_create")
KING = date(2027, 1, 18)


def entries() -> list[tuple[str, str, str]]:
    return [
        (
            one.kind,
            one.starts_at.astimezone(NEW_YORK).strftime("%m-%d %H:%M"),
            one.ends_at.astimezone(NEW_YORK).strftime("%m-%d %H:%M"),
        )
        for one in AvailabilityException.objects.all()
    ]


def holiday(browser: Browser, on: date):
    (found,) = [one for one in browser.get(LIST).context["holidays"] if one.on == on]
    return found


def open_times(browser: Browser, session_type: SessionType, day: date) -> int:
    url = f"/api/slots?session_type={session_type.slug}&from={day}&to={day}"
    return len(browser.get(url).json()["slots"])


def test_no_holiday_is_closed_by_itself(therapist: Browser, session_type: SessionType) -> None:
    page = therapist.get(LIST)

    first = page.context["holidays"][0]
    assert (first.when, first.name, first.who) == (
        "Friday, January 1, 2027",
        "New Year’s Day",
        "Federal",
    )
    assert not any(one.suggestion.is_closed for one in page.context["holidays"])
    assert open_times(therapist, session_type, KING) == 5
    assert entries() == []


def test_one_click_closes_the_whole_day_and_another_opens_it(
    therapist: Browser, session_type: SessionType
) -> None:
    page = therapist.post(CLOSE, {"on": str(KING)}, follow=True).content.decode()

    assert "Monday, January 18, 2027 is closed." in page
    assert entries() == [("closed", "01-18 00:00", "01-19 00:00")]
    assert AvailabilityException.objects.get().note == "Martin Luther King Jr. Day"
    assert open_times(therapist, session_type, KING) == 0

    entry = holiday(therapist, KING).suggestion.entry
    back = reverse("booking:time_remove", args=[entry.public_id])
    assert f"{back}?from=list" in page
    assert therapist.post(f"{back}?from=list").url == LIST
    assert not holiday(therapist, KING).suggestion.is_closed
    assert open_times(therapist, session_type, KING) == 5


def test_a_day_that_is_closed_already_is_shown_so_and_closed_once(therapist: Browser) -> None:
    therapist.post(OFF, {"how": "whole", "first_on": "2027-01-15", "last_on": "2027-01-20"})

    therapist.post(CLOSE, {"on": str(KING)})

    found = holiday(therapist, KING).suggestion
    assert (found.is_closed, found.entry) == (True, None)
    assert entries() == [("closed", "01-15 00:00", "01-21 00:00")]


def test_closing_a_day_names_who_is_booked_on_it(
    therapist: Browser, session_type: SessionType
) -> None:
    an_appointment(session_type, new_york(KING, "10:00"))

    assert holiday(therapist, KING).suggestion.booked == 1
    page = therapist.post(CLOSE, {"on": str(KING)}).content.decode()

    assert "These are still booked in it." in page
    assert "Ada Example" in page


@pytest.mark.parametrize("on", ["", "x", "2027-01-19", "2030-01-01"])
def test_only_a_suggested_day_can_be_closed_this_way(therapist: Browser, on: str) -> None:
    assert therapist.post(CLOSE, {"on": on}).status_code == 404
    assert entries() == []


def test_whole_days_need_no_hours(therapist: Browser) -> None:
    therapist.post(OFF, {"how": "whole", "first_on": "2027-01-04", "last_on": "2027-01-06"})
    therapist.post(OFF, {"how": "whole", "first_on": "2027-03-14", "last_on": ""})

    assert entries() == [
        ("closed", "01-04 00:00", "01-07 00:00"),
        ("closed", "03-14 00:00", "03-15 00:00"),
    ]
    assert [entry.when for entry in therapist.get(LIST).context["entries"]] == [
        "Monday, January 4 to Wednesday, January 6",
        "Sunday, March 14",
    ]


HOURS = {
    "first_on": "2027-01-04",
    "last_on": "2027-01-05",
    "first_at": "12:00",
    "last_at": "13:30",
}


def test_the_same_hours_on_each_of_several_days(therapist: Browser) -> None:
    therapist.post(OFF, HOURS | {"how": "daily", "note": "Training"})

    assert entries() == [
        ("closed", "01-04 12:00", "01-04 13:30"),
        ("closed", "01-05 12:00", "01-05 13:30"),
    ]
    event = AuditEvent.objects.get(action="time.closed")
    assert event.detail == {"entries": 2}


def test_one_stretch_over_several_days(therapist: Browser) -> None:
    therapist.post(OFF, HOURS | {"how": "stretch"})

    assert entries() == [("closed", "01-04 12:00", "01-05 13:30")]
    assert [entry.when for entry in therapist.get(LIST).context["entries"]] == [
        "Monday, January 4, 12:00 pm to Tuesday, January 5, 1:30 pm"
    ]


def test_extra_time_never_opens_the_nights_between(therapist: Browser) -> None:
    therapist.post(EXTRA, HOURS | {"place": "office"})

    assert entries() == [
        ("extra", "01-04 12:00", "01-04 13:30"),
        ("extra", "01-05 12:00", "01-05 13:30"),
    ]
    assert set(AvailabilityException.objects.values_list("place", flat=True)) == {"office"}


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"last_on": "2027-01-03"}, "last_on", "must not be before the first."),
        ({"last_at": "11:00"}, "last_at", "The end must be after the start."),
        ({"first_at": ""}, "first_at", "Give a time."),
        ({"last_on": "2027-06-01"}, "last_on", "At most 62 days at once."),
        ({"how": ""}, "how", "This field is required."),
        (
            {"first_on": "2027-03-13", "last_on": "2027-03-15", "first_at": "02:30"},
            "first_at",
            "The clocks go forward in this hour.",
        ),
    ],
)
def test_a_mistake_is_told_next_to_its_field(
    therapist: Browser, given: dict[str, str], field: str, words: str
) -> None:
    response = therapist.post(OFF, HOURS | {"how": "daily", "note": "Training"} | given)

    form = response.context["form"]
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert form["note"].value() == "Training"
    assert entries() == []


def test_whoever_waits_for_a_time_hears_of_one_that_opens(
    therapist: Browser, session_type: SessionType
) -> None:
    WaitlistEntry.objects.create(session_type=session_type, client=ClientFactory())
    therapist.post(OFF, HOURS | {"how": "stretch"})
    assert not OutboxEntry.objects.filter(kind="offer_opening").exists()

    closed = AvailabilityException.objects.get()
    therapist.post(reverse("booking:time_remove", args=[closed.public_id]))
    therapist.post(EXTRA, HOURS | {"last_on": ""})

    told = OutboxEntry.objects.filter(kind="offer_opening").order_by("pk")
    noon = int(new_york(MONDAY, "12:00").timestamp())
    assert [(one.payload["starts_at"], one.payload["ends_at"]) for one in told] == [
        (noon, noon + 25 * 3600 + 1800),
        (noon, noon + 5400),
    ]


def test_the_page_costs_the_same_for_one_and_for_three(
    therapist: Browser, session_type: SessionType
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            therapist.get(LIST)
        return len(captured)

    def close(days: int) -> None:
        AvailabilityException.objects.create(
            practitioner=session_type.practitioner,
            kind=ExceptionKind.CLOSED,
            starts_at=new_york(KING, "00:00") + timedelta(days=days),
            ends_at=new_york(KING, "00:00") + timedelta(days=days + 1),
        )

    close(0)
    queries()
    one = queries()
    close(1)
    close(2)

    assert queries() == one
