"""The therapist's kinds of session by their pages, without a script."""

from datetime import date, time

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Practitioner, SessionType
from tests.factories.accounts import add_app
from tests.factories.booking import SessionTypeFactory, a_session_type, an_appointment

pytestmark = pytest.mark.django_db

LIST = reverse("booking:therapist_sessions")
NEW = reverse("booking:therapist_session_create")
FIELDS = {
    "name": "Couples session",
    "summary": "Eighty minutes for two.",
    "minutes": "80",
    "price_cents": "$260.50",
    "buffer_before_minutes": "5",
    "buffer_after_minutes": "15",
    "by_telehealth": "on",
    "grid_minutes": "15",
    "is_packed": "on",
    "notice_hours": "48",
    "notice_days": "2",
    "notice_clock": "09:00",
    "horizon_days": "45",
    "open_from": "2027-02-01",
    "open_until": "2027-06-30",
    "daily_cap": "2",
    "weekly_cap": "5",
    "audience": "existing",
    "booking": "request",
    "once_per_client": "on",
    "cancel_hours": "48",
    "late_fee_cents": "120",
}


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type(name="EMDR session")


def edit(item: SessionType) -> str:
    return reverse("booking:therapist_session_edit", args=[item.public_id])


def test_every_setting_can_be_given(therapist: Browser) -> None:
    response = therapist.post(NEW, FIELDS, follow=True)

    added = SessionType.objects.get(slug="couples-session")
    assert "“Couples session” is added." in response.content.decode()
    assert (added.price_cents, added.late_fee_cents) == (260_50, 120_00)
    assert (added.by_telehealth, added.at_office) == (True, False)
    assert (added.minutes, added.buffer_before_minutes, added.buffer_after_minutes) == (80, 5, 15)
    assert (added.grid_minutes, added.is_packed) == (15, True)
    assert (added.notice_hours, added.notice_days, added.notice_clock) == (48, 2, time(9))
    assert (added.horizon_days, added.open_from, added.open_until) == (
        45,
        date(2027, 2, 1),
        date(2027, 6, 30),
    )
    assert (added.daily_cap, added.weekly_cap, added.once_per_client) == (2, 5, True)
    assert (added.audience, added.booking, added.cancel_hours) == ("existing", "request", 48)


def test_what_is_saved_is_shown_again_as_it_was_typed(therapist: Browser) -> None:
    therapist.post(NEW, FIELDS)
    item = SessionType.objects.get(slug="couples-session")

    form = therapist.get(edit(item)).context["form"]
    shown = {name: form[name].value() for name in FIELDS}
    therapist.post(edit(item), {**FIELDS, "price_cents": str(shown["price_cents"])})

    assert shown["price_cents"] == "$260.50"
    item.refresh_from_db()
    assert item.price_cents == 260_50


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"minutes": "4"}, "minutes", "greater than or equal to 5"),
        ({"price_cents": "a lot"}, "price_cents", "Enter an amount such as 150 or 150.50."),
        ({"by_telehealth": ""}, "by_telehealth", "Choose at least one way to meet."),
        ({"notice_days": "0"}, "notice_days", "On which day? 1 is the day after booking."),
        ({"horizon_days": "400"}, "horizon_days", "less than or equal to 366"),
        ({"open_until": "2027-01-31"}, "open_until", "must not be before the first."),
        ({"weekly_cap": "1"}, "weekly_cap", "A week can’t hold fewer than one of its days."),
        ({"daily_cap": "0"}, "daily_cap", "greater than or equal to 1"),
        ({"grid_minutes": "7"}, "grid_minutes", "Select a valid choice."),
    ],
)
def test_a_mistake_is_told_next_to_its_field_and_nothing_is_lost(
    therapist: Browser, given: dict[str, str], field: str, words: str
) -> None:
    response = therapist.post(NEW, FIELDS | given)

    form = response.context["form"]
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert form["summary"].value() == "Eighty minutes for two."
    assert SessionType.objects.count() == 1


def test_the_page_says_that_promises_stay(therapist: Browser, session_type: SessionType) -> None:
    assert (
        "Booked appointments stay as promised" in therapist.get(edit(session_type)).content.decode()
    )


def test_what_is_not_offered_can_not_be_booked_and_comes_back(
    therapist: Browser, session_type: SessionType
) -> None:
    offer = reverse("booking:therapist_session_offer", args=[session_type.public_id])

    page = therapist.post(offer, {"offer": "no"}, follow=True).content.decode()
    calendar = therapist.get(reverse("booking:calendar", args=[session_type.slug]))

    assert "Not offered" in page
    assert calendar.status_code == 404
    therapist.post(offer, {"offer": "yes"})
    session_type.refresh_from_db()
    assert session_type.is_active


def test_the_order_is_changed_by_buttons(therapist: Browser, session_type: SessionType) -> None:
    other = SessionTypeFactory(practitioner=session_type.practitioner, name="Consult", position=1)

    therapist.post(
        reverse("booking:therapist_session_move", args=[other.public_id]), {"to": "earlier"}
    )

    assert [row.item.name for row in therapist.get(LIST).context["rows"]] == [
        "Consult",
        "EMDR session",
    ]


def test_only_what_was_never_used_can_be_deleted(
    therapist: Browser, session_type: SessionType
) -> None:
    unused = SessionTypeFactory(practitioner=session_type.practitioner)
    an_appointment(session_type)
    for item in (session_type, unused):
        url = reverse("booking:therapist_session_delete", args=[item.public_id])
        therapist.get(url)
        therapist.post(url)

    assert list(SessionType.objects.all()) == [session_type]
    assert "Delete it" not in therapist.get(edit(session_type)).content.decode()


def test_limits_over_all(therapist: Browser) -> None:
    url = reverse("booking:therapist_limits")

    refused = therapist.post(url, {"daily_cap": "6", "weekly_cap": "5", "travel_minutes": "300"})
    therapist.post(url, {"daily_cap": "6", "weekly_cap": "", "travel_minutes": "30"})

    assert list(refused.context["form"].errors) == ["travel_minutes", "weekly_cap"]
    practitioner = Practitioner.objects.get()
    assert (practitioner.daily_cap, practitioner.weekly_cap, practitioner.travel_minutes) == (
        6,
        None,
        30,
    )


def test_another_therapist_finds_none_of_it(session_type: SessionType) -> None:
    other, browser = a_session_type().practitioner.user, Browser()
    add_app(other)
    browser.force_login(other)
    names = ("edit", "move", "offer", "delete")

    urls = [
        reverse(f"booking:therapist_session_{name}", args=[session_type.public_id])
        for name in names
    ]

    assert [browser.post(url).status_code for url in urls] == [404] * 4


def test_the_list_costs_the_same_for_one_and_for_three(
    therapist: Browser, session_type: SessionType
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            therapist.get(LIST)
        return len(captured)

    queries()
    one = queries()
    SessionTypeFactory.create_batch(2, practitioner=session_type.practitioner)

    assert queries() == one
