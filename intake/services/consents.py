"""Consents: what an intake asks for, signing it, or choosing paper.

A signature is never changed. A new version of a text asks for a new signature as long as the
intake is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Client, User
from intake.drawing import NotADrawing, read_drawing
from intake.models import (
    ConsentDocument,
    ConsentKind,
    ConsentSignature,
    Intake,
    SignatureMethod,
)
from intake.services.publishing import current_documents, sha256_of
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


@dataclass(frozen=True)
class Asked:
    """One text that an intake asks for, and how far it is."""

    document: ConsentDocument
    signature: ConsentSignature | None
    replaces_version: int | None = None
    """The version that this client signed before, when the text has changed since."""

    @property
    def is_settled(self) -> bool:
        return self.signature is not None

    @property
    def is_on_paper(self) -> bool:
        return self.signature is not None and self.signature.method == SignatureMethod.PAPER


def asked_for(intake: Intake) -> list[Asked]:
    """Every text of the intake: as signed when it is complete, else the version in force."""
    documents = _documents(intake)
    signed = _signatures_of(intake.client)
    return [
        Asked(
            document,
            signed.get(document.pk),
            _signed_before(signed, document) if document.pk not in signed else None,
        )
        for document in documents
    ]


def is_settled(intake: Intake) -> bool:
    """Every text is signed, or left for paper by choice."""
    return all(asked.is_settled for asked in asked_for(intake))


def _documents(intake: Intake) -> list[ConsentDocument]:
    chosen = sorted(intake.consents.all(), key=lambda document: document.pk)
    if intake.completed_at is None:
        chosen = current_documents([document.slug for document in chosen])
    return sorted(chosen, key=lambda document: document.kind != ConsentKind.RECORDS)


def _signatures_of(client: Client) -> dict[int, ConsentSignature]:
    """The client's signatures by text; a signing here counts above a choice of paper."""
    rows = client.signatures.select_related("document").order_by("signed_at")
    by_method = sorted(rows, key=lambda row: row.method == SignatureMethod.ELECTRONIC)
    return {row.document_id: row for row in by_method}


def _signed_before(signed: dict[int, ConsentSignature], document: ConsentDocument) -> int | None:
    versions = [
        row.document.version for row in signed.values() if row.document.slug == document.slug
    ]
    return max(versions, default=None)


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
    if document not in _documents(intake):
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
    if document not in _documents(intake):
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
        (not _knows_sample(intake, document, signing.sample_word), SampleWordWrong()),
    ]
    return [problem for is_wrong, problem in checks if is_wrong]


def _is_drawing(sent: str) -> bool:
    try:
        read_drawing(sent)
    except NotADrawing:
        return False
    return True


def _knows_sample(intake: Intake, document: ConsentDocument, word: str) -> bool:
    """Consent to electronic records shows that the person can open them (15 USC 7001(c))."""
    if document.kind != ConsentKind.RECORDS:
        return True
    return word.strip().casefold() == sample_word(intake)


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
    intake = Intake.objects.select_for_update().get(pk=intake.pk)
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
    return signature


def _replace_older(intake: Intake, document: ConsentDocument) -> None:
    intake.consents.remove(*intake.consents.filter(slug=document.slug).exclude(pk=document.pk))
    intake.consents.add(document)
