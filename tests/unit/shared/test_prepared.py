"""Queries by hand: the same values as Django would read, outside and inside a transaction."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import DatabaseError, connection, transaction

from booking.models import AvailabilityRule, Status
from portal.shared.prepared import Prepared
from tests.factories.booking import NOW, RuleFactory, a_practice, a_session_type, an_appointment

RULES = Prepared(
    "test_rules",
    "SELECT weekday, starts, place, valid_from, valid_until FROM booking_availabilityrule "
    "WHERE practitioner_id = $1 AND place = $2",
)
STARTS = Prepared(
    "test_starts",
    "SELECT SECOND(starts_at), SECOND(held_until) FROM booking_appointment WHERE starts_at < $1",
)
ACTIVE = Prepared("test_active", "SELECT is_active FROM booking_sessiontype WHERE slug = $1")
BROKEN = Prepared("test_broken", "SELECT nothing FROM nowhere")


@pytest.fixture(params=["outside", "inside"])
def around(request, transactional_db):
    """PostgreSQL is asked in two ways: by libpq, and by a cursor that may have to begin."""
    a_practice()
    if request.param == "outside":
        yield
        return
    with transaction.atomic():
        yield


def test_values_are_what_django_would_read(around):
    session_type = a_session_type(slug="talk")
    owner = session_type.practitioner_id
    RuleFactory(practitioner=session_type.practitioner, place="office", valid_from="2027-01-04")

    assert list(RULES.rows(owner, "office")) == [
        (0, time(9), "office", date(2027, 1, 4), None),
    ]
    assert list(ACTIVE.rows("talk")) == [(True,)]
    assert list(ACTIVE.rows("o'other; --")) == []


def test_moments_are_whole_seconds_and_compared_to_the_microsecond(around):
    starts_at = datetime(2027, 1, 4, 15, 0, 7, 999_999, UTC)
    until = datetime(2027, 1, 1, 16, 0, 0, 1, UTC)
    an_appointment(a_session_type(), starts_at, status=Status.HELD, held_until=until)

    assert list(STARTS.rows(starts_at)) == []
    assert list(STARTS.rows(starts_at.replace(second=8, microsecond=0))) == [
        (int(starts_at.timestamp()), int(until.timestamp())),
    ]


def test_a_second_query_sees_what_was_written_meanwhile(around):
    session_type = a_session_type()
    owner = session_type.practitioner_id
    assert len(RULES.rows(owner, "")) == 1

    AvailabilityRule.objects.filter(practitioner=owner).delete()

    assert len(RULES.rows(owner, "")) == 0


def test_each_is_counted_as_one_query(around, django_assert_num_queries):
    with django_assert_num_queries(2):
        ACTIVE.rows("talk")
        STARTS.rows(NOW)


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_is_djangos_error():
    with pytest.raises(DatabaseError):
        BROKEN.rows()

    assert list(ACTIVE.rows("talk")) == []


@pytest.mark.django_db(transaction=True)
def test_a_closed_connection_is_opened():
    connection.close()

    assert list(ACTIVE.rows("talk")) == []
