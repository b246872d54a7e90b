"""What was signed, as FHIR. Rule: https://hl7.org/fhir/R4/consent.html"""

from typing import Any

from intake.export.shapes import (
    TERMS,
    Resource,
    attachment,
    concept,
    inline,
    instant,
    known,
    reference,
    urn,
)
from intake.models import ConsentKind, ConsentSignature, SignatureMethod, SignerRole
from intake.services.consent_state import withdrawal_of

LOINC = "http://loinc.org"
CONSENT_DOCUMENT = "59284-0"
SCOPES = {
    ConsentKind.TREATMENT: "treatment",
    ConsentKind.PRIVACY: "patient-privacy",
    ConsentKind.RECORDS: "patient-privacy",
}
"""FHIR has no scope for fees: that one goes in words."""


def consent(signature: ConsentSignature, *, patient: Resource) -> Resource:
    """With the exact text. `signature` comes with its document and its withdrawal loaded."""
    document = signature.document
    kind = ConsentKind(document.kind)
    return known(
        {
            "resourceType": "Consent",
            "id": str(signature.public_id),
            "status": _status(signature),
            "scope": concept(kind.label, system=f"{TERMS}consentscope", code=SCOPES.get(kind, "")),
            "category": [concept(kind.label, system=LOINC, code=CONSENT_DOCUMENT)],
            "patient": reference(patient),
            "dateTime": _when(signature),
            "performer": [_signer(signature, patient)],
            "sourceAttachment": _text(signature),
            "policy": [{"uri": urn(document.public_id)}],
            "provision": _period(signature),
        }
    )


def _status(signature: ConsentSignature) -> str:
    """A wish for paper is a consent that was asked for and not given yet."""
    if withdrawal_of(signature):
        return "inactive"
    return "proposed" if signature.method == SignatureMethod.PAPER else "active"


def _when(signature: ConsentSignature) -> str:
    """A sheet has a day and no hour."""
    if signature.signed_on:
        return signature.signed_on.isoformat()
    return instant(signature.signed_at)


def _signer(signature: ConsentSignature, patient: Resource) -> dict[str, str]:
    if signature.signer_role != SignerRole.GUARDIAN:
        return reference(patient)
    words = ", ".join(filter(None, (signature.typed_name, signature.relation)))
    return {"type": "RelatedPerson", "display": words}


def _text(signature: ConsentSignature) -> dict[str, Any]:
    document = signature.document
    content = document.text.encode()
    title = f"{document.title}, version {document.version}"
    told = attachment(
        content, content_type="text/markdown", title=title, made_at=document.published_at
    )
    return {**told, "data": inline(content)}


def _period(signature: ConsentSignature) -> dict[str, Any]:
    if signature.method == SignatureMethod.PAPER:
        return {}
    withdrawal = withdrawal_of(signature)
    end = {"end": instant(withdrawal.withdrawn_at)} if withdrawal else {}
    return {"period": {"start": instant(signature.signed_at), **end}}
