"""Answers, scores and packets leave as valid FHIR, to whom they belong, and it is noted."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from intake.models import PacketCopy
from intake.services import packets as packet_store
from portal.shared import pdf
from portal.shared.models import AuditEvent
from tests.factories.accounts import add_app
from tests.factories.booking import NOW, PractitionerFactory, UserFactory, an_appointment
from tests.factories.fhir_valid import check_bundle
from tests.factories.intake import an_intake, answer, response_to

pytestmark = pytest.mark.django_db
NAMES = ("therapist_fhir", "therapist_scores", "therapist_packet_fhir")


@pytest.fixture
def intake():
    intake = an_intake("what-brings-you", "phq-9")
    answer(response_to(intake, "what-brings-you"), "reason", "I do not sleep. 🌿")
    phq9 = response_to(intake, "phq-9")
    for item in phq9.questionnaire.parsed.questions():
        if item.prefix:
            answer(phq9, item.link_id, item.options[1].code)
    return intake


@pytest.fixture
def therapist(client, intake):
    user = intake.appointment.practitioner.user
    add_app(user)
    client.force_login(user)
    return client


def url_of(intake, name, *more):
    return reverse(f"intake:{name}", args=[intake.public_id, *more])


def exported(browser, url):
    reply = browser.get(url)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "application/fhir+json"
    assert reply.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in reply.headers["Cache-Control"]
    return check_bundle(json.loads(reply.content))


def test_all_answers_leave_with_whom_they_are_about(therapist, intake):
    found = exported(therapist, url_of(intake, "therapist_fhir"))

    urls = [one["questionnaire"] for one in found["QuestionnaireResponse"]]
    assert urls[1] == "https://example.org/fhir/Questionnaire/phq-9|1.0.0"
    (patient,) = found["Patient"]
    assert found["QuestionnaireResponse"][0]["subject"]["reference"] == f"urn:uuid:{patient['id']}"
    assert AuditEvent.objects.filter(action="intake.export").count() == 1


def test_one_part_leaves_alone(therapist, intake):
    found = exported(therapist, url_of(intake, "therapist_response", "phq-9"))

    assert len(found["QuestionnaireResponse"]) == 1
    assert "Observation" not in found
    event = AuditEvent.objects.get(action="response.export")
    response = response_to(intake, "phq-9")
    assert event.detail == {"response": str(response.public_id)}
    missing = therapist.get(url_of(intake, "therapist_response", "gad-7"))
    assert missing.status_code == 404


def test_scores_leave_with_their_reading_and_their_source(therapist, intake):
    found = exported(therapist, url_of(intake, "therapist_scores"))

    (score,), (source,) = found["Observation"], found["QuestionnaireResponse"]
    assert score["valueQuantity"]["value"] == 9
    assert score["status"] == "preliminary"
    assert score["interpretation"][0]["text"] == "Severity band: mild (5-9)"
    assert score["derivedFrom"][0]["reference"] == f"urn:uuid:{source['id']}"
    assert AuditEvent.objects.get(action="scores.export").client_id == intake.client.pk


def test_the_whole_packet_leaves_with_the_pdf_that_was_issued(therapist, intake):
    drawn = pdf.render(template="pdf/sample.html", context={"word": "moss"}, title="Packet")
    kept = {"intake": intake, "version": 1, "document": drawn, "now": NOW}
    packet_store.store(copy=PacketCopy.THERAPIST, **kept)

    found = exported(therapist, url_of(intake, "therapist_packet_fhir"))
    attachment = found["DocumentReference"][0]["content"][0]["attachment"]
    content = base64.b64decode(attachment["data"])
    assert hashlib.sha256(content).hexdigest() == drawn.sha256
    actions = AuditEvent.objects.filter(action__startswith="packet.").order_by("sequence")
    assert [event.action for event in actions][-2:] == ["packet.read", "packet.export"]


def test_before_there_is_a_packet_the_rest_leaves(therapist, intake):
    found = exported(therapist, url_of(intake, "therapist_packet_fhir"))
    assert "DocumentReference" not in found
    assert AuditEvent.objects.get(action="packet.export").detail == {"has_pdf": False}


def test_the_client_takes_their_own_answers_and_no_score(client, intake):
    client.force_login(intake.client.user)
    reply = client.get(url_of(intake, "own_answers"))
    found = check_bundle(json.loads(reply.content))

    assert set(found) == {"Patient", "QuestionnaireResponse"}
    text = reply.content.decode()
    for label in ("mild", "cut-off", "interpretation", "Observation", "band"):
        assert label not in text
    event = AuditEvent.objects.get(action="intake.export")
    assert event.actor_id == intake.client.user.pk
    assert url_of(intake, "own_answers") in client.get("/documents/").content.decode()


def test_nobody_elses_answers_can_be_taken(client, intake):
    client.force_login(an_appointment().client.user)
    assert client.get(url_of(intake, "own_answers")).status_code == 404

    user = PractitionerFactory().user
    add_app(user)
    client.force_login(user)
    for name in NAMES:
        assert client.get(url_of(intake, name)).status_code == 404
    assert client.get(url_of(intake, "therapist_response", "phq-9")).status_code == 404
    assert not AuditEvent.objects.filter(action__endswith=".export").exists()


@pytest.mark.parametrize("role", [Role.CLIENT, Role.BILLING_ADMIN, Role.SUPERUSER])
def test_no_other_role_exports(client, intake, role):
    user = UserFactory(role=role)
    add_app(user)
    client.force_login(user)
    for name in NAMES:
        assert client.get(url_of(intake, name)).status_code == 404


def test_the_reading_page_offers_what_there_is(therapist, intake):
    told = therapist.get(url_of(intake, "therapist_intake")).content.decode()
    for name in NAMES:
        assert url_of(intake, name) in told
    assert url_of(intake, "therapist_response", "phq-9") in told


def test_an_export_asks_as_often_for_three_responses_as_for_one(
    therapist, intake, django_assert_num_queries
):
    kind = intake.appointment.session_type
    later, last = NOW + timedelta(days=10), NOW + timedelta(days=11)
    one = an_intake("phq-9", appointment=an_appointment(kind, starts_at=later))
    three = an_intake(
        "phq-9", "gad-7", "about-you", appointment=an_appointment(kind, starts_at=last)
    )
    exported(therapist, url_of(one, "therapist_fhir"))
    with CaptureQueriesContext(connection) as asked:
        exported(therapist, url_of(one, "therapist_fhir"))
    with django_assert_num_queries(len(asked)):
        exported(therapist, url_of(three, "therapist_fhir"))
