"""The public calendar: it works by plain links and forms, in the visitor's zone."""

import html
import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, Audience, Place, Status
from portal.shared.models import AuditEvent
from tests.factories.booking import (
    MONDAY,
    RuleFactory,
    SessionTypeFactory,
    UserFactory,
    a_practice,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
URL, HOLD = "/book/talk/", "/book/talk/hold/"
TEN = "2027-01-04T15:00:00Z"


@pytest.fixture
def session_type():
    return a_session_type(slug="talk", name="First talk")


def buttons(response) -> list[str]:
    """The accessible names of the times."""
    found = re.findall(r'<button name="start"[^>]*aria-label="([^"]*)"', response.content.decode())
    return [html.unescape(name) for name in found]


def open_days(response) -> list[str]:
    return re.findall(r'id="day-([0-9-]+)"', response.content.decode())


# -- looking ---------------------------------------------------------------------------
def test_first_visit_shows_the_first_day_with_open_times(client, session_type):
    response = client.get(URL)

    assert buttons(response) == [
        f"Hold Monday, January 4, {time}"
        for time in ("9:00 am", "9:30 am", "10:00 am", "10:30 am", "11:00 am")
    ]
    assert open_days(response) == ["2027-01-04", "2027-01-11", "2027-01-18", "2027-01-25"]
    text = text_of(response)
    assert "January 2027" in text
    assert "Times are shown for New York ." in text
    assert "In New York it is" not in text
    assert "First talk" in text
    assert "After that, the fee is $75." in text


def test_another_day_and_month_are_plain_links(client, session_type):
    response = client.get(URL, {"day": "2027-01-11"})
    assert buttons(response)[0] == "Hold Monday, January 11, 9:00 am"

    february = client.get(URL, {"month": "2027-02"})
    assert open_days(february)[0] == "2027-02-01"
    assert 'aria-label="Previous month, January 2027"' in february.content.decode()


def test_arrows_stop_at_today_and_at_the_horizon(client, session_type):
    january = client.get(URL).content.decode()
    march = client.get(URL, {"month": "2027-03"}).content.decode()

    assert "Previous month" not in january
    assert "Next month, February 2027" in january
    assert "Next month" not in march


def test_visitors_zone_comes_from_the_cookie_with_new_york_beside_it(client, session_type):
    client.cookies["zone"] = "America/Los_Angeles"

    response = client.get(URL)

    assert buttons(response)[0] == "Hold Monday, January 4, 6:00 am, 9:00 am in New York"
    assert "Times are shown for Los Angeles . In New York it is three hours later." in text_of(
        response
    )


def test_a_zone_far_away_moves_the_day(client, session_type):
    client.cookies["zone"] = "Asia/Tokyo"

    response = client.get(URL, {"day": "2027-01-05"})

    assert (
        buttons(response)[0] == "Hold Tuesday, January 5, 12:00 am, 10:00 am on Monday in New York"
    )
    assert open_days(response)[:2] == ["2027-01-04", "2027-01-05"]


def test_the_zone_is_changed_by_a_plain_form_and_remembered(client, session_type):
    response = client.get(URL, {"zone": "Europe/London"})

    assert buttons(response)[0].startswith("Hold Monday, January 4, 2:00 pm")
    assert client.cookies["zone"].value == "Europe/London"
    assert 'value="Europe/London" selected' in response.content.decode()


def test_a_look_at_the_headers_alone_is_answered(client, session_type):
    response = client.head(URL)

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("zone", ["Nowhere/Land", "EST", "x" * 3000, "<script>"])
def test_a_zone_that_is_none_is_the_practices(client, session_type, zone):
    client.cookies["zone"] = zone

    response = client.get(URL, {"zone": zone})

    assert buttons(response)[0] == "Hold Monday, January 4, 9:00 am"
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2027-99"},
        {"month": "0001-01"},
        {"month": "9999-12"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": "2027-02-30"},
        {"place": "moon"},
        {"month": "'; drop table"},
    ],
)
def test_nonsense_in_the_address_shows_the_calendar(client, session_type, query):
    response = client.get(URL, query)

    assert response.status_code == 200
    assert open_days(response)[0] == "2027-01-04"


