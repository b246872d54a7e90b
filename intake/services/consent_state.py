"""Which texts a client is asked for, in an intake or outside of one, and which are settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Client, User
from accounts.services.guardians import is_adult
from intake.consent_texts import ORDER
from intake.models import (
    ConsentDocument,
    ConsentKind,
    ConsentRequest,
    ConsentSignature,
    ConsentWithdrawal,
    Intake,
    SignatureMethod,
    SignerRole,
)
from intake.services.publishing import current_documents

RECORDS_SLUG = ORDER[0]


@dataclass(frozen=True)
class Asked:
    """One text that a client is asked for, and how far it is."""

    document: ConsentDocument
    signature: ConsentSignature | None
    before: ConsentDocument | None = None
    """The version that this client signed before, when the text has changed since."""
    withdrawal: ConsentWithdrawal | None = None
    """It was signed and taken back since."""

    @property
    def is_settled(self) -> bool:
        return self.signature is not None

    @property
    def is_on_paper(self) -> bool:
        return self.signature is not None and self.signature.method == SignatureMethod.PAPER

    @property
    def is_sheet(self) -> bool:
        return self.signature is not None and self.signature.method == SignatureMethod.SHEET

    @property
    def replaces_version(self) -> int | None:
        return self.before.version if self.before else None


@dataclass(frozen=True)
class Occasion:
    """Where a text is signed, in an intake or outside of one, and as what somebody signs."""

    client: Client
    intake: Intake | None = None
    role: SignerRole = SignerRole.CLIENT
    relation: str = ""
    signer: User | None = None

    @classmethod
    def of(cls, intake: Intake, now: datetime | None = None) -> Occasion:
        """The client's own, in their intake; a minor gives an assent."""
        return cls.own(intake.client, now, intake=intake)

    @classmethod
    def own(
        cls, client: Client, now: datetime | None = None, *, intake: Intake | None = None
    ) -> Occasion:
        is_minor = now is not None and not is_adult(client, now)
        return cls(client, intake, SignerRole.ASSENT if is_minor else SignerRole.CLIENT)

    @property
    def is_assent(self) -> bool:
        return self.role == SignerRole.ASSENT

    def asked(self, now: datetime) -> list[Asked]:
        if self.intake:
            return asked_for(self.intake, now=now)
        return asked_outside(self.client, now=now, signer=self.signer)


def asked_for(intake: Intake, *, now: datetime | None = None) -> list[Asked]:
    """Every text of the intake: as signed when it is complete, else the version in force."""
    return standing(
        intake.client, documents_of(intake), now=now, as_closed=intake.completed_at is not None
    )


def asked_outside(client: Client, *, now: datetime, signer: User | None = None) -> list[Asked]:
    """The texts that a client was asked for again, and what has to be signed before them.

    A guardian is asked for the texts of the minor's open intakes too. At eighteen the texts that
    a guardian signed are asked for anew.
    """
    rows = ConsentRequest.objects.filter(client=client).select_related("document")
    slugs = {row.document.slug for row in rows}
    if signer and not is_adult(client, now):
        rooms = Intake.objects.filter(client=client, completed_at=None, consents__isnull=False)
        slugs |= set(rooms.values_list("consents__slug", flat=True))
    if is_adult(client, now):
        signed = client.signatures.filter(signer_role=SignerRole.GUARDIAN)
        slugs |= set(signed.values_list("document__slug", flat=True))
    asked = standing(client, _in_force(slugs), now=now, signer=signer)
    if all(item.is_settled for item in asked) or RECORDS_SLUG in slugs:
        return asked
    if records_in_force(client, signer or client.user, now=now):
        return asked
    return standing(client, _in_force({RECORDS_SLUG}), now=now, signer=signer) + asked


def _in_force(slugs: Iterable[str]) -> list[ConsentDocument]:
    return sorted(current_documents(sorted(slugs)), key=_place)


def standing(
    client: Client,
    documents: Iterable[ConsentDocument],
    *,
    now: datetime | None = None,
    signer: User | None = None,
    as_closed: bool = False,
) -> list[Asked]:
    """How far each of these is with this client.

    `signer`: whose consent to electronic records counts, where several sign for one client.
    `as_closed`: as it was signed, whatever was taken back since.
    """
    rows = _rows(client, now)
    return [_asked(document, rows, signer, as_closed) for document in documents]


