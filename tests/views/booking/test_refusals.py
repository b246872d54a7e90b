"""A hand-made request for a time that is not listed is refused, and told why."""

from datetime import timedelta

import pytest

from booking.availability import Reason
from booking.models import (
    Appointment,
    AvailabilityException,
    CalendarConnection,
    ExceptionKind,
    ExternalBusy,
    ExternalEvent,
    Place,
    Status,
)
from tests.factories.booking import (
    MONDAY,
    NOW,
    RuleFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.views.booking.test_calendar_page import choose, text_of

pytestmark = pytest.mark.django_db


def taken(session_type):
    an_appointment(session_type, new_york(MONDAY, "10:00"))


def full_day(session_type):
    session_type.daily_cap = 1
    an_appointment(session_type, new_york(MONDAY, "15:00"))


def full_week(session_type):
    session_type.weekly_cap = 1
    an_appointment(session_type, new_york(MONDAY + timedelta(days=6), "15:00"))


def time_off(session_type):
    AvailabilityException.objects.create(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=new_york(MONDAY, "10:30"),
        ends_at=new_york(MONDAY, "10:45"),
    )


def another_calendar(session_type):
    connection = CalendarConnection.objects.create(
        practitioner=session_type.practitioner, name="Mine",
        server_url="https://calendar.example.com/", username="u", password="p",
    )  # fmt: skip
    event = ExternalEvent.objects.create(
        connection=connection, href="/1.ics", source="", expanded_until=NOW
    )
    ExternalBusy.objects.create(
        event=event,
        practitioner=session_type.practitioner,
        starts_at=new_york(MONDAY, "10:30"),
        ends_at=new_york(MONDAY, "10:45"),
    )


def far_place(session_type):
    session_type.practitioner.travel_minutes = 30
    session_type.practitioner.save()
    an_appointment(session_type, new_york(MONDAY, "11:00"), place=Place.OFFICE)


def packed(session_type):
    session_type.is_packed = True


def office_only(session_type):
    session_type.by_telehealth = False


def long_notice(session_type):
    session_type.notice_days = 3
    session_type.notice_clock = "10:01"


def near_end(session_type):
    session_type.open_until = MONDAY - timedelta(days=1)


def nothing(session_type):
    RuleFactory(practitioner=session_type.practitioner, weekday=4)


AT = "Monday, January 4, 10:00 am"
CASES = [
    (Reason.TAKEN, taken, {}, f"Someone else has just taken {AT}."),
    (Reason.PAST, nothing, {"start": NOW - timedelta(hours=1)}, "January 1, 9:00 am has passed."),
    (Reason.TOO_SOON, long_notice, {}, f"{AT} is too soon to book here."),
    (Reason.TOO_FAR, near_end, {}, f"{AT} is further ahead than we plan."),
    (Reason.DAY_FULL, full_day, {}, "That day is full."),
    (Reason.WEEK_FULL, full_week, {}, "That week is full."),
    (Reason.TIME_OFF, time_off, {}, f"{AT} is no longer open."),
    (Reason.BUSY_ELSEWHERE, another_calendar, {}, f"{AT} is no longer open."),
    (
        Reason.OUTSIDE_HOURS,
        nothing,
        {"start": new_york(MONDAY, "15:00")},
        "Monday, January 4, 3:00 pm is outside our hours for this way to meet.",
    ),
    (Reason.NO_TIME_TO_TRAVEL, far_place, {}, f"At {AT} we could not be there in time"),
    (
        Reason.LEAVES_HOLE,
        packed,
        {"start": new_york(MONDAY, "09:30")},
        "We don't begin a session at Monday, January 4, 9:30 am: it would leave a gap",
    ),
    (
        Reason.OFF_GRID,
        nothing,
        {"start": new_york(MONDAY, "10:07")},
        "We don't begin a session at Monday, January 4, 10:07 am.",
    ),
    (Reason.WRONG_PLACE, office_only, {}, "This kind of session is not offered in that way"),
    (Reason.WRONG_PLACE, nothing, {"place": "moon"}, "is not offered in that way to meet"),
    (
        Reason.WRONG_LENGTH,
        nothing,
        {"minutes": "45"},
        "The length of this session has changed since you opened the page.",
    ),
    (Reason.WRONG_LENGTH, nothing, {"minutes": "long"}, "The length of this session has changed"),
]


@pytest.mark.parametrize(("reason", "arrange", "asked", "words"), CASES)
def test_each_reason_is_told_in_words(client, reason, arrange, asked, words):
    session_type = a_session_type(slug="talk", name="First talk")
    arrange(session_type)
    session_type.save()
    start = asked.get("start", new_york(MONDAY, "10:00")).isoformat()

    response = choose(client, start, **{k: v for k, v in asked.items() if k != "start"})

    assert response.status_code == 409
    assert words in text_of(response)
    assert not Appointment.objects.filter(status=Status.HELD).exists()


def test_every_reason_is_among_them():
    assert {reason for reason, *_ in CASES} == set(Reason)


def test_the_page_sends_the_length_that_it_shows(client):
    a_session_type(slug="talk", minutes=50)

    assert (
        '<input type="hidden" name="minutes" value="50">'
        in client.get("/book/talk/").content.decode()
    )
    assert choose(client, minutes="50").status_code == 302
