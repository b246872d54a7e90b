"""Sessions that repeat, as pages: the plan with its conflicts, the bookings, changes of several."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Appointment, AppointmentSeries, SessionType, Status
from booking.services import appointments
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
WEEK = timedelta(days=7)
CREATE = "/therapist/series/new/"


def wish(session_type: SessionType, **fields: Any) -> dict[str, Any]:
    return {
        "client": ClientFactory().pk,
        "session_type": session_type.slug,
        "first_on": "2027-01-04",
        "starts": "10:00",
        "every_weeks": "1",
        "count": "3",
        "place": "office",
    } | fields


def value(week: int, clock: str = "10:00") -> str:
    return new_york(MONDAY + week * WEEK, clock).isoformat()


def chosen(*weeks: int) -> dict[str, str]:
    return {f"at-{week + 1}": value(week) for week in weeks}


def book(browser: Browser, session_type: SessionType, *weeks: int) -> AppointmentSeries:
    data = wish(session_type) | chosen(*weeks) | {"confirm": "yes"}
    response = browser.post(CREATE, data)
    made = AppointmentSeries.objects.get()
    assert response.headers["Location"] == f"/therapist/series/{made.public_id}/"
    return made


def test_the_plan_is_shown_and_nothing_is_booked(therapist, session_type) -> None:
    an_appointment(session_type, new_york(MONDAY + WEEK, "10:00"))

    page = therapist.post(CREATE, wish(session_type)).content.decode()

    assert "1 of 3 can’t be as they stand" in page
    assert "Ada Example, Session, office. Nothing is booked yet." in page
    assert "Monday, January 4, 2027, 10:00 am" in page
    assert "Another appointment or its pause stands in this time." in page
    assert "Leave this one out" in page
    assert AppointmentSeries.objects.count() == 0


def test_a_wrong_wish_keeps_what_was_typed(therapist, session_type) -> None:
    session_type.at_office = False
    session_type.save()

    page = therapist.post(CREATE, wish(session_type, count="60")).content.decode()

    assert "This kind of session is not offered in this way to meet." in page
    assert "Ensure this value is less than or equal to 52." in page
    assert 'value="2027-01-04"' in page


def test_booking_books_what_was_chosen_and_says_so(therapist, session_type) -> None:
    made = book(therapist, session_type, 0, 2)

    page = therapist.get(f"/therapist/series/{made.public_id}/").content.decode()

    assert [row.number for row in made.occurrences.order_by("number")] == [1, 3]
    assert "2 sessions are booked. The client has one mail with all." in page
    assert "Monday, January 18, 2027, 10:00 am" in page
    assert MailMessage.objects.count() == 1


def test_another_time_of_the_day_and_a_time_outside_the_hours(therapist, session_type) -> None:
    data = wish(session_type) | {"confirm": "yes"}
    data |= {"at-1": value(0, "09:00"), "at-2": f"open:{value(1, '15:00')}"}

    therapist.post(CREATE, data)

    starts = [row.starts_at for row in Appointment.objects.order_by("starts_at")]
    assert starts == [new_york(MONDAY, "09:00"), new_york(MONDAY + WEEK, "15:00")]


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({}, 422, "Choose at least one of them."),
        ({"at-1": "garbage"}, 422, "Choose at least one of them."),
        ({"at-1": value(0, "15:00")}, 409, "nothing is booked yet"),
    ],
)
def test_what_can_not_be_booked_is_shown_again(
    therapist, session_type, more, status, words
) -> None:
    response = therapist.post(CREATE, wish(session_type) | more | {"confirm": "yes"})

    assert response.status_code == status
    assert words in response.content.decode()
    assert Appointment.objects.count() == 0


def test_cancelling_the_following_leaves_the_first_and_can_be_undone(
    therapist, session_type
) -> None:
    made = book(therapist, session_type, 0, 1, 2)
    second = made.occurrences.get(number=2)
    url = reverse("booking:series_cancel", args=[second.public_id])

    response = therapist.post(url, {"scope": "following", "reason": ""}, follow=True)
    page = response.content.decode()
    batch = second.changes.get().batch
    left = list(made.occurrences.filter(status=Status.CONFIRMED).values_list("number", flat=True))
    undone = therapist.post(reverse("booking:therapist_undo", args=[batch]))

    assert "2 appointments are cancelled. No mail goes out before 10:03 am" in page
    assert left == [1]
    assert undone.headers["Location"] == f"/therapist/series/{made.public_id}/"
    assert "Undo" in page
    assert made.occurrences.filter(status=Status.CONFIRMED).count() == 3


def test_moving_shows_conflicts_first_and_moves_the_others(therapist, session_type) -> None:
    made = book(therapist, session_type, 0, 1, 2)
    first = made.occurrences.get(number=1)
    an_appointment(session_type, new_york(MONDAY + WEEK, "11:00"))
    url = reverse("booking:series_move", args=[first.public_id])
    move = {"on": "2027-01-04", "at": "11:00", "place": "office", "scope": "all"}

    plan = therapist.post(url, move).content.decode()
    going = [str(made.occurrences.get(number=number).public_id) for number in (1, 3)]
    page = therapist.post(url, move | {"confirm": "yes", "go": going}, follow=True)

    assert "1 of 3 can’t move there" in plan
    assert "It stays where it is." in plan
    assert "2 appointments have moved." in page.content.decode()
    starts = [row.starts_at for row in made.occurrences.order_by("number")]
    assert starts == [
        new_york(MONDAY, "11:00"),
        new_york(MONDAY + WEEK, "10:00"),
        new_york(MONDAY + 2 * WEEK, "11:00"),
    ]


@pytest.mark.parametrize(("go", "status"), [([], 422), (["second"], 409)])
def test_a_move_that_can_not_be_changes_nothing(therapist, session_type, go, status) -> None:
    made = book(therapist, session_type, 0, 1)
    first, second = made.occurrences.order_by("number")
    an_appointment(session_type, new_york(MONDAY + WEEK, "11:00"))
    move = {"on": "2027-01-04", "at": "11:00", "place": "office", "scope": "all"}
    data = move | {"confirm": "yes", "go": [str(second.public_id) for _ in go]}

    response = therapist.post(reverse("booking:series_move", args=[first.public_id]), data)

    assert response.status_code == status
    assert [row.starts_at for row in made.occurrences.order_by("number")] == [
        new_york(MONDAY, "10:00"),
        new_york(MONDAY + WEEK, "10:00"),
    ]


def test_a_client_sees_what_ending_several_means_and_ends_them(therapist, session_type) -> None:
    made = book(therapist, session_type, 0, 1, 2)
    second = made.occurrences.get(number=2)
    browser = Browser()
    browser.force_login(made.client.user)
    url = reverse("booking:own_series_cancel", args=[second.public_id])

    before = browser.get(url).content.decode()
    after = browser.post(url, {"scope": "following", "reason": "Moving away"}, follow=True)

    assert before.count("Costs nothing.") == 3
    assert before.count("Only with “all that are still to come”.") == 1
    assert "2 appointments are cancelled." in after.content.decode()
    assert made.occurrences.filter(status=Status.CANCELLED).count() == 2
    assert {row.cancel_reason for row in made.occurrences.filter(number__gte=2)} == {"Moving away"}


def test_where_nothing_is_to_come_nothing_is_called_off_or_moved(therapist, session_type) -> None:
    made = book(therapist, session_type, 0)
    last = made.occurrences.get()
    appointments.cancel(appointment=last, by=made.client.user, now=NOW)
    client = Browser()
    client.force_login(made.client.user)
    pages = [
        (client, "own_series_cancel", {"scope": "all"}),
        (therapist, "series_cancel", {"scope": "all"}),
        (therapist, "series_move", {"on": "2027-01-05", "at": "10:00", "place": "office"}),
    ]

    for browser, name, data in pages:
        url = reverse(f"booking:{name}", args=[last.public_id])
        for response in (browser.get(url, follow=True), browser.post(url, data, follow=True)):
            assert "None of them is still to come." in response.content.decode()
            assert "0 appointments" not in response.content.decode()
    assert not AuditEvent.objects.filter(action__in=["series.cancel", "series.move"]).exists()


def test_a_client_without_an_address_is_not_said_to_have_a_mail(therapist, session_type) -> None:
    data = wish(session_type, client=ClientFactory(user=None).pk) | chosen(0, 1)

    page = therapist.post(CREATE, data | {"confirm": "yes"}, follow=True).content.decode()

    assert "2 sessions are booked." in page
    assert "The client has one mail with all." not in page


def test_somebody_elses_series_does_not_exist(therapist, session_type) -> None:
    made = book(therapist, session_type, 0, 1)
    first = made.occurrences.get(number=1)
    stranger = Browser()
    stranger.force_login(ClientFactory().user)
    other = Browser()
    other_user = a_session_type().practitioner.user
    add_app(other_user)
    other.force_login(other_user)

    own = reverse("booking:own_series_cancel", args=[first.public_id])
    assert stranger.get(own).status_code == 404
    assert other.get(f"/therapist/series/{made.public_id}/").status_code == 404
    for name in ("series_cancel", "series_move"):
        assert other.get(reverse(f"booking:{name}", args=[first.public_id])).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_three(therapist, session_type) -> None:
    made = book(therapist, session_type, 0, 1, 2)
    url = f"/therapist/series/{made.public_id}/"

    with CaptureQueriesContext(connection) as three:
        therapist.get(url)
    Appointment.objects.filter(number__gt=1).delete()
    with CaptureQueriesContext(connection) as one:
        therapist.get(url)

    assert len(one) == len(three)
