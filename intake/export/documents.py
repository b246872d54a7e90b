"""A PDF that was issued, as FHIR. Rule: https://hl7.org/fhir/R4/documentreference.html"""

from collections.abc import Iterable

from intake.export.shapes import (
    SHA256,
    Resource,
    attachment,
    identifier,
    inline,
    instant,
    known,
    reference,
)
from intake.models import Packet

PDF = "application/pdf"


def document_reference(
    packet: Packet,
    content: bytes,
    *,
    patient: Resource,
    author: Resource,
    made_of: Iterable[Resource] = (),
    url: str = "",
    is_replaced: bool = False,
) -> Resource:
    """`content` is the file as it was issued: it stands in the resource, or at `url`."""
    title = f"Intake packet, version {packet.version}"
    told = attachment(content, content_type=PDF, title=title, made_at=packet.made_at)
    where = {"url": url} if url else {"data": inline(content)}
    return known(
        {
            "resourceType": "DocumentReference",
            "id": str(packet.public_id),
            "masterIdentifier": identifier(packet.public_id),
            "identifier": [{"system": SHA256, "value": packet.sha256}],
            "status": "superseded" if is_replaced else "current",
            "docStatus": "final",
            "type": {"text": "Intake packet"},
            "subject": reference(patient),
            "date": instant(packet.made_at),
            "author": [reference(author)],
            "content": [{"attachment": {**told, **where}}],
            "context": known({"related": [reference(one) for one in made_of]}),
        }
    )
