"""The therapist hears thirty days before that a guardian's time ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Client
from accounts.services import guardians
from portal.journeys.coming_of_age import coming_of_age
from tests.factories.booking import ClientFactory, a_practice, an_appointment

pytestmark = pytest.mark.django_db
BORN = date(2012, 5, 20)
BIRTHDAY = datetime(2030, 5, 20, 12, tzinfo=UTC)
BEFORE = datetime(2027, 1, 1, 15, tzinfo=UTC)


@pytest.fixture
def appointment():
    a_practice()
    made = an_appointment(client=ClientFactory(birth_date=BORN))
    guardians.add(
        client=made.client,
        name="Pat Example",
        relation="mother",
        email="parent@example.com",
        phone="",
        authority="",
        by=made.practitioner.user,
        now=BEFORE,
    )
    return made


@pytest.mark.parametrize(
    ("days", "said"),
    [(-31, None), (-30, False), (-1, False), (0, True), (30, True), (31, None)],
)
def test_it_is_said_from_thirty_days_before_to_thirty_days_after(appointment, days, said):
    found = coming_of_age(appointment.practitioner, now=BIRTHDAY + timedelta(days=days))

    assert [one.is_over for one in found] == ([] if said is None else [said])
    assert all(one.birthday == date(2030, 5, 20) for one in found)


def test_a_guardian_whose_access_ended_and_another_therapist_are_not_told(appointment):
    other = an_appointment().practitioner
    assert coming_of_age(other, now=BIRTHDAY) == [] or other == appointment.practitioner
    guardian = appointment.client.guardians.get()
    guardians.end(guardian=guardian, by=appointment.practitioner.user, now=BEFORE)
    assert coming_of_age(appointment.practitioner, now=BIRTHDAY) == []


def test_one_query_however_many(appointment, django_assert_num_queries):
    with django_assert_num_queries(2):  # the practice's zone, and the guardians
        coming_of_age(appointment.practitioner, now=BIRTHDAY)


def test_born_on_february_29(appointment):
    Client.objects.update(birth_date=date(2012, 2, 29))
    client = Client.objects.get(pk=appointment.client.pk)

    assert guardians.eighteenth_birthday(client) == date(2030, 3, 1)
    assert client.age_on(date(2030, 2, 28)) == 17
    assert client.age_on(date(2030, 3, 1)) == 18
