"""GET /api/slots, the public interface that other programs rely on."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings

from tests.factories.booking import (
    NOW,
    RuleFactory,
    SessionTypeFactory,
    a_practice,
    a_session_type,
    an_appointment,
)

pytestmark = pytest.mark.django_db
URL = "/api/slots"


@pytest.fixture
def session_type():
    return a_session_type(slug="talk")


def ask(client, headers=None, **query):
    values = {"session_type": "talk", "from": "2027-01-04", "to": "2027-01-04", **query}
    return client.get(URL, {k: v for k, v in values.items() if v is not None}, headers=headers)


def starts(response) -> list[str]:
    return [slot["start"] for slot in response.json()["slots"]]


def test_open_times_stand_in_the_practices_zone(client, session_type):
    response = ask(client)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "private, no-cache"
    assert response.json() == {
        "session_type": "talk",
        "time_zone": "America/New_York",
        "slots": [
            {"start": "2027-01-04T09:00:00-05:00", "end": "2027-01-04T09:50:00-05:00"},
            {"start": "2027-01-04T09:30:00-05:00", "end": "2027-01-04T10:20:00-05:00"},
            {"start": "2027-01-04T10:00:00-05:00", "end": "2027-01-04T10:50:00-05:00"},
            {"start": "2027-01-04T10:30:00-05:00", "end": "2027-01-04T11:20:00-05:00"},
            {"start": "2027-01-04T11:00:00-05:00", "end": "2027-01-04T11:50:00-05:00"},
        ],
    }


def test_the_body_is_what_json_would_write(client, session_type):
    response = ask(client, to="2027-03-06")

    assert response.content == json.dumps(response.json()).encode()
    assert json.loads(ask(client, to="2027-01-04", **{"from": "2027-01-04"}).content)["slots"]
    assert ask(client, to="2027-01-05", **{"from": "2027-01-05"}).json()["slots"] == []


def test_dates_are_days_of_the_zone_asked_for(client, session_type):
    RuleFactory(practitioner=session_type.practitioner, weekday=0, starts="18:00", ends="20:00")

    monday = starts(ask(client, tz="Asia/Tokyo"))
    tuesday = starts(ask(client, tz="Asia/Tokyo", **{"from": "2027-01-05", "to": "2027-01-05"}))

    assert monday == ["2027-01-04T23:00:00+09:00", "2027-01-04T23:30:00+09:00"]
    assert tuesday[0] == "2027-01-05T00:00:00+09:00"
    assert "2027-01-05T08:00:00+09:00" in tuesday


def test_both_dates_are_included(client, session_type):
    response = ask(client, to="2027-01-11")

    assert {start[:10] for start in starts(response)} == {"2027-01-04", "2027-01-11"}


def test_sixty_two_days_are_allowed_and_one_more_is_not(client, session_type):
    assert ask(client, to="2027-03-06").status_code == 200
    assert ask(client, to="2027-03-07").status_code == 400


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"session_type": None}, "session_type"),
        ({"session_type": "unknown"}, "session_type"),
        ({"session_type": "x" * 4000}, "session_type"),
        ({"session_type": "talk\x00"}, "session_type"),
        ({"from": None}, "from"),
        ({"to": None}, "to"),
        ({"from": "2027-13-01"}, "from"),
        ({"from": "20270104"}, "from"),
        ({"from": "2027-01-04T00:00"}, "from"),
        ({"to": "tomorrow"}, "to"),
        ({"to": "9999-12-31"}, "to"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "from"),
        ({"to": "2027-01-03"}, "to"),
        ({"tz": "EST"}, "tz"),
        ({"tz": "../../etc/passwd"}, "tz"),
        ({"tz": ""}, "tz"),
        ({"tz": "America/New_York\x00"}, "tz"),
    ],
)
def test_a_wrong_question_is_a_problem_that_names_the_parameter(
    client, session_type, query, parameter
):
    response = ask(client, **query)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert (body["status"], body["parameter"]) == (400, parameter)
    assert body["title"]
    assert body["detail"]


def test_a_type_that_is_not_offered_is_not_known(client):
    a_session_type(slug="talk", is_active=False)

    assert ask(client).status_code == 400


def test_what_is_unchanged_is_answered_with_304_and_no_body(client, session_type):
    etag = ask(client)["ETag"]

    again = ask(client, headers={"if-none-match": etag})
    weak = ask(client, headers={"if-none-match": f'"other", W/{etag}'})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == etag
    assert weak.status_code == 304


def test_a_taken_time_changes_the_etag(client, session_type):
    etag = ask(client)["ETag"]
    an_appointment(session_type)

    response = ask(client, headers={"if-none-match": etag})

    assert response.status_code == 200
    assert starts(response) == ["2027-01-04T09:00:00-05:00", "2027-01-04T11:00:00-05:00"]


def test_another_zone_is_another_answer(client, session_type):
    etag = ask(client)["ETag"]

    assert ask(client, tz="America/Toronto", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-01", ["00:00-04:00", "01:00-04:00", "01:00-05:00", "02:00-05:00"]),
        ("2027-03-14", ["00:00-05:00", "01:00-05:00", "03:00-04:00"]),
        ("2027-11-07", ["00:00-04:00", "01:00-04:00", "01:00-05:00", "02:00-05:00"]),
    ],
)
def test_days_when_clocks_change_show_each_real_hour_once(client, day, expected):
    a_practice()
    session_type = SessionTypeFactory(slug="talk", minutes=60, grid_minutes=60, notice_hours=0)
    RuleFactory(practitioner=session_type.practitioner, weekday=6, starts="00:00", ends="04:00")

    with time_machine.travel(f"{day}T00:00:00Z", tick=False):
        response = ask(client, **{"from": day, "to": day})

    assert [start[11:16] + start[19:] for start in starts(response)][: len(expected)] == expected


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_appointments(
    client, session_type, count, django_assert_num_queries
):
    for n in range(count):
        an_appointment(session_type, NOW - timedelta(days=2, hours=2 * n))

    with django_assert_num_queries(3):
        assert len(starts(ask(client))) == 5


def test_a_packed_type_is_answered_as_the_calendar_page_answers_it(
    client, session_type, django_assert_num_queries
):
    session_type.is_packed = True
    session_type.save()
    SessionTypeFactory(practitioner=session_type.practitioner, minutes=20, buffer_after_minutes=5)

    with django_assert_num_queries(3):
        found = starts(ask(client))

    assert [start[11:16] for start in found] == ["09:00", "09:30", "10:00", "10:30", "11:10"]


def test_without_a_practice_times_stand_in_new_york(client):
    practitioner = SessionTypeFactory(slug="talk").practitioner
    RuleFactory(practitioner=practitioner)

    assert ask(client).json()["time_zone"] == "America/New_York"


def test_no_session_cookie_and_no_page_header_comes_along(client, session_type):
    client.cookies["sessionid"] = "stolen"

    response = ask(client)

    assert response.cookies == {}
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Content-Length"] == str(len(response.content))


@override_settings(SLOT_REQUESTS_PER_MINUTE=4)
def test_too_many_questions_are_slowed_down_gently(client, session_type):
    codes = [ask(client).status_code for _ in range(3)]
    refused = ask(client)

    assert codes == [200, 200, 429]
    assert int(refused["Retry-After"]) >= 1
    assert refused["Content-Type"] == "application/problem+json"


def test_only_reading_is_offered(client, session_type):
    assert client.post(URL).status_code == 405
    assert client.head(URL, {"session_type": "talk"}).status_code == 400
