"""Signing a consent, or choosing paper. A signature is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from intake.drawing import NotADrawing, read_drawing
from intake.models import (
    ConsentDocument,
    ConsentKind,
    ConsentSignature,
    Intake,
    SignatureMethod,
)
from intake.services.consent_state import asked_for, documents_of
from intake.services.intakes import complete_if_ready
from intake.services.publishing import sha256_of
from intake.services.sample import sample_word
from portal.shared import audit
from portal.shared.request import Source

LONGEST_NAME = 200


class SigningProblem(Exception):
    """What keeps a signature from being taken; `field` is where the form says so."""

    field = "agrees"
    message = ""

    def __str__(self) -> str:
        return self.message


class NameMissing(SigningProblem):
    field, message = "typed_name", "Type your name: it is your signature."


class NameTooLong(SigningProblem):
    field, message = "typed_name", f"Please keep the name under {LONGEST_NAME} letters."


class IntentMissing(SigningProblem):
    message = "Tick the box to say that you agree. You may also choose paper below."


class DrawingUnreadable(SigningProblem):
    field = "drawn"
    message = "The drawing did not arrive whole. Clear it and draw again, or leave it empty."


class SampleWordWrong(SigningProblem):
    field = "sample_word"
    message = "That is not the word in the sample document. Open it again, or choose paper."


class SampleWordMissing(SigningProblem):
    field = "sample_word"
    message = "Open the sample document and type the word in it. If it does not open, choose paper."


class RecordsFirst(SigningProblem):
    message = "Before you sign here, please read and sign “Electronic records and signatures”."


class NotAsked(SigningProblem):
    message = "This text is not part of your intake any more. Please go back to the list."


class SigningRefused(Exception):
    """Carries every reason at once, so that a form can say all of them."""

    def __init__(self, problems: list[SigningProblem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Signing:
    """What a person sent to sign: all of it as typed."""

    typed_name: str
    agrees: bool
    drawn: str = ""
    sample_word: str = ""
    auth_methods: tuple[str, ...] = ()


def sign(
    *,
    intake: Intake,
    document: ConsentDocument,
    signing: Signing,
    by: User,
    source: Source,
    now: datetime,
) -> ConsentSignature:
    """Take a signature with its evidence. Signing the same version twice keeps the first.

    When it was the last part of the intake, the intake is complete and its packet is made.

    Raises SigningRefused.
    """
    check_may_sign(intake=intake, document=document, signing=signing)
    return _write(
        intake=intake,
        document=document,
        method=SignatureMethod.ELECTRONIC,
        by=by,
        source=source,
        now=now,
        typed_name=" ".join(signing.typed_name.split()),
        drawn=read_drawing(signing.drawn) or None,
        auth_methods=list(signing.auth_methods),
        records_version=_records_version(intake, document),
    )


def choose_paper(
    *, intake: Intake, document: ConsentDocument, by: User, source: Source, now: datetime
) -> ConsentSignature:
    """The client would rather sign on paper: the intake goes on, and the therapist sees it.

    Raises SigningRefused when the intake does not ask for this text.
    """
    if document not in documents_of(intake):
        raise SigningRefused([NotAsked()])
    return _write(
        intake=intake,
        document=document,
        method=SignatureMethod.PAPER,
        by=by,
        source=source,
        now=now,
    )


def check_may_sign(*, intake: Intake, document: ConsentDocument, signing: Signing) -> None:
    """Raises SigningRefused with everything that is missing."""
    problems: list[SigningProblem] = []
    if document not in documents_of(intake):
        raise SigningRefused([NotAsked()])
    if not _records_agreed(intake, document):
        problems.append(RecordsFirst())
    problems += _problems_of_form(intake, document, signing)
    if problems:
        raise SigningRefused(problems)


def _problems_of_form(
    intake: Intake, document: ConsentDocument, signing: Signing
) -> list[SigningProblem]:
    checks: list[tuple[bool, SigningProblem]] = [
        (not signing.typed_name.strip(), NameMissing()),
        (len(signing.typed_name) > LONGEST_NAME, NameTooLong()),
        (not signing.agrees, IntentMissing()),
        (not _is_drawing(signing.drawn), DrawingUnreadable()),
        (_asks_word(document) and not signing.sample_word.strip(), SampleWordMissing()),
        (not _knows_sample(intake, document, signing.sample_word), SampleWordWrong()),
    ]
    return [problem for is_wrong, problem in checks if is_wrong]


def _is_drawing(sent: str) -> bool:
    try:
        read_drawing(sent)
    except NotADrawing:
        return False
    return True


def _asks_word(document: ConsentDocument) -> bool:
    """Consent to electronic records shows that the person can open them (15 USC 7001(c))."""
    return document.kind == ConsentKind.RECORDS


def _knows_sample(intake: Intake, document: ConsentDocument, word: str) -> bool:
    typed = word.strip().casefold()
    return not (_asks_word(document) and typed) or typed == sample_word(intake)


def _records_agreed(intake: Intake, document: ConsentDocument) -> bool:
    if document.kind == ConsentKind.RECORDS:
        return True
    asked = [a for a in asked_for(intake) if a.document.kind == ConsentKind.RECORDS]
    return all(a.is_settled and not a.is_on_paper for a in asked)


def _records_version(intake: Intake, document: ConsentDocument) -> int | None:
    if document.kind == ConsentKind.RECORDS:
        return document.version
    versions = [
        a.document.version for a in asked_for(intake) if a.document.kind == ConsentKind.RECORDS
    ]
    return versions[0] if versions else None


@transaction.atomic
def _write(
    *,
    intake: Intake,
    document: ConsentDocument,
    method: SignatureMethod,
    by: User,
    source: Source,
    now: datetime,
    **evidence: object,
) -> ConsentSignature:
    Intake.objects.select_for_update().get(pk=intake.pk)
    signature, is_new = ConsentSignature.objects.get_or_create(
        intake=intake,
        document=document,
        method=method,
        defaults={
            "client": intake.client,
            "document_sha256": sha256_of(document.text),
            "signed_by": by,
            "intent": document.intent,
            "signed_at": now,
            "ip": source.ip,
            "user_agent": source.user_agent,
            **evidence,
        },
    )
    if is_new:
        _replace_older(intake, document)
        audit.record(
            action="consent.sign" if method == SignatureMethod.ELECTRONIC else "consent.paper",
            by=by,
            obj=signature,
            client=intake.client,
            source=source,
            detail={"slug": document.slug, "version": document.version},
            now=now,
        )
    complete_if_ready(intake=intake, by=by, now=now, source=source)
    return signature


def _replace_older(intake: Intake, document: ConsentDocument) -> None:
    intake.consents.remove(*intake.consents.filter(slug=document.slug).exclude(pk=document.pk))
    intake.consents.add(document)
