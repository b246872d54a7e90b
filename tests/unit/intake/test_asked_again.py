"""Outside of an intake: who is asked again, what is signed there, and what is taken back."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

import portal.journeys.tasks
from intake.models import (
    ConsentRequest,
    ConsentSignature,
    ConsentWithdrawal,
    Intake,
    SignatureMethod,
    SignedCopy,
    SignerRole,
)
from intake.services.asking_again import ask
from intake.services.consent_state import (
    Occasion,
    asked_for,
    asked_outside,
    in_force,
    is_settled,
    known_texts,
    wants_paper,
)
from intake.services.consents import (
    Signing,
    SigningRefused,
    choose_paper,
    record_sheet,
    sign,
    word_of,
)
from intake.services.editing import Wording, publish_wording, starting_point
from intake.services.overview import signers
from intake.services.publishing import current
from intake.services.signed_copies import blank_sheet, delivered_at, read_copy
from intake.services.withdrawing import (
    NothingToWithdraw,
    mark_seen,
    treatment_withdrawn,
    withdraw,
    withdrawals_for,
)
from portal.shared import outbox
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import NOW
from tests.factories.consents import NAME, SIGNED_AT, SOURCE, an_intake_to_sign, sign_text
from tests.unit.shared.pdf.reading import text_of

pytestmark = pytest.mark.django_db
assert portal.journeys.tasks.make_signed_copy  # registers the effect, as the worker does
LATER = SIGNED_AT + timedelta(days=1)


@pytest.fixture
def intake():
    """Complete: both texts are signed."""
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy")
    sign_text(intake, "electronic-records")
    sign_text(intake, "psychotherapy")
    intake.refresh_from_db()
    assert intake.completed_at
    return intake


def new_version(intake, slug="psychotherapy", now=LATER):
    practitioner = intake.appointment.practitioner
    before = starting_point(slug, date(2027, 1, 3))
    wording = Wording(**{**before.__dict__, "source": before.source + "\nAsk me anything.\n"})
    return publish_wording(
        slug=slug, wording=wording, practitioner=practitioner, by=practitioner.user, now=now
    )


def sign_outside(client, slug, now=LATER, **fields):
    occasion = Occasion.own(client, now)
    given = {"typed_name": NAME, "agrees": True, "auth_methods": ("code",), **fields}
    given.setdefault("sample_word", word_of(occasion))
    return sign(
        occasion=occasion,
        document=current(slug),
        signing=Signing(**given),
        by=client.user,
        source=SOURCE,
        now=now,
    )


def mails_to(client) -> list[str]:
    return [mail.subject for mail in MailMessage.objects.all() if mail.to == client.email]


def test_a_new_version_asks_who_is_in_care_and_signed_before(intake):
    newer = new_version(intake)
    request = ConsentRequest.objects.get()
    assert (request.client, request.document) == (intake.client, newer)
    assert request.asked_by == intake.appointment.practitioner.user
    assert mails_to(intake.client).count("Something in the portal is waiting for you") == 1
    words = MailMessage.objects.get(subject="Something in the portal is waiting for you").text
    assert "/consents/" in words
    assert "consent to" not in words
    assert "psychotherapy" not in words.lower()

    (asked,) = asked_outside(intake.client, now=LATER)
    assert (asked.document, asked.replaces_version, asked.is_settled) == (newer, 1, False)


def test_who_is_not_in_care_any_more_is_not_asked(intake):
    after = intake.appointment.ends_at + timedelta(days=30)
    new_version(intake, now=after)
    assert not ConsentRequest.objects.exists()


def test_a_text_that_nobody_signed_asks_nobody(intake):
    new_version(intake, slug="emdr")
    assert not ConsentRequest.objects.exists()


def test_the_new_version_is_signed_outside_of_an_intake_with_its_evidence(intake):
    newer = new_version(intake)
    signature = sign_outside(intake.client, "psychotherapy")
    signature.refresh_from_db()
    assert signature.intake is None
    assert signature.document == newer
    assert signature.document_sha256 == newer.sha256
    assert (signature.signer_role, signature.records_version) == ("client", 1)
    assert signature.auth_methods == ["code"]
    assert [item.is_settled for item in asked_outside(intake.client, now=LATER)] == [True]
    assert [item.document for item in asked_for(intake)][1].version == 1


def test_a_sealed_copy_is_made_and_says_how_it_was_signed(intake):
    new_version(intake)
    signature = sign_outside(intake.client, "psychotherapy")
    entry = OutboxEntry.objects.get(kind="make_signed_copy")
    outbox.run(entry.pk, clock=lambda: LATER)
    copy = SignedCopy.objects.get(signature=signature)
    content = read_copy(copy=copy, by=intake.client.user, source=SOURCE, now=LATER)
    words = "".join(text_of(content).split())
    for part in (
        "Askmeanything.",
        "Łukasz",
        "asclient",
        "2027-01-0301:14:05UTC"[:10],
        "Boxtickedbythesigner",
        "consentversion1",
        "version2",
        "203.0.113.7",
        "acodesentbye-mail",
        signature.document_sha256[:8],
    ):
        assert part in words, part
    assert delivered_at(signature) == LATER
    assert AuditEvent.objects.filter(action="signed_copy.read").count() == 1


def test_what_was_signed_in_an_intake_waits_for_its_packet(intake):
    assert not OutboxEntry.objects.filter(kind="make_signed_copy").exists()
    assert delivered_at(intake.signatures.first()) is None


def test_an_open_intake_is_completed_by_a_signature_outside_of_it():
    intake = an_intake_to_sign(None, "electronic-records", "emdr")
    sign_text(intake, "electronic-records")
    ask(clients=[intake.client], document=current("emdr"), by=intake.client.user, now=SIGNED_AT)
    sign_outside(intake.client, "emdr")
    intake.refresh_from_db()
    assert intake.completed_at == LATER
    assert is_settled(intake)


def test_asking_again_reminds_and_mails_anew(intake):
    newer, therapist = new_version(intake), intake.appointment.practitioner.user
    again = LATER + timedelta(days=2)
    assert ask(clients=[intake.client], document=newer, by=therapist, now=again) == 1
    request = ConsentRequest.objects.get()
    assert (request.asked_at, request.reminded_at) == (LATER, again)
    assert mails_to(intake.client).count("Something in the portal is waiting for you") == 2
    actions = AuditEvent.objects.filter(action__in=["consent.ask", "consent.remind"])
    assert list(actions.values_list("action", flat=True)) == ["consent.ask", "consent.remind"]


def test_the_overview_tells_the_versions_apart(intake):
    therapist = intake.appointment.practitioner.user
    (row,) = signers(document=current("psychotherapy"), therapist=therapist, now=LATER)
    assert (row.words, row.can_be_asked) == ("Signed version 1", False)
    newer = new_version(intake)
    (row,) = signers(document=newer, therapist=therapist, now=LATER)
    assert (row.words, row.kind, row.can_be_asked) == (
        "Signed version 1, not yet version 2",
        "warn",
        True,
    )
    sign_outside(intake.client, "psychotherapy")
    (row,) = signers(document=newer, therapist=therapist, now=LATER)
    assert (row.words, row.kind) == ("Signed version 2", "good")


def test_a_consent_is_taken_back_and_the_signature_stays(intake):
    signature = intake.signatures.get(document__slug="psychotherapy")
    withdrawal = withdraw(
        signature=signature,
        by=intake.client.user,
        reason="  I need a pause. ",
        auth_methods=("code",),
        source=SOURCE,
        now=LATER,
    )
    withdrawal.refresh_from_db()
    assert (withdrawal.withdrawn_at, withdrawal.withdrawn_by) == (LATER, intake.client.user)
    assert (withdrawal.role, withdrawal.way) == ("client", "portal")
    assert (withdrawal.reason, withdrawal.ip) == ("I need a pause.", "203.0.113.7")
    assert ConsentSignature.objects.filter(pk=signature.pk).exists()
    assert [row.document.slug for row in in_force(intake.client, now=LATER)] == [
        "electronic-records"
    ]
    assert treatment_withdrawn(intake.client, now=LATER) == [withdrawal]
    therapist = intake.appointment.practitioner.user
    assert list(withdrawals_for(therapist)) == [withdrawal]
    told = [mail for mail in MailMessage.objects.all() if mail.to == therapist.email]
    assert [mail.subject for mail in told] == ["Something in the portal needs your attention"]
    assert "pause" not in told[0].text
    asked = {item.document.slug: item for item in known_texts(intake.client, now=LATER)}
    assert asked["psychotherapy"].withdrawal == withdrawal
    with pytest.raises(NothingToWithdraw):
        withdraw(signature=signature, by=intake.client.user, now=LATER)


def test_a_withdrawal_can_neither_be_changed_nor_deleted_only_noted(intake):
    withdrawal = withdraw(
        signature=intake.signatures.get(document__slug="psychotherapy"),
        by=intake.client.user,
        reason="private",
        now=LATER,
    )
    rows = ConsentWithdrawal.objects.filter(pk=withdrawal.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(way="told")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM intake_consentwithdrawal")
        assert b"private" not in bytes(cursor.fetchone()[0])
    therapist = intake.appointment.practitioner.user
    mark_seen(withdrawal=withdrawal, by=therapist, now=LATER)
    mark_seen(withdrawal=withdrawal, by=therapist, now=LATER + timedelta(days=1))
    withdrawal.refresh_from_db()
    assert (withdrawal.seen_at, withdrawal.seen_by) == (LATER, therapist)


def test_after_a_withdrawal_the_same_version_can_be_signed_anew(intake):
    first = intake.signatures.get(document__slug="psychotherapy")
    withdraw(signature=first, by=intake.client.user, now=LATER)
    document = current("psychotherapy")
    ask(clients=[intake.client], document=document, by=intake.client.user, now=LATER)
    second = sign_outside(intake.client, "psychotherapy", now=LATER + timedelta(hours=1))
    assert (first.turn, second.turn) == (1, 2)
    assert treatment_withdrawn(intake.client, now=LATER) == []


def test_records_taken_back_mean_paper_and_no_more_signing_here(intake):
    records = intake.signatures.get(document__slug="electronic-records")
    withdraw(signature=records, by=intake.client.user, now=LATER)
    assert wants_paper(intake.client, now=LATER)
    new_version(intake)
    slugs = [item.document.slug for item in asked_outside(intake.client, now=LATER)]
    assert slugs == ["electronic-records", "psychotherapy"]
    with pytest.raises(SigningRefused) as refused:
        sign_outside(intake.client, "psychotherapy")
    assert [type(problem).__name__ for problem in refused.value.problems] == ["RecordsFirst"]

    sign_outside(intake.client, "electronic-records")
    assert not wants_paper(intake.client, now=LATER)
    assert sign_outside(intake.client, "psychotherapy").records_version == 1


def test_records_taken_back_hold_for_an_intake_that_does_not_ask_for_them(intake):
    client, emdr = intake.client, current("emdr")
    records = intake.signatures.get(document__slug="electronic-records")
    withdraw(signature=records, by=client.user, now=LATER)
    intake.consents.set([emdr])
    Intake.objects.filter(pk=intake.pk).update(completed_at=None)
    intake.refresh_from_db()
    with pytest.raises(SigningRefused) as refused:
        sign_text(intake, "emdr")
    assert [type(problem).__name__ for problem in refused.value.problems] == ["RecordsTakenBack"]
    choose_paper(
        occasion=Occasion.of(intake), document=emdr, by=client.user, source=SOURCE, now=LATER
    )
    intake.refresh_from_db()
    assert intake.completed_at == LATER


def test_paper_is_asked_for_and_the_sheet_comes_in(intake):
    newer, client = new_version(intake), intake.client
    therapist = intake.appointment.practitioner.user
    wish = choose_paper(
        occasion=Occasion.own(client, LATER), document=newer, by=client.user, source=SOURCE,
        now=LATER,
    )  # fmt: skip
    assert asked_outside(client, now=LATER)[0].is_on_paper
    sheet = record_sheet(
        occasion=Occasion(client),
        document=newer,
        name=" Ada  Example ",
        signed_on=date(2027, 1, 2),
        note="In the cabinet",
        by=therapist,
        source=SOURCE,
        now=LATER,
    )
    assert (sheet.typed_name, sheet.note, sheet.signed_by) == (
        "Ada Example",
        "In the cabinet",
        therapist,
    )
    assert asked_outside(client, now=LATER)[0].is_sheet
    assert {row.method for row in ConsentSignature.objects.filter(document=newer)} == {
        SignatureMethod.PAPER,
        SignatureMethod.SHEET,
    }
    with pytest.raises(NothingToWithdraw):
        withdraw(signature=wish, by=client.user, now=LATER)


def test_a_blank_sheet_has_the_text_and_lines_to_sign(intake):
    document = current("psychotherapy")
    words = "".join(text_of(blank_sheet(document).content).split())
    for part in ("Consenttopsychotherapy", "Nameinprint", "Signature", document.sha256[:8]):
        assert part in words


def test_a_signature_is_unique_by_client_text_way_signer_and_turn(intake):
    signature = intake.signatures.get(document__slug="psychotherapy")
    signature.pk, signature._state.adding = None, True
    signature.public_id = intake.public_id
    with pytest.raises(IntegrityError), transaction.atomic():
        signature.save(force_insert=True)


def test_treatment_and_payment_are_two_signatures():
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy", "fees-and-cancellation")
    sign_text(intake, "electronic-records")
    sign_text(intake, "psychotherapy")
    assert [item.is_settled for item in asked_for(intake)] == [True, True, False]
    assert intake.signatures.last().signer_role == SignerRole.CLIENT
    assert NOW < SIGNED_AT
