"""Publishing, signing, choosing paper: what is kept, what is refused, what is frozen."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from booking.models import SessionType
from intake.consent_texts import read_starter
from intake.models import ConsentDocument, ConsentSignature
from intake.services.consent_state import Occasion, asked_for, is_settled
from intake.services.consents import SigningRefused, choose_paper, sign
from intake.services.intakes import complete_if_ready
from intake.services.publishing import current, current_documents, publish, sha256_of
from intake.services.retiring import retire
from intake.services.sample import sample_word
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.booking import NOW, an_appointment
from tests.factories.consents import (
    NAME,
    SIGNED_AT,
    SOURCE,
    a_signing,
    an_intake_to_sign,
    published_consents,
    sign_text,
)

pytestmark = pytest.mark.django_db


def new_version(slug: str, addition: str = "\nA new line.\n") -> ConsentDocument:
    latest = current(slug)
    return publish(
        starter=read_starter(slug),
        text=latest.text + addition,
        effective_on=date(2027, 2, 1),
        by=None,
        now=NOW + timedelta(days=30),
    )


def problems_of(refused) -> list[str]:
    return sorted(type(problem).__name__ for problem in refused.value.problems)


def test_published_texts_are_filled_from_the_practice():
    documents = {document.slug: document for document in published_consents()}

    fees = documents["fees-and-cancellation"]
    assert "| Session | 50 minutes | $150 | $75 |" in fees.text
    assert "24 hours before it starts" in fees.text
    assert "Example Practice" in documents["privacy-notice"].text
    assert "In force from January 1, 2027." in documents["privacy-notice"].text
    assert fees.sha256 == sha256_of(fees.text)
    assert {document.version for document in documents.values()} == {1}


def test_publishing_again_changes_nothing_until_something_changes():
    first = published_consents(SessionType.objects.first())
    practitioner = SessionType.objects.get().practitioner
    assert published_consents(practitioner) == first

    SessionType.objects.update(price_cents=160_00)
    again = {document.slug: document.version for document in published_consents(practitioner)}
    assert again.pop("fees-and-cancellation") == 2
    assert set(again.values()) == {1}


def test_a_published_text_cannot_be_changed():
    document = published_consents()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentDocument.objects.filter(pk=document.pk).update(text="other")


def test_current_documents_keep_the_order_asked_for():
    published_consents()
    newer = new_version("emdr")
    found = current_documents(["telehealth", "emdr", "unknown"])
    assert [document.slug for document in found] == ["telehealth", "emdr"]
    assert found[1] == newer


def test_a_signature_keeps_its_evidence():
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy")
    sign_text(intake, "electronic-records")
    signature = sign_text(intake, "psychotherapy", typed_name=f"  {NAME} ", drawn="M1 2 L30 40")

    signature.refresh_from_db()
    document = current("psychotherapy")
    assert signature.typed_name == NAME
    assert signature.drawn == "M1 2 L30 40"
    assert signature.document == document
    assert signature.document_sha256 == sha256_of(document.text)
    assert signature.intent == document.intent
    assert signature.signed_at == SIGNED_AT
    assert signature.signed_by == intake.client.user
    assert signature.signer_role == "client"
    assert (signature.ip, signature.user_agent) == ("203.0.113.7", "Example Browser 1.0")
    assert signature.auth_methods == ["code"]
    assert signature.records_version == 1
    event = AuditEvent.objects.filter(action="consent.sign").last()
    assert event.detail == {"slug": "psychotherapy", "version": 1}
    assert event.client_id == intake.client.pk


def test_names_and_drawings_are_encrypted_in_the_database():
    intake = an_intake_to_sign(None, "electronic-records")
    sign_text(intake, "electronic-records", drawn="M1 2 L30 40")
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed_name, drawn FROM intake_consentsignature")
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert "Nguyễn".encode() not in stored
    assert b"L30 40" not in stored


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"typed_name": "   "}, "NameMissing"),
        ({"typed_name": "x" * 201}, "NameTooLong"),
        ({"agrees": False}, "IntentMissing"),
        ({"drawn": "M1 2 <script>"}, "DrawingUnreadable"),
        ({"sample_word": "elephant"}, "SampleWordWrong"),
    ],
)
def test_an_incomplete_signing_is_refused_with_its_reason(sent, problem):
    intake = an_intake_to_sign(None, "electronic-records")
    with pytest.raises(SigningRefused) as refused:
        sign_text(intake, "electronic-records", **sent)
    assert problems_of(refused) == [problem]
    assert not ConsentSignature.objects.exists()


def test_all_reasons_are_told_at_once():
    intake = an_intake_to_sign(None, "electronic-records")
    with pytest.raises(SigningRefused) as refused:
        sign_text(intake, "electronic-records", typed_name="", agrees=False, sample_word="")
    assert problems_of(refused) == ["IntentMissing", "NameMissing", "SampleWordMissing"]


def test_the_sample_word_is_read_kindly():
    intake = an_intake_to_sign(None, "electronic-records")
    sign_text(intake, "electronic-records", sample_word=f" {sample_word(intake).upper()} ")
    assert is_settled(intake)


def test_electronic_records_come_before_any_other_signature():
    intake = an_intake_to_sign(None, "electronic-records", "emdr")
    assert [asked.document.slug for asked in asked_for(intake)] == ["electronic-records", "emdr"]
    with pytest.raises(SigningRefused) as refused:
        sign_text(intake, "emdr")
    assert problems_of(refused) == ["RecordsFirst"]


def test_a_text_that_is_not_asked_for_cannot_be_signed():
    intake = an_intake_to_sign(None, "electronic-records")
    with pytest.raises(SigningRefused) as refused:
        sign_text(intake, "emdr")
    assert problems_of(refused) == ["NotAsked"]


def test_signing_twice_keeps_the_first_signature():
    intake = an_intake_to_sign(None, "electronic-records")
    first = sign_text(intake, "electronic-records")
    assert sign_text(intake, "electronic-records", typed_name="Somebody Else") == first
    assert ConsentSignature.objects.get().typed_name == NAME
    assert AuditEvent.objects.filter(action="consent.sign").count() == 1


def test_paper_settles_a_text_and_can_still_become_a_signature():
    intake = an_intake_to_sign(None, "electronic-records")
    choose_paper(
        occasion=Occasion.of(intake),
        document=current("electronic-records"),
        by=intake.client.user,
        source=SOURCE,
        now=SIGNED_AT,
    )
    assert is_settled(intake)
    assert asked_for(intake)[0].is_on_paper

    intake = type(intake).objects.get(pk=intake.pk)
    intake.completed_at = None
    sign_text(intake, "electronic-records")
    assert not asked_for(intake)[0].is_on_paper
    assert ConsentSignature.objects.count() == 2


def test_a_signature_can_neither_be_changed_nor_deleted():
    signature = sign_text(an_intake_to_sign(None, "electronic-records"), "electronic-records")
    rows = ConsentSignature.objects.filter(pk=signature.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(intent="something else")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_a_new_version_asks_for_a_new_signature():
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy", "emdr")
    sign_text(intake, "electronic-records")
    old = sign_text(intake, "psychotherapy")
    newer = new_version("psychotherapy")

    asked = {item.document.slug: item for item in asked_for(intake)}
    assert asked["psychotherapy"].document == newer
    assert not asked["psychotherapy"].is_settled
    assert asked["psychotherapy"].replaces_version == 1
    with pytest.raises(SigningRefused):
        sign(
            occasion=Occasion.of(intake),
            document=old.document,
            signing=a_signing(intake),
            by=intake.client.user,
            source=SOURCE,
            now=SIGNED_AT,
        )

    sign_text(intake, "psychotherapy")
    assert {item.document for item in asked_for(intake) if item.is_settled} >= {newer}
    assert set(intake.consents.filter(slug="psychotherapy")) == {newer}
    assert ConsentSignature.objects.filter(document=old.document).exists()


def test_a_later_intake_asks_only_for_what_is_not_signed_yet():
    first = an_intake_to_sign(None, "electronic-records")
    sign_text(first, "electronic-records")
    later = an_intake_to_sign(
        an_appointment(
            first.appointment.session_type,
            first.appointment.starts_at + timedelta(days=7),
            client=first.client,
        ),
        "electronic-records",
        "emdr",
    )
    assert [asked.is_settled for asked in asked_for(later)] == [True, False]


def test_the_last_signature_completes_the_intake_and_orders_the_packet():
    intake = an_intake_to_sign(None, "electronic-records", "emdr")
    sign_text(intake, "electronic-records")
    assert not OutboxEntry.objects.filter(kind="make_packet").exists()
    sign_text(intake, "emdr")

    intake.refresh_from_db()
    assert intake.completed_at == SIGNED_AT
    entry = OutboxEntry.objects.get(kind="make_packet")
    assert entry.payload == {"intake_id": intake.pk}


def test_what_was_retired_before_it_was_signed_is_no_part_of_the_intake():
    intake = an_intake_to_sign(None, "electronic-records", "telehealth", "emdr")
    by = intake.appointment.practitioner.user
    sign_text(intake, "electronic-records")
    sign_text(intake, "telehealth")
    for slug in ("telehealth", "emdr"):
        retire(document=current(slug), by=by, now=SIGNED_AT)
    complete_if_ready(intake=intake, by=by, now=SIGNED_AT)
    assert intake.completed_at == SIGNED_AT
    assert [(asked.document.slug, asked.is_settled) for asked in asked_for(intake)] == [
        ("electronic-records", True),
        ("telehealth", True),
    ]