def test_ways_to_meet_have_their_own_times(client):
    a_practice()
    session_type = SessionTypeFactory(slug="talk")
    RuleFactory(practitioner=session_type.practitioner, place=Place.OFFICE, ends="10:00")
    RuleFactory(practitioner=session_type.practitioner, place=Place.TELEHEALTH, starts="11:00")

    assert buttons(client.get(URL)) == ["Hold Monday, January 4, 11:00 am"]
    assert buttons(client.get(URL, {"place": "office"})) == ["Hold Monday, January 4, 9:00 am"]


def test_an_empty_month_leads_to_the_next_open_time(client):
    a_practice()
    session_type = SessionTypeFactory(slug="talk", horizon_days=90)
    RuleFactory(practitioner=session_type.practitioner, valid_from="2027-03-01")

    response = client.get(URL, {"month": "2027-01"})

    assert buttons(response) == []
    assert "No open times in January 2027" in text_of(response)
    assert "The next open time is Monday, March 1, 9:00 am." in text_of(response)
    assert "day=2027-03-01" in response.content.decode()


def test_no_open_time_at_all_says_what_to_do(client):
    a_practice()
    SessionTypeFactory(slug="talk")

    text = text_of(client.get(URL))

    assert "No open times in January 2027" in text
    assert "call us at (212) 555-0100" in text


def test_htmx_gets_the_calendar_alone_and_the_browser_a_whole_page(client, session_type):
    partial = client.get(URL, headers={"hx-request": "true"})
    restored = client.get(URL, headers={"hx-request": "true", "hx-history-restore-request": "true"})

    assert partial.content.decode().strip().startswith('<section id="calendar"')
    assert "<html" not in partial.content.decode()
    assert "<html" in restored.content.decode()
    assert "HX-Request" in partial["Vary"]
    assert "no-store" in partial["Cache-Control"]


def test_what_changed_is_said_for_screen_readers(client, session_type):
    response = client.get(URL, headers={"hx-request": "true"})

    assert (
        'data-announce="January 2027: 4 days with open times. Monday, January 4: 5 open times."'
        in response.content.decode()
    )


def test_taken_times_and_the_visitors_own_hold(client, session_type):
    an_appointment(session_type, new_york(MONDAY, "09:00"))
    client.post(HOLD, {"start": TEN, "place": "telehealth"})

    mine, others = buttons(client.get(URL)), buttons(Browser().get(URL))

    assert mine == [f"Hold Monday, January 4, {t}" for t in ("10:00 am", "10:30 am", "11:00 am")]
    assert others == ["Hold Monday, January 4, 11:00 am"]


def test_a_type_that_is_not_offered_is_not_found(client):
    a_session_type(slug="talk", is_active=False)

    assert client.get(URL).status_code == 404
    assert client.get("/book/other/").status_code == 404


@pytest.mark.parametrize(
    ("audience", "words"),
    [(Audience.EXISTING, "For people who have been here before")],
)
def test_a_type_for_others_says_for_whom(client, audience, words):
    a_session_type(slug="talk", audience=audience)

    response = client.get(URL)

    assert words in text_of(response)
    assert buttons(response) == []


# -- choosing --------------------------------------------------------------------------
def choose(client, start=TEN, place="telehealth", **more):
    return client.post(HOLD, {"start": start, "place": place, **more})


def test_choosing_keeps_the_time_and_leads_on(client, session_type):
    response = choose(client)

    held = Appointment.objects.get()
    assert (held.status, held.starts_at) == (Status.HELD, new_york(MONDAY, "10:00"))
    assert response.status_code == 302
    assert response["Location"] == f"/hold/{held.public_id}/"


