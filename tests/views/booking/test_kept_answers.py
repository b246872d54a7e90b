"""Answers of /api/slots that are given again are never stale, whoever wrote, and by what way."""

from contextlib import suppress
from datetime import datetime, timedelta

import psycopg
import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client as Browser
from hypothesis import HealthCheck, given
from hypothesis import settings as law

from booking.models import (
    DiaryVersion,
    Practitioner,
    Status,
)
from booking.views import api
from tests.factories.booking import (
    MONDAY,
    NOW,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.views.booking.diary_stories import World, steps

DAYS = {"from": "2027-01-01", "to": "2027-01-12"}


@pytest.fixture(autouse=True)
def _nothing_kept(settings):
    settings.SLOT_REQUESTS_PER_MINUTE = 0
    api.answers.clear()
    yield
    api.answers.clear()


def ask(slug: str = "talk", headers=None, **query):
    return Browser().get("/api/slots", {"session_type": slug, **DAYS, **query}, headers=headers)


def starts(response) -> list[datetime]:
    return [datetime.fromisoformat(slot["start"]) for slot in response.json()["slots"]]


# -- one by one ------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_same_question_is_answered_again_by_one_query(django_assert_num_queries):
    a_session_type(slug="talk")
    with django_assert_num_queries(3):
        first = ask()

    with django_assert_num_queries(1):
        again = ask()
        assert again.content == first.content
    with django_assert_num_queries(1):
        assert ask(headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.django_db(transaction=True)
def test_a_change_of_one_practitioner_leaves_the_answers_of_another(django_assert_num_queries):
    a_session_type(slug="talk")
    other = a_session_type(slug="other")
    ask()

    an_appointment(other)

    with django_assert_num_queries(1):
        ask()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_is_opened_anew():
    """As after a restart of PostgreSQL; SQLite's file does not go away."""
    a_session_type(slug="talk")
    before = ask()
    if connection.vendor == "postgresql":
        with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as by:
            by.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    assert ask().content == before.content


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_kept(django_assert_num_queries):
    a_session_type(slug="talk")
    ask()

    with django_assert_num_queries(3):
        ask()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_changes_nothing_and_what_is_committed_does():
    session_type = a_session_type(slug="talk")
    before = ask()
    with suppress(ZeroDivisionError), transaction.atomic():
        an_appointment(session_type)
        raise ZeroDivisionError
    assert ask().content == before.content

    with transaction.atomic():
        an_appointment(session_type)
        with suppress(ZeroDivisionError), transaction.atomic():
            an_appointment(session_type, new_york(MONDAY, "09:00"))
            raise ZeroDivisionError

    assert new_york(MONDAY, "10:00") not in starts(ask())
    assert new_york(MONDAY, "09:00") in starts(ask())


@pytest.mark.django_db(transaction=True)
def test_without_a_version_every_question_is_worked_out():
    """As in an installation that was there before versions were."""
    session_type = a_session_type(slug="talk")
    DiaryVersion.objects.all().delete()
    assert len(starts(ask())) == 10

    Practitioner.objects.filter(pk=session_type.practitioner_id).update(daily_cap=0)
    assert starts(ask()) == []


TICK = timedelta(microseconds=1)
EVENING = new_york(MONDAY - timedelta(days=3), "23:59") + timedelta(seconds=59)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fields", "since", "last", "gained", "lost"),
    [
        ({}, NOW, NOW + timedelta(minutes=15) - TICK, ["10:00"], []),  # the hold lapses
        ({"notice_hours": 1}, new_york(MONDAY, "07:00"), new_york(MONDAY, "08:00"), [], ["09:00"]),
        ({"horizon_days": 2}, NOW, EVENING, ["09:00"], []),
        ({"notice_days": 3}, NOW, EVENING, [], ["09:00"]),
    ],
)
def test_the_clock_alone_changes_an_answer_at_the_very_moment(fields, since, last, gained, lost):
    session_type = a_session_type(slug="talk", **fields)
    if not fields:
        an_appointment(session_type, status=Status.HELD, held_until=NOW + timedelta(minutes=15))

    found = []
    for moment in (since, last, last + (TICK if last != EVENING else timedelta(seconds=1))):
        with time_machine.travel(moment, tick=False):
            found.append({f"{one:%H:%M}" for one in starts(ask(to="2027-01-04"))})

    assert found[0] == found[1]
    assert set(gained) <= found[2] - found[1]
    assert set(lost) <= found[1] - found[2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "write",
    [
        "UPDATE booking_appointment SET status = 'expired'",
        "DELETE FROM booking_appointment",
        "DELETE FROM booking_availabilityrule",
        "UPDATE booking_practitioner SET daily_cap = 0",
        "UPDATE booking_sessiontype SET minutes = 20",
        "UPDATE booking_sessiontype SET slug = 'other'",
        "UPDATE accounts_practice SET time_zone = 'America/Chicago'",
    ],
)
def test_not_even_a_write_by_hand_is_missed(write):
    session_type = a_session_type(slug="talk")
    an_appointment(session_type, status=Status.HELD, held_until=NOW + timedelta(days=400))
    before = ask()
    assert ask().content == before.content

    with connection.cursor() as cursor:
        cursor.execute(write)

    assert ask().content != before.content


# -- in any order ------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@law(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_whatever_is_written_the_answer_is_the_fresh_one(story):
    api.answers.clear()
    world = World()
    last = None
    for action, number in story:
        world.do(action, number)
        with time_machine.travel(world.now, tick=False):
            expected = world.fresh()
            answer = ask(world.slug)
            assert starts(answer) == expected
            assert starts(ask(world.slug)) == expected
            if last is not None:
                again = ask(world.slug, headers={"if-none-match": last["ETag"]})
                assert (again.status_code == 304) == (answer.content == last.content)
        last = answer
