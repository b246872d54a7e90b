"""My documents: shown while they are made, opened by their owner only, and verified by anyone."""

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake.models import Packet, PacketCopy
from intake.services import packets as packet_store
from intake.verification import in_groups, read_code
from intake.views.therapist_packet import therapist_packet
from portal.shared import pdf
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.booking import NOW, UserFactory, an_appointment
from tests.factories.consents import an_intake_to_sign

pytestmark = pytest.mark.django_db


def signed_in(browser, user):
    browser.force_login(user)
    return browser


@pytest.fixture
def intake():
    """Complete, with its packet due and not made yet."""
    intake = an_intake_to_sign(None, "electronic-records")
    type(intake).objects.filter(pk=intake.pk).update(completed_at=NOW, packet_version=1)
    intake.refresh_from_db()
    return intake


@pytest.fixture
def browser(client, intake):
    return signed_in(client, intake.client.user)


def a_packet(intake, copy=PacketCopy.CLIENT, version=1) -> Packet:
    word = f"{copy} {version} {intake.public_id}"
    document = pdf.render(template="pdf/sample.html", context={"word": word}, title="Packet")
    packet = packet_store.store(
        intake=intake, copy=copy, version=version, document=document, now=NOW
    )
    assert packet
    return packet


def documents(browser) -> str:
    return browser.get(reverse("journeys:documents")).content.decode()


def test_before_the_intake_is_complete_the_page_says_what_comes(client):
    html = documents(signed_in(client, an_appointment().client.user))
    assert "When your intake is complete and signed, your packet lies here." in html
    assert "hx-get" not in html


def test_a_packet_in_the_making_is_asked_for_again_ever_more_slowly(browser):
    html = documents(browser)
    assert "Your packet is being put together." in html
    assert 'hx-get="/documents/waiting/?looks=1"' in html
    assert 'hx-trigger="load delay:0.5s"' in html
    assert f'href="{reverse("journeys:documents")}">Look again now' in html

    later = browser.get("/documents/waiting/?looks=9").content.decode()
    assert 'hx-trigger="load delay:1.7s"' in later
    assert (
        'hx-trigger="load delay:20.0s"'
        in browser.get("/documents/waiting/?looks=99").content.decode()
    )
    assert "<html" not in later


def test_when_it_is_made_it_appears_and_nothing_asks_any_more(browser, intake):
    packet = a_packet(intake)
    html = browser.get("/documents/waiting/?looks=4").content.decode()
    assert "Your packet is ready." in html
    assert reverse("journeys:packet", args=[packet.public_id]) in html
    assert "1 page ·" in html
    assert "hx-get" not in html


def test_a_packet_that_cannot_be_made_is_said_kindly(browser, intake):
    OutboxEntry.objects.create(
        kind="make_packet",
        key=f"packet:{intake.pk}:1",
        payload={"intake_id": intake.pk},
        due_at=NOW,
        created_at=NOW,
        dead_at=NOW,
    )
    html = documents(browser)
    assert "Your packet takes longer than it should" in html
    assert "hx-get" not in html


def test_older_versions_stay_and_say_that_they_are_replaced(browser, intake):
    a_packet(intake)
    type(intake).objects.filter(pk=intake.pk).update(packet_version=2)
    a_packet(intake, version=2)
    html = documents(browser)
    assert html.index("Intake packet, version 2") < html.index("Intake packet, version 1")
    assert html.count("replaced by a newer one") == 1


def test_a_packet_is_shown_or_saved_kept_by_no_cache_and_noted(browser, intake):
    packet = a_packet(intake)
    url = reverse("journeys:packet", args=[packet.public_id])
    answer = browser.get(url)
    assert answer.content.startswith(b"%PDF-1.7")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="intake-packet-v1.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert browser.get(f"{url}?save=1")["Content-Disposition"].startswith("attachment;")
    events = AuditEvent.objects.filter(action="packet.read")
    assert [event.client_id for event in events] == [intake.client.pk] * 2
    assert events[0].ip == "127.0.0.1"


def test_somebody_elses_packet_does_not_exist(client, intake):
    packet = a_packet(intake)
    other = signed_in(client, an_appointment(status="confirmed").client.user)
    assert other.get(reverse("journeys:packet", args=[packet.public_id])).status_code == 404
    assert not AuditEvent.objects.filter(action="packet.read").exists()