def test_the_slower_of_two_is_told_at_once_with_the_nearest_times(session_type):
    first, second = Browser(), Browser()
    choose(first)

    response = choose(second)

    assert response.status_code == 409
    assert (
        "Someone else has just taken Monday, January 4, 10:00 am. Nothing is lost: "
        "choose another time. The nearest open times:" in text_of(response)
    )
    assert buttons(response)[:4] == [
        "Hold Monday, January 4, 9:00 am",
        "Hold Monday, January 4, 11:00 am",
        "Hold Monday, January 11, 9:00 am",
        "Hold Monday, January 11, 9:30 am",
    ]
    assert Appointment.objects.count() == 1


@override_settings(HOLD_REQUESTS_PER_MINUTE=0)
def test_who_is_too_late_is_told_without_writing_or_waiting(session_type):
    """No lock, no transaction, no session: a crowd of them is answered side by side.

    What counts their tries writes (in Redis, where there is one), and is off here.
    """
    choose(Browser())
    late = Browser()

    with CaptureQueriesContext(connection) as asked:
        assert choose(late).status_code == 409

    queries = [query["sql"] for query in asked]
    assert len(queries) == 9
    assert {query.split()[0] for query in queries} == {"SELECT"}
    assert not [query for query in queries if " UPDATE" in query or "pg_advisory" in query]
    assert "sessionid" not in late.cookies


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (
            "2027-01-04T20:00:00Z",
            "Monday, January 4, 3:00 pm is outside our hours for this way to meet.",
        ),
        ("2027-01-01T15:05:00Z", "Friday, January 1, 10:05 am is too soon to book here."),
        ("2029-01-01T15:00:00Z", "further ahead than we plan"),
    ],
)
def test_a_time_that_is_not_listed_is_refused_with_the_reason(client, session_type, start, words):
    response = choose(client, start)

    assert response.status_code == 409
    assert words in text_of(response)
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize(
    "start", ["", "soon", "2027-01-04T10:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00Z"]
)
def test_what_is_no_moment_is_refused_without_harm(client, session_type, start):
    response = choose(client, start)

    assert response.status_code == 400
    assert "Please choose one of the open times." in text_of(response)
    assert Appointment.objects.count() == 0


def test_a_way_to_meet_that_is_not_offered_is_refused(client):
    a_session_type(slug="talk", at_office=False)

    assert choose(client, place="office").status_code == 409
    assert choose(client, place="").status_code == 409


def test_a_robot_that_fills_the_hidden_field_keeps_nothing(client, session_type):
    response = choose(client, website="https://spam.example.com")

    assert re.fullmatch(r"/hold/[0-9a-f-]{36}/", response["Location"])
    assert Appointment.objects.count() == 0


def test_opening_the_address_of_the_form_leads_to_the_calendar(client, session_type):
    assert client.get(HOLD)["Location"] == URL


@override_settings(HOLD_REQUESTS_PER_MINUTE=2)
def test_many_tries_in_a_minute_are_slowed_down(client, session_type):
    codes = [choose(client).status_code for _ in range(3)]

    assert codes == [302, 302, 429]
    assert "Please wait a minute" in text_of(choose(client))


@override_settings(HOLDS_PER_ADDRESS=1, HOLD_REQUESTS_PER_MINUTE=0)
def test_one_address_does_not_keep_the_whole_calendar(session_type):
    choose(Browser())

    response = choose(Browser(), "2027-01-11T15:00:00Z")

    assert response.status_code == 429
    assert "already being kept for you, or from where you are" in text_of(response)
    assert Appointment.objects.count() == 1


def test_a_form_without_its_token_is_refused(session_type):
    browser = Browser(enforce_csrf_checks=True)

    assert choose(browser).status_code == 403
    assert Appointment.objects.count() == 0


def test_a_signed_in_person_is_named_in_the_audit(client, session_type):
    user = UserFactory()
    client.force_login(user)

    choose(client)

    assert AuditEvent.objects.get(action="appointment.hold").actor_id == user.pk
