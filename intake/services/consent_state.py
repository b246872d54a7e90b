"""Which texts an intake asks for, and which of them are settled."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Client
from intake.consent_texts import ORDER
from intake.models import (
    ConsentDocument,
    ConsentKind,
    ConsentSignature,
    Intake,
    SignatureMethod,
)
from intake.services.publishing import current_documents


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
    documents = documents_of(intake)
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


def documents_of(intake: Intake) -> list[ConsentDocument]:
    """As long as the intake is open, the versions in force; then the ones it was closed with."""
    chosen = sorted(intake.consents.all(), key=_place)
    if intake.completed_at is None:
        return current_documents([document.slug for document in chosen])
    return chosen


def _place(document: ConsentDocument) -> tuple[bool, int]:
    """Electronic records come first; the others as the practice has published them."""
    slugs = [*ORDER, document.slug]
    return document.kind != ConsentKind.RECORDS, slugs.index(document.slug)


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
