"""A packet that could not be made: seen by the therapist it belongs to, and tried again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.journeys import packet_trouble
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.accounts import add_app
from tests.factories.booking import NOW, ClientFactory, an_appointment
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake():
    intake = an_intake("about-you")
    type(intake).objects.filter(pk=intake.pk).update(completed_at=NOW, packet_version=2)
    intake.refresh_from_db()
    return intake


@pytest.fixture
def as_therapist(client, intake):
    user = intake.appointment.practitioner.user
    add_app(user)
    client.force_login(user)
    return client


def entry(intake, version=2, **values) -> OutboxEntry:
    key = f"packet:{intake.pk}:{version}"
    fixed = {"kind": "make_packet", "payload": {"intake_id": intake.pk}, "created_at": NOW}
    return OutboxEntry.objects.create(key=key, due_at=NOW, **fixed, **values)


def retry(browser, intake):
    return browser.post(reverse("journeys:packet_retry", args=[intake.public_id]))


@pytest.mark.parametrize("state", [{"dead_at": NOW, "tries": 1}, {"tries": 3}])
def test_the_therapist_sees_it_on_the_day_and_in_the_chart(as_therapist, intake, state):
    entry(intake, **state)
    chart = reverse("journeys:therapist_client", args=[intake.client.public_id])
    for page in (reverse("journeys:therapist_today"), chart):
        html = as_therapist.get(page).content.decode()
        assert f"{intake.client.display_name}’s packet could not be made" in html
        assert reverse("journeys:packet_retry", args=[intake.public_id]) in html


@pytest.mark.parametrize(
    "state", [{"tries": 2}, {"tries": 4, "done_at": NOW}, {"version": 1, "dead_at": NOW}]
)
def test_a_hiccup_or_what_is_done_or_superseded_is_no_trouble(as_therapist, intake, state):
    entry(intake, **state)
    html = as_therapist.get(reverse("journeys:therapist_today")).content.decode()
    assert "could not be made" not in html


def test_tried_again_it_is_due_at_once_and_noted(as_therapist, intake):
    stuck = entry(intake, dead_at=NOW, tries=12)
    answer = retry(as_therapist, intake)

    assert answer["Location"] == reverse(
        "journeys:therapist_client", args=[intake.client.public_id]
    )
    stuck.refresh_from_db()
    assert (stuck.dead_at, stuck.tries) == (None, 0)
    event = AuditEvent.objects.get(action="packet.retry")
    assert event.client_id == intake.client.pk


def test_what_a_worker_is_at_is_left_to_it(as_therapist, intake):
    busy = entry(intake, tries=3, lease_until=utc_now() + timedelta(minutes=3))
    retry(as_therapist, intake)
    busy.refresh_from_db()
    assert busy.tries == 3


def test_another_therapists_and_a_clients_try_change_nothing(client, intake):
    stuck = entry(intake, dead_at=NOW)
    other = an_appointment(status="confirmed").practitioner.user
    intake.appointment.practitioner.__class__.objects.filter(
        pk=intake.appointment.practitioner.pk
    ).update(user=ClientFactory().user)
    add_app(other)
    client.force_login(other)
    assert retry(client, intake).status_code == 404
    client.force_login(intake.client.user)
    assert retry(client, intake).status_code in (403, 404)
    stuck.refresh_from_db()
    assert stuck.dead_at == NOW


def test_a_day_without_trouble_asks_once(intake):
    practitioner = intake.appointment.practitioner
    with CaptureQueriesContext(connection) as seen:
        assert packet_trouble.intakes_in_trouble(practitioner) == []
    assert len(seen) == 1
