"""The chart: a copy of the packet with data is asked for there, and says when it is made."""

import pytest
from django.urls import reverse

from intake.models import PacketCopy
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.accounts import add_app
from tests.factories.booking import NOW, PractitionerFactory, an_appointment
from tests.factories.consents import an_intake_to_sign
from tests.views.journeys.test_documents import a_packet

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake():
    intake = an_intake_to_sign(None, "electronic-records")
    type(intake).objects.filter(pk=intake.pk).update(completed_at=NOW, packet_version=1)
    intake.refresh_from_db()
    return intake


def staff(client, user):
    add_app(user)
    client.force_login(user)
    return client


@pytest.fixture
def therapist(client, intake):
    return staff(client, intake.appointment.practitioner.user)


def chart(browser, intake) -> str:
    url = reverse("journeys:therapist_client", args=[intake.client.public_id])
    return browser.get(url).content.decode()


def url_of(intake) -> str:
    return reverse("journeys:packet_with_data", args=[intake.public_id])


def test_it_is_asked_for_in_the_chart_and_made_by_the_outbox(therapist, intake):
    a_packet(intake, PacketCopy.THERAPIST)
    assert url_of(intake) in chart(therapist, intake)
    told = therapist.post(url_of(intake), follow=True).content.decode()

    assert "The copy is being made." in told
    entry = OutboxEntry.objects.get(kind="make_data_packet")
    assert entry.payload == {"intake_id": intake.pk, "version": 1}
    assert entry.key == f"packet:{intake.pk}:1:data"
    event = AuditEvent.objects.get(action="packet.ask_data")
    assert (event.client_id, event.detail) == (intake.client.pk, {"version": 1})


def test_once_made_it_stands_in_the_list_and_is_not_offered_again(therapist, intake):
    a_packet(intake, PacketCopy.THERAPIST)
    copy = a_packet(intake, PacketCopy.DATA)
    told = chart(therapist, intake)

    assert "Packet, version 1, with data inside" in told
    assert url_of(intake) not in told
    answer = therapist.get(reverse("intake:therapist_packet", args=[copy.public_id]))
    assert answer["Content-Disposition"].endswith('"intake-packet-v1-with-data.pdf"')


def test_without_a_packet_the_therapist_is_told_why_not(therapist, intake):
    told = therapist.post(url_of(intake), follow=True).content.decode()
    assert "The packet itself has to be made first." in told
    assert not OutboxEntry.objects.filter(kind="make_data_packet").exists()


def test_what_can_not_be_made_is_shown_and_tried_again(therapist, intake):
    a_packet(intake, PacketCopy.THERAPIST)
    therapist.post(url_of(intake))
    OutboxEntry.objects.filter(kind="make_data_packet").update(dead_at=NOW)
    assert "packet could not be made" in chart(therapist, intake)

    therapist.post(reverse("journeys:packet_retry", args=[intake.public_id]))
    assert OutboxEntry.objects.get(kind="make_data_packet").dead_at is None


def test_the_client_never_sees_it_and_another_therapist_can_not_ask(client, intake):
    copy = a_packet(intake, PacketCopy.DATA)
    client.force_login(intake.client.user)
    assert client.get(reverse("journeys:packet", args=[copy.public_id])).status_code == 404
    assert "with data" not in client.get("/documents/").content.decode()
    assert staff(client, PractitionerFactory().user).post(url_of(intake)).status_code == 404


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (None, "not given"),
        ({"name": "", "relation": "", "phone": ""}, "not given"),
        ({"name": "Grace", "relation": "sister", "phone": "1"}, "Grace (sister), 1"),
        ({"name": "Grace", "relation": "", "phone": ""}, "Grace"),
        ({"name": "", "phone": "(212) 555-0148"}, "(212) 555-0148"),
    ],
)
def test_the_chart_says_whom_to_call_with_what_was_given(client, contact, expected):
    appointment = an_appointment()
    appointment.client.emergency_contact = contact
    appointment.client.save(update_fields=["emergency_contact"])
    url = reverse("journeys:therapist_client", args=[appointment.client.public_id])
    told = staff(client, appointment.practitioner.user).get(url).content.decode()
    assert f"<dt>In an emergency</dt><dd>{expected}</dd>" in told
