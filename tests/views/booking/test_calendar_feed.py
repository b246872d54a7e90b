"""The secret address that calendar programs read: exact text, cheap answers, nothing of anybody."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from booking.models import CalendarFeed, SessionType, Status
from booking.services import calendar_feed, changes
from booking.views import feed as view
from portal.shared.log_lines import WordlessFormatter
from portal.shared.models import AuditEvent
from portal.shared.request import Source
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import cancel

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    view.throttle.clear()


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


def make(session_type: SessionType, *, initials: bool = False) -> str:
    """A feed of the practitioner; the path of its address."""
    practitioner = session_type.practitioner
    made = calendar_feed.make(
        practitioner=practitioner,
        shows_initials=initials,
        by=practitioner.user,
        source=Source(),
        now=NOW,
    )
    return reverse("booking:calendar_feed", args=[made.token])


def read(path: str, **headers: str) -> Any:
    return Browser().get(path, headers=headers)


def events(path: str) -> list[tuple[str, str, datetime, int]]:
    calendar: Any = Calendar.from_ical(read(path).content)
    return [
        (str(one["SUMMARY"]), str(one["STATUS"]), one["DTSTART"].dt, one["SEQUENCE"])
        for one in calendar.walk("VEVENT")
    ]


def test_the_file_to_the_letter(session_type: SessionType) -> None:
    one = an_appointment(session_type, place="office")

    answer = read(make(session_type))

    assert answer.content.decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Practice Portal//Calendar//EN",
        "NAME:Appointments",
        "X-WR-CALNAME:Appointments",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "SUMMARY:Appointment",
        "DTSTART:20270104T150000Z",
        "DTEND:20270104T155000Z",
        "DTSTAMP:20270101T150000Z",
        f"UID:{one.public_id}",
        "SEQUENCE:0",
        "CLASS:PRIVATE",
        "LAST-MODIFIED:20270101T150000Z",
        "LOCATION:In person",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"


def test_what_is_told_and_what_is_not(session_type: SessionType) -> None:
    other = a_session_type(slug="other")
    at = (new_york(MONDAY, "09:00") + timedelta(days=day) for day in range(20))
    an_appointment(session_type, next(at), status=Status.HELD)
    an_appointment(session_type, next(at), status=Status.EXPIRED)
    asked = next(at)
    an_appointment(session_type, asked, status=Status.REQUESTED)
    off = next(at)
    an_appointment(session_type, off, status=Status.CANCELLED, sequence=2)
    an_appointment(
        session_type, next(at), status=Status.CANCELLED, cancelled_at=NOW - timedelta(days=62)
    )
    an_appointment(session_type, NOW - timedelta(days=70), status=Status.COMPLETED)
    past = NOW - timedelta(days=50)
    an_appointment(session_type, past, status=Status.COMPLETED)
    an_appointment(session_type, NOW + timedelta(days=400))
    an_appointment(other, TEN)

    assert events(make(session_type)) == [
        ("Appointment", "CONFIRMED", past, 0),
        ("Appointment", "TENTATIVE", asked, 0),
        ("Appointment", "CANCELLED", off, 2),
    ]


def test_what_was_taken_back_is_newer_than_what_a_program_may_have_read(
    session_type: SessionType,
) -> None:
    one, path = an_appointment(session_type), make(session_type)
    cancel(one)
    assert events(path) == [("Appointment", "CANCELLED", TEN, 1)]

    changes.undo(batch=one.changes.get().batch, by=one.client.user, now=NOW)

    assert events(path) == [("Appointment", "CONFIRMED", TEN, 2)]


def test_initials_only_where_the_therapist_chose_them(session_type: SessionType) -> None:
    an_appointment(session_type, client=ClientFactory(legal_name="Ada Maria Example"))

    assert [title for title, *_ in events(make(session_type))] == ["Appointment"]
    path = make(session_type, initials=True)
    assert [title for title, *_ in events(path)] == ["Appointment A. M. E."]
    assert b"Ada" not in read(path).content


def test_what_has_not_changed_is_not_sent_again_and_costs_two_queries(
    session_type: SessionType,
) -> None:
    an_appointment(session_type)
    path = make(session_type)
    etag = read(path)["ETag"]

    with CaptureQueriesContext(connection) as captured:
        again = read(path, if_none_match=f'"other", W/{etag}')

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert again["Cache-Control"] == "private, no-cache"
    assert len(captured) == 2


def test_every_change_gives_another_version(session_type: SessionType) -> None:
    one, path = an_appointment(session_type), make(session_type)
    seen = [read(path)["ETag"]]

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        one.sequence, one.place = 1, "office"
        one.save(update_fields=["sequence", "place", "updated_at"])
        seen.append(read(path)["ETag"])
        an_appointment(session_type, new_york(MONDAY, "14:00"))
        seen.append(read(path)["ETag"])
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        one.status, one.cancelled_at = Status.CANCELLED, NOW
        one.save(update_fields=["status", "cancelled_at", "updated_at"])
        seen.append(read(path)["ETag"])

    assert len(set(seen)) == 4


def test_the_same_number_of_queries_for_one_and_for_three(session_type: SessionType) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            read(path)
        return len(captured)

    path = make(session_type, initials=True)
    an_appointment(session_type, new_york(MONDAY, "09:00"))
    read(path)
    one = queries(path)
    an_appointment(session_type, new_york(MONDAY, "10:00"))
    an_appointment(session_type, new_york(MONDAY, "11:00"))

    assert queries(path) == one == 3


def test_head_says_the_same_without_a_body(session_type: SessionType) -> None:
    path = make(session_type)

    answer = Browser().head(path)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == read(path)["ETag"]
    assert Browser().post(path).status_code == 405


def test_a_new_address_ends_the_old_one_which_then_looks_like_none_ever(
    session_type: SessionType,
) -> None:
    old = make(session_type)
    new = make(session_type)

    answers = [read(old), read("/calendar/never-made.ics"), read(new + "x")]

    assert read(new).status_code == 200
    shapes = {
        (one.status_code, one.content, tuple(sorted(one.headers.items()))) for one in answers[:2]
    }
    assert len(shapes) == 1
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert answers[0].content == b"Not found.\n"
    assert CalendarFeed.objects.count() == 1
    assert list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True)) == [
        "calendar_feed.make",
        "calendar_feed.renew",
    ]


def test_the_database_knows_the_hash_alone(session_type: SessionType) -> None:
    token = make(session_type).split("/")[-1].removesuffix(".ics")
    row = CalendarFeed.objects.values().get()

    assert len(token) == 43
    assert token not in repr(row)
    assert row["token_hash"] == calendar_feed.hash_of(token)


def test_use_is_noted_at_most_once_an_hour(session_type: SessionType) -> None:
    path = make(session_type)

    def used_at(minutes: int) -> datetime | None:
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            read(path)
        return CalendarFeed.objects.get().last_used_at

    assert used_at(0) == NOW
    assert used_at(59) == NOW
    assert used_at(60) == NOW + timedelta(minutes=60)


def test_an_address_is_asked_too_often(
    session_type: SessionType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "READINGS_PER_MINUTE", 4)
    path = make(session_type)

    answers = [read(path) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0


def test_no_log_line_holds_the_token(
    session_type: SessionType, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        read("/calendar/some-secret-token.ics")
    formatter = WordlessFormatter("{message}", style="{")

    lines = [formatter.format(record) for record in caplog.records]

    assert "Not Found: /calendar/(secret).ics" in lines
    assert "some-secret-token" not in "".join(lines)
