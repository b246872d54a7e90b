"""Pages that list parts or intakes ask the database as often for many as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.booking import an_appointment
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db


def test_the_overview_asks_the_database_as_often_for_many_parts(client):
    few, many = an_intake("gad-7"), an_intake()
    counts = []
    for intake in (few, many):
        client.force_login(intake.client.user)
        url = reverse("intake:overview", args=[intake.public_id])
        client.get(url)
        with CaptureQueriesContext(connection) as counted:
            client.get(url)
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_the_list_asks_the_database_as_often_for_three_intakes_as_for_two(client):
    person = an_intake("gad-7").client
    client.force_login(person.user)
    counts = []
    for _ in range(2):
        an_intake("gad-7", appointment=an_appointment(client=person))
        client.get(reverse("intake:home"))
        with CaptureQueriesContext(connection) as counted:
            told = client.get(reverse("intake:home")).content.decode()
        counts.append(len(counted))

    assert told.count("minutes left") == 3
    assert counts[0] == counts[1]
