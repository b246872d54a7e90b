"""The editor of the weekly hours, without a script and with htmx: nothing typed is ever lost."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import AvailabilityRule, SessionType
from portal.shared.models import AuditEvent
from tests.factories.booking import (
    MONDAY,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db

URL = reverse("booking:therapist_hours")
NAMES = ("weekday", "starts", "ends", "place", "every", "first_on", "last_on")
MORNING = ("0", "09:00", "12:00")


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type(grid_minutes=60)


def typed(browser: Browser, *rows: tuple[str, ...], **more: str) -> dict[str, str]:
    """The form as a browser would send it."""
    fields = {"rows": str(len(rows)), "seen": browser.get(URL).context["seen"], **more}
    for number, row in enumerate(rows):
        for name, value in zip(NAMES, row, strict=False):
            fields[f"{number}-{name}"] = value
    return fields


def rules() -> list[str]:
    return [
        f"{rule} {rule.place or 'either'} {rule.valid_from} {rule.valid_until} "
        f"{rule.alternates_from}"
        for rule in AvailabilityRule.objects.all()
    ]


def shown_rows(context: Any) -> list[tuple[str, ...]]:
    return [tuple(str(row[name].value() or "") for name in NAMES) for row in context["editor"].rows]


def test_the_saved_hours_are_shown_by_weekday(therapist: Browser) -> None:
    page = therapist.get(URL)

    days = page.context["editor"].days()
    assert [(day.name, len(day.rows)) for day in days if day.rows] == [("Monday", 1)]
    assert page.content.decode().count(">Closed</p>") == 6
    assert page.context["shown"].summary == "6 open times in the coming two weeks, as now."


def test_several_windows_a_day_ways_to_meet_dates_and_alternating_weeks(
    therapist: Browser,
) -> None:
    fields = typed(
        therapist,
        MORNING,
        ("0", "13:00", "18:00", "office", "1", "", "2027-06-30"),
        ("5", "10:00", "00:00", "telehealth", "2", "2027-01-09", ""),
    )

    response = therapist.post(URL, fields | {"save": "yes"}, follow=True)

    assert "Your weekly hours are saved." in response.content.decode()
    assert rules() == [
        "Monday 09:00-12:00 either None None None",
        "Monday 13:00-18:00 office None 2027-06-30 None",
        "Saturday 10:00-23:59 telehealth 2027-01-09 None 2027-01-09",
    ]
    assert AuditEvent.objects.filter(action="hours.change").count() == 1


def test_windows_that_overlap_are_joined_and_the_page_says_so(therapist: Browser) -> None:
    fields = typed(therapist, MORNING, ("0", "11:30", "14:00"))

    page = therapist.post(URL, fields, follow=True).content.decode()

    assert "Windows that overlapped were joined: Monday 9:00 am to 2:00 pm." in page
    assert rules() == ["Monday 09:00-14:00 either None None None"]


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (("0", "13:00", "12:00"), "ends", "The end must be after the start."),
        (("0", "13:00", ""), "ends", "Give a time, or remove this row."),
        (("0", "", "12:00"), "starts", "Give a time, or remove this row."),
        (("0", "9 o'clock", "12:00"), "starts", "Enter a valid time."),
        (("0", "09:00", "12:00", "", "2"), "first_on", "Choose a day in the first"),
        (
            ("0", "09:00", "12:00", "", "1", "2027-02-01", "2027-01-01"),
            "last_on",
            "The last day must not be before the first.",
        ),
    ],
)
def test_a_mistake_is_told_next_to_its_field_and_nothing_is_lost(
    therapist: Browser, row: tuple[str, ...], field: str, words: str
) -> None:
    response = therapist.post(URL, typed(therapist, ("3", "08:00", "09:30"), row))

    page, wrong = response.content.decode(), response.context["editor"].rows[1]
    assert list(wrong.errors) == [field]
    assert words in wrong.errors[field][0]
    assert f'href="#id_1-{field}"' in page
    assert shown_rows(response.context)[1][: len(row)] == row
    assert rules() == ["Monday 09:00-12:00 either None None None"]


def test_a_row_is_added_and_taken_away_unsaved(therapist: Browser) -> None:
    fields = typed(therapist, MORNING, ("2", "14:00", ""))

    added = therapist.post(URL, fields | {"add": "0"})
    removed = therapist.post(URL, fields | {"take_away": "0"})

    assert [row[:3] for row in shown_rows(added.context)] == [
        MORNING,
        ("2", "14:00", ""),
        ("0", "", ""),
    ]
    assert b'id="id_2-starts"' in added.content
    assert b"autofocus" in added.content
    assert [row[:3] for row in shown_rows(removed.context)] == [("2", "14:00", "")]
    assert b"Please look at this once more" not in removed.content
    assert rules() == ["Monday 09:00-12:00 either None None None"]


def test_an_empty_row_is_not_saved(therapist: Browser) -> None:
    therapist.post(URL, typed(therapist, MORNING, ("4", "", "")))
    assert rules() == ["Monday 09:00-12:00 either None None None"]


def test_the_preview_shows_the_differences_in_words(therapist: Browser) -> None:
    fields = typed(therapist, ("0", "10:00", "13:00", "telehealth"))

    response = therapist.post(URL, fields | {"preview": "yes"})

    shown = response.context["shown"]
    assert shown.summary == (
        "6 open times in the coming two weeks; 2 new; 2 no longer offered; 4 met in another way."
    )
    assert next((day.title, [(t.clock, t.said) for t in day.times]) for day in shown.days) == (
        "Monday, January 4",
        [
            ("9:00 am", "no longer offered"),
            ("10:00 am", "now video only"),
            ("11:00 am", "now video only"),
            ("12:00 pm", "new"),
        ],
    )
    page = response.content.decode()
    assert "<s>9:00 am</s> <small>no longer offered</small>" in page
    assert "The earliest that can be booked is Saturday, January 2, 10:00 am." in page
    assert rules() == ["Monday 09:00-12:00 either None None None"]


def test_the_preview_of_another_kind_of_session(
    therapist: Browser, session_type: SessionType
) -> None:
    other = SessionTypeFactory(
        practitioner=session_type.practitioner, minutes=180, buffer_after_minutes=0
    )

    response = therapist.post(URL, typed(therapist, MORNING, preview="yes", **{"for": other.slug}))

    assert response.context["chosen"] == other
    assert response.context["shown"].summary == "2 open times in the coming two weeks, as now."


def test_htmx_gets_the_preview_alone_and_says_what_changed(therapist: Browser) -> None:
    fields = typed(therapist, ("0", "09:00", ""), preview="live")

    page = therapist.post(URL, fields, headers={"HX-Request": "true"}).content.decode()

    assert "<form" not in page
    assert '<p id="preview-said" hx-swap-oob="innerHTML">' in page
    assert "1 window can’t be read yet and is left out here." in page


def test_who_stands_outside_is_named_by_time_and_never_by_name(
    therapist: Browser, session_type: SessionType
) -> None:
    appointment = an_appointment(session_type, new_york(MONDAY, "11:00"))

    page = therapist.post(URL, typed(therapist, ("0", "09:00", "11:00"), preview="yes"))

    text = page.content.decode()
    assert "Booked outside these hours" in text
    assert "Monday, January 4, 11:00 am" in text
    assert reverse("journeys:therapist_appointment", args=[appointment.public_id]) in text
    assert "Ada Example" not in text


def test_hours_saved_in_another_window_are_not_overwritten_unseen(therapist: Browser) -> None:
    mine = typed(therapist, ("1", "09:00", "12:00"))
    therapist.post(URL, typed(therapist, ("2", "09:00", "12:00")))

    warned = therapist.post(URL, mine)
    assert "Your hours were changed in another window" in warned.content.decode()
    assert rules() == ["Wednesday 09:00-12:00 either None None None"]

    therapist.post(URL, mine | {"seen": warned.context["seen"]})
    assert rules() == ["Tuesday 09:00-12:00 either None None None"]


@pytest.mark.parametrize("rows", ["", "-1", "x", "1000000"])
def test_a_form_that_was_made_by_hand_breaks_nothing(therapist: Browser, rows: str) -> None:
    fields = {"rows": rows, "preview": "yes", "add": "9", "take_away": "77"}
    assert therapist.post(URL, fields).status_code == 200


def test_without_a_kind_of_session_the_page_says_what_to_do(
    therapist: Browser, session_type: SessionType
) -> None:
    session_type.is_active = False
    session_type.save(update_fields=["is_active"])

    assert "You offer no kind of session yet." in therapist.get(URL).content.decode()


def test_the_page_costs_the_same_for_one_and_for_three(
    therapist: Browser, session_type: SessionType
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            therapist.get(URL)
        return len(captured)

    outside = new_york(MONDAY, "15:00")
    an_appointment(session_type, outside)
    queries()
    one = queries()
    for day in (1, 2):
        AvailabilityRule.objects.create(
            practitioner=session_type.practitioner, weekday=day, starts="09:00", ends="12:00"
        )
    SessionTypeFactory.create_batch(2, practitioner=session_type.practitioner)
    an_appointment(session_type, new_york(MONDAY, "16:00"))
    an_appointment(session_type, new_york(MONDAY, "17:00"))

    assert queries() == one
