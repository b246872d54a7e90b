"""The whole of an intake as FHIR: one bundle that is valid and hangs together."""

import base64
import hashlib
from datetime import timedelta

import pytest

from booking.models import Appointment
from booking.states import Status
from intake.export.appointments import appointment
from intake.export.consents import consent
from intake.export.people import patient, practitioner
from intake.models import ConsentSignature, Intake, Packet, PacketCopy
from intake.services.consent_state import Occasion
from intake.services.consents import choose_paper
from intake.services.exporting import Issued, packet_bundle, signatures_of
from intake.services.publishing import current
from intake.services.withdrawing import withdraw
from tests.factories.booking import an_appointment
from tests.factories.consents import NAME, SOURCE, an_intake_to_sign, sign_text
from tests.factories.fhir_valid import check_bundle
from tests.factories.packets import MADE_AT, a_complete_intake

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 as it was issued"


@pytest.fixture
def intake():
    made = a_complete_intake()
    return Intake.objects.with_answers().get(pk=made.pk)


def a_packet(intake) -> Packet:
    return Packet(
        intake=intake,
        copy=PacketCopy.THERAPIST,
        version=1,
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        pages=1,
        made_at=MADE_AT,
    )


def test_all_of_the_intake_is_in_it_and_valid(intake):
    found = check_bundle(
        packet_bundle(intake, issued=Issued(a_packet(intake), CONTENT), now=MADE_AT)
    )

    counts = {kind: len(resources) for kind, resources in found.items()}
    assert counts == {
        "Patient": 1,
        "Practitioner": 1,
        "Appointment": 1,
        "QuestionnaireResponse": 4,
        "Observation": 1,
        "Consent": ConsentSignature.objects.count(),
        "DocumentReference": 1,
    }
    assert found["Patient"][0]["name"][1] == {"use": "usual", "text": NAME}
    assert "telecom" not in found["Patient"][0]


def test_the_pdf_has_its_size_and_both_of_its_hashes(intake):
    bundle = packet_bundle(intake, issued=Issued(a_packet(intake), CONTENT), now=MADE_AT)
    (document,) = check_bundle(bundle)["DocumentReference"]

    attachment = document["content"][0]["attachment"]
    sha1 = hashlib.sha1(CONTENT).digest()
    assert attachment["hash"] == base64.b64encode(sha1).decode()
    assert attachment["size"] == len(CONTENT)
    assert base64.b64decode(attachment["data"]) == CONTENT
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert attachment["extension"][0]["valueString"] == sha256
    assert document["identifier"][0]["value"] == sha256
    assert len(document["context"]["related"]) == 5


def test_at_an_address_it_is_not_inside(intake):
    issued = Issued(a_packet(intake), CONTENT, url="packet.pdf", is_replaced=True)
    (document,) = check_bundle(packet_bundle(intake, issued=issued, now=MADE_AT))[
        "DocumentReference"
    ]

    attachment = document["content"][0]["attachment"]
    assert attachment["url"] == "packet.pdf"
    assert "data" not in attachment
    assert document["status"] == "superseded"


def test_without_a_packet_there_is_no_document(intake):
    found = check_bundle(packet_bundle(intake, issued=None, now=MADE_AT))
    assert "DocumentReference" not in found


def test_a_consent_holds_the_text_that_was_signed(intake):
    signature = signatures_of(intake)[1]
    resource = consent(signature, patient=patient(intake.client))

    assert resource["status"] == "active"
    text = base64.b64decode(resource["sourceAttachment"]["data"]).decode()
    assert text == signature.document.text
    extension = resource["sourceAttachment"]["extension"][0]
    assert extension["valueString"] == signature.document_sha256
    assert resource["policy"] == [{"uri": f"urn:uuid:{signature.document.public_id}"}]


def test_paper_is_proposed_and_what_was_taken_back_is_inactive():
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy")
    about = patient(intake.client)
    occasion, by = Occasion.of(intake), intake.client.user
    signature = sign_text(intake, "electronic-records")
    withdraw(signature=signature, by=by, source=SOURCE, now=MADE_AT)
    choose_paper(
        occasion=occasion,
        document=current("psychotherapy"),
        by=by,
        source=SOURCE,
        now=MADE_AT,
    )

    rows = ConsentSignature.objects.order_by("signed_at").select_related("document", "withdrawal")
    first, second = [consent(row, patient=about) for row in rows]
    assert (first["status"], second["status"]) == ("inactive", "proposed")
    assert first["provision"]["period"]["end"] == MADE_AT.isoformat(timespec="seconds")
    assert "provision" not in second


@pytest.mark.parametrize(
    ("status", "expected", "answer"),
    [
        (Status.REQUESTED, "pending", "needs-action"),
        (Status.CONFIRMED, "booked", "accepted"),
        (Status.COMPLETED, "fulfilled", "accepted"),
        (Status.LATE_CANCELLED, "cancelled", "declined"),
        (Status.NO_SHOW, "noshow", "accepted"),
    ],
)
def test_an_appointment_by_its_state(status, expected, answer):
    one: Appointment = an_appointment()
    one.status = status
    resource = appointment(
        one, patient=patient(one.client), practitioner=practitioner(one.practitioner)
    )

    assert resource["status"] == expected
    assert resource["participant"][1]["status"] == answer
    length = one.ends_at - one.starts_at
    assert length > timedelta(0)
    assert resource["start"] == one.starts_at.isoformat(timespec="seconds")
