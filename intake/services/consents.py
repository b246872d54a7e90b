"""Signing a consent, or choosing paper. A signature is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

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
from intake.services.consent_state import (
    RECORDS_SLUG,
    Asked,
    Occasion,
    records_in_force,
    wants_paper,
)
from intake.services.intakes import complete_if_ready
from intake.services.publishing import current, sha256_of
from intake.services.sample import sample_word
from portal.shared import audit, outbox
from portal.shared.request import Source

LONGEST_NAME = 200
ACTIONS = {
    SignatureMethod.ELECTRONIC: "consent.sign",
    SignatureMethod.PAPER: "consent.paper",
    SignatureMethod.SHEET: "consent.sheet",
}
ASSENT_INTENT = (
    "I was told about this in words that I understand, and I am fine with it. "
    "I don’t have to sign, and nothing happens if I don’t."
)


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


class RecordsTakenBack(SigningProblem):
    message = (
        "You took back “Electronic records and signatures”, so this is signed on paper: choose "
        "paper below. To sign here again, ask your therapist to send you that text."
    )


class NotAsked(SigningProblem):
    message = "This text is not asked for any more. Please go back to the list."


class SheetThere(Exception):
    """Another signed sheet of this version is recorded; nothing that is signed is changed."""


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
    occasion: Occasion,
    document: ConsentDocument,
    signing: Signing,
    by: User,
    source: Source,
    now: datetime,
) -> ConsentSignature:
    """Take a signature with its evidence. Signing the same version twice keeps the first.

    When it was the last part of an intake, the intake is complete and its packet is made;
    outside of an intake a sealed copy of the signed text is made.

    Raises SigningRefused.
    """
    check_may_sign(occasion=occasion, document=document, signing=signing, by=by, now=now)
    return _write(
        occasion=occasion,
        document=document,
        method=SignatureMethod.ELECTRONIC,
        by=by,
        source=source,
        now=now,
        typed_name=" ".join(signing.typed_name.split()),
        drawn=read_drawing(signing.drawn) or None,
        auth_methods=list(signing.auth_methods),
        records_version=_records_version(occasion, document, by, now),
    )


def choose_paper(
    *, occasion: Occasion, document: ConsentDocument, by: User, source: Source, now: datetime
) -> ConsentSignature:
    """The client would rather sign on paper: the intake goes on, and the therapist sees it.

    Raises SigningRefused when this text is not asked for.
    """
    if _find(occasion, document, now) is None:
        raise SigningRefused([NotAsked()])
    return _write(
        occasion=occasion,
        document=document,
        method=SignatureMethod.PAPER,
        by=by,
        source=source,
        now=now,
    )


def record_sheet(
    *,
    occasion: Occasion,
    document: ConsentDocument,
    name: str,
    signed_on: date,
    note: str,
    by: User,
    source: Source,
    now: datetime,
) -> ConsentSignature:
    """The signed sheet came in: who signed it, and the day that stands on it. Raises SheetThere."""
    told = {
        "typed_name": " ".join(name.split()),
        "signed_on": signed_on,
        "note": note.strip() or None,
    }
    sheet = _write(
        occasion=occasion,
        document=document,
        method=SignatureMethod.SHEET,
        by=by,
        source=source,
        now=now,
        **told,
    )
    if sheet.signer_role != occasion.role or told != {key: getattr(sheet, key) for key in told}:
        raise SheetThere
    return sheet


def check_may_sign(
    *, occasion: Occasion, document: ConsentDocument, signing: Signing, by: User, now: datetime
) -> None:
    """Raises SigningRefused with everything that is missing."""
    if _find(occasion, document, now) is None:
        raise SigningRefused([NotAsked()])
    problems: list[SigningProblem] = []
    if not _records_agreed(occasion, document, by, now):
        problems.append(RecordsFirst())
    elif _are_records_taken_back(occasion, document, now):
        problems.append(RecordsTakenBack())
    problems += _problems_of_form(occasion, document, signing)
    if problems:
        raise SigningRefused(problems)


def _find(occasion: Occasion, document: ConsentDocument, now: datetime) -> Asked | None:
    return next((item for item in occasion.asked(now) if item.document == document), None)


def intent_of(occasion: Occasion, document: ConsentDocument) -> str:
    """The sentence that is ticked: what signing means for the one who signs."""
    return ASSENT_INTENT if occasion.is_assent else document.intent


def asks_word(occasion: Occasion, document: ConsentDocument) -> bool:
    """Consent to electronic records shows that the person can open them (15 USC 7001(c))."""
    return document.kind == ConsentKind.RECORDS and not occasion.is_assent


def word_of(occasion: Occasion) -> str:
    return sample_word(occasion.intake or occasion.client)


def _problems_of_form(
    occasion: Occasion, document: ConsentDocument, signing: Signing
) -> list[SigningProblem]:
    typed = signing.sample_word.strip().casefold()
    has_word = asks_word(occasion, document)
    checks: list[tuple[bool, SigningProblem]] = [
        (not signing.typed_name.strip(), NameMissing()),
        (len(signing.typed_name) > LONGEST_NAME, NameTooLong()),
        (not signing.agrees, IntentMissing()),
        (not _is_drawing(signing.drawn), DrawingUnreadable()),
        (has_word and not typed, SampleWordMissing()),
        (has_word and typed not in ("", word_of(occasion)), SampleWordWrong()),
    ]
    return [problem for is_wrong, problem in checks if is_wrong]


def _is_drawing(sent: str) -> bool:
    try:
        read_drawing(sent)
    except NotADrawing:
        return False
    return True


def _records_agreed(occasion: Occasion, document: ConsentDocument, by: User, now: datetime) -> bool:
    """An intake that asks for this consent wants its newest version; else any in force will do."""
    if document.kind == ConsentKind.RECORDS or occasion.is_assent:
        return True
    asked = [a for a in occasion.asked(now) if a.document.kind == ConsentKind.RECORDS]
    if asked or occasion.intake:
        return all(_is_signed_here(a) for a in asked)
    return records_in_force(occasion.client, by, now=now) is not None or not _are_records_asked()


def _are_records_taken_back(occasion: Occasion, document: ConsentDocument, now: datetime) -> bool:
    """Whoever took this consent back signs on paper, in an intake that does not ask for it too."""
    if document.kind == ConsentKind.RECORDS or occasion.is_assent or occasion.intake is None:
        return False
    return wants_paper(occasion.client, now=now)


def _is_signed_here(asked: Asked) -> bool:
    return asked.signature is not None and asked.signature.method == SignatureMethod.ELECTRONIC


def _are_records_asked() -> bool:
    return current(RECORDS_SLUG) is not None


def _records_version(
    occasion: Occasion, document: ConsentDocument, by: User, now: datetime
) -> int | None:
    if document.kind == ConsentKind.RECORDS:
        return document.version
    found = records_in_force(occasion.client, by, now=now)
    return found.document.version if found else None


@transaction.atomic
def _write(
    *,
    occasion: Occasion,
    document: ConsentDocument,
    method: SignatureMethod,
    by: User,
    source: Source,
    now: datetime,
    **evidence: object,
) -> ConsentSignature:
    client = Client.objects.select_for_update().get(pk=occasion.client.pk)
    signature, is_new = ConsentSignature.objects.get_or_create(
        client=client,
        document=document,
        method=method,
        signed_by=by,
        turn=_turn(client, document, method, by),
        defaults={
            "intake": occasion.intake,
            "document_sha256": sha256_of(document.text),
            "signer_role": occasion.role,
            "relation": occasion.relation or None,
            "intent": intent_of(occasion, document),
            "signed_at": now,
            "ip": source.ip,
            "user_agent": source.user_agent,
            **evidence,
        },
    )
    if is_new:
        _record(signature, by, source, now)
        _order_copy(signature, now)
    if occasion.is_assent:
        return signature
    if is_new and occasion.intake:
        _replace_older(occasion.intake, document)
    _go_on_with_intakes(occasion, document, by, source, now)
    return signature


def _turn(client: Client, document: ConsentDocument, method: SignatureMethod, by: User) -> int:
    """One more after each withdrawal, so that the same version can be signed anew."""
    taken_back = ConsentSignature.objects.filter(
        client=client, document=document, method=method, signed_by=by, withdrawal__isnull=False
    )
    return 1 + taken_back.count()


def _record(signature: ConsentSignature, by: User, source: Source, now: datetime) -> None:
    audit.record(
        action=ACTIONS[SignatureMethod(signature.method)],
        by=by,
        obj=signature,
        client=signature.client,
        source=source,
        detail={"slug": signature.document.slug, "version": signature.document.version},
        now=now,
    )


def _order_copy(signature: ConsentSignature, now: datetime) -> None:
    """What is signed in an intake is copied by its packet."""
    if signature.intake_id is None and signature.method == SignatureMethod.ELECTRONIC:
        outbox.enqueue(
            kind="make_signed_copy",
            key=f"signed_copy:{signature.pk}",
            payload={"signature_id": signature.pk},
            now=now,
        )


def _go_on_with_intakes(
    occasion: Occasion, document: ConsentDocument, by: User, source: Source, now: datetime
) -> None:
    """A text signed anywhere may be the last part of an intake that is open."""
    for intake in Intake.objects.filter(client=occasion.client, completed_at=None):
        if intake == occasion.intake:
            continue
        if intake.consents.filter(slug=document.slug).exists():
            _replace_older(intake, document)
            complete_if_ready(intake=intake, by=by, now=now, source=source)
    if occasion.intake:
        complete_if_ready(intake=occasion.intake, by=by, now=now, source=source)


def _replace_older(intake: Intake, document: ConsentDocument) -> None:
    intake.consents.remove(*intake.consents.filter(slug=document.slug).exclude(pk=document.pk))
    intake.consents.add(document)