def test_the_therapists_copy_is_not_the_clients(browser, intake):
    packet = a_packet(intake, PacketCopy.THERAPIST)
    assert browser.get(reverse("journeys:packet", args=[packet.public_id])).status_code == 404
    assert (
        browser.get(reverse("intake:therapist_packet", args=[packet.public_id])).status_code == 404
    )
    assert "Intake packet, version" not in documents(browser)


def test_the_therapist_opens_their_copy_and_another_therapist_does_not(rf, intake):
    packet = a_packet(intake, PacketCopy.THERAPIST)
    request = rf.get("/", {"save": "1"})
    request.session = type("Session", (), {"session_key": "k"})()
    request.user = intake.appointment.practitioner.user
    answer = therapist_packet(request, packet.public_id)
    assert answer["Content-Disposition"].endswith('"intake-packet-v1-therapist.pdf"')

    request.user = UserFactory(role="therapist")
    with pytest.raises(Http404):
        therapist_packet(request, packet.public_id)


def test_the_list_takes_the_same_number_of_queries_for_one_and_for_three(
    browser, intake, django_assert_num_queries
):
    a_packet(intake)
    documents(browser)
    with CaptureQueriesContext(connection) as first:
        documents(browser)
    for version in (2, 3):
        a_packet(intake, version=version)
    with django_assert_num_queries(len(first)):
        documents(browser)


def test_anyone_can_check_a_fingerprint_and_learns_only_when(client, intake):
    packet = a_packet(intake)
    html = client.get(f"/verify/{packet.sha256.upper()}").content.decode()
    assert "Issued here" in html
    assert "Friday, January 1, 2027, 10:00 am, New York time" in html
    assert intake.client.display_name not in html

    answer = client.get(f"/verify/{packet.sha256}", headers={"accept": "application/json"})
    assert answer.json() == {"issued": True, "issued_at": "2027-01-01T10:00:00-05:00"}


def test_an_unknown_fingerprint_was_not_issued_here(client):
    answer = client.get("/verify/" + "0" * 64)
    assert answer.status_code == 404
    assert "Not issued here" in answer.content.decode()
    other = client.get("/verify/" + "0" * 64, headers={"accept": "application/json"})
    assert other.json() == {"issued": False}
    assert client.get("/verify/abc").status_code == 404


def test_the_code_on_the_last_page_says_when_too(client, intake):
    packet = a_packet(intake)
    code = in_groups(packet.code)
    html = client.get(f"/verify/{code}").content.decode()
    assert "A packet with this code was issued here on Friday, January 1, 2027" in html
    assert "It is not sent anywhere" in html
    assert intake.client.display_name not in html

    answer = client.get(f"/verify/{code}", headers={"accept": "application/json"})
    assert answer.json() == {"issued": True, "issued_at": "2027-01-01T10:00:00-05:00"}


def test_each_copy_and_version_has_a_code_of_its_own(intake):
    codes = {a_packet(intake, copy, version).code for copy in PacketCopy for version in (1, 2)}
    assert len(codes) == 6
    assert all(read_code(in_groups(code)) == code for code in codes)


def test_an_unknown_code_was_not_issued_here(client):
    answer = client.get("/verify/AAAA-AAAA-AAAA-AAAA-AAAA")
    assert answer.status_code == 404
    assert "No packet with this code was issued here" in answer.content.decode()


@pytest.mark.parametrize("typed", ["abcd efgh ijkl mnop qrst", "A8CD-EFGH-1JKL-MN0P-QRST"])
def test_a_code_can_be_typed_as_it_is_read(client, typed):
    answer = client.get("/verify/", {"sha256": typed})
    assert answer["Location"] == "/verify/ABCD-EFGH-IJKL-MNOP-QRST"


def test_a_fingerprint_can_be_typed_with_gaps(client):
    typed = " ".join(["ABCDEF12"] * 8)
    answer = client.get("/verify/", {"sha256": typed})
    assert answer["Location"] == "/verify/" + "abcdef12" * 8
    html = client.get("/verify/", {"sha256": "12"}).content.decode()
    assert "a fingerprint has 64" in html
    assert 'value="12"' in html