def _asked(
    document: ConsentDocument, rows: list[ConsentSignature], signer: User | None, as_closed: bool
) -> Asked:
    own = [row for row in rows if row.document.slug == document.slug]
    if signer and document.kind == ConsentKind.RECORDS:
        own = [row for row in own if row.signed_by_id == signer.pk]
    this = [row for row in own if row.document_id == document.pk]
    valid = [row for row in this if as_closed or withdrawal_of(row) is None]
    if valid:
        return Asked(document, valid[-1])
    earlier = [row for row in own if row not in this and withdrawal_of(row) is None]
    before = max((row.document for row in earlier), key=lambda one: one.version, default=None)
    taken_back = [found for row in own if (found := withdrawal_of(row))]
    newest = max(taken_back, key=lambda one: one.withdrawn_at, default=None)
    return Asked(document, None, before, None if before else newest)


def _rows(client: Client, now: datetime | None) -> list[ConsentSignature]:
    """What counts, weakest first: a signature counts above a wish for paper.

    An assent never settles a text, and a guardian's signature counts until the client is of age.
    """
    rows = client.signatures.exclude(signer_role=SignerRole.ASSENT).select_related(
        "document", "withdrawal", "signed_by"
    )
    if now is not None and is_adult(client, now):
        rows = rows.exclude(signer_role=SignerRole.GUARDIAN)
    return sorted(rows, key=lambda row: (row.method != SignatureMethod.PAPER, row.signed_at))


def withdrawal_of(signature: ConsentSignature) -> ConsentWithdrawal | None:
    return getattr(signature, "withdrawal", None)


def is_settled(intake: Intake, *, now: datetime | None = None) -> bool:
    """Every text is signed, or left for paper by choice."""
    return all(asked.is_settled for asked in asked_for(intake, now=now))


def in_force(client: Client, *, now: datetime) -> list[ConsentSignature]:
    """The newest signature of each text that was not taken back, in the order of the texts.

    To electronic records each guardian consents apart.
    """
    newest: dict[tuple[str, int | None], ConsentSignature] = {}
    for row in _rows(client, now):
        is_apart = (
            row.signer_role == SignerRole.GUARDIAN and row.document.kind == ConsentKind.RECORDS
        )
        key = (row.document.slug, row.signed_by_id if is_apart else None)
        known = newest.get(key)
        if known is None or row.document.version >= known.document.version:
            newest[key] = row
    valid = [row for row in newest.values() if withdrawal_of(row) is None]
    return sorted(valid, key=lambda row: _place(row.document))


def known_texts(client: Client, *, now: datetime) -> list[Asked]:
    """Every text that this client was ever asked for or signed, by its version in force."""
    slugs = {row.document.slug for row in _rows(client, now)}
    slugs |= set(
        ConsentRequest.objects.filter(client=client).values_list("document__slug", flat=True)
    )
    slugs |= set(
        Intake.objects.filter(client=client, consents__isnull=False).values_list(
            "consents__slug", flat=True
        )
    )
    return standing(client, _in_force(slugs), now=now)


def records_in_force(
    client: Client, signer: User | None, *, now: datetime | None = None
) -> ConsentSignature | None:
    """The consent to electronic records under which this person signs and receives here."""
    rows = [
        row
        for row in _rows(client, now)
        if row.document.kind == ConsentKind.RECORDS
        and row.signed_by_id == (signer.pk if signer else None)
    ]
    newest = max(rows, key=lambda row: row.signed_at, default=None)
    if newest is None or newest.method != SignatureMethod.ELECTRONIC or withdrawal_of(newest):
        return None
    return newest


def wants_paper(client: Client, *, now: datetime) -> bool:
    """The client took back the consent to electronic records: papers come on paper."""
    records = standing(client, _in_force({RECORDS_SLUG}), now=now)
    return any(asked.withdrawal is not None for asked in records)


def documents_of(intake: Intake) -> list[ConsentDocument]:
    """As long as the intake is open, the versions in force; then the ones it was closed with."""
    chosen = sorted(intake.consents.all(), key=_place)
    if intake.completed_at is None:
        return current_documents([document.slug for document in chosen])
    return chosen


def _place(document: ConsentDocument) -> tuple[bool, int, str]:
    """Electronic records come first; the others as the practice has published them."""
    slugs = [*ORDER, document.slug]
    return document.kind != ConsentKind.RECORDS, slugs.index(document.slug), document.slug
