"""Data beside the pages: a file inside of a PDF that says what the document says, for programs."""

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from portal.shared.pdf.render import Document


@dataclass(frozen=True)
class DataFile:
    """`name` is plain ASCII and names no person; `about` is read out by programs that list it."""

    name: str
    content: bytes
    content_type: str
    about: str
    made_at: datetime


def attached(document: Document, data: DataFile) -> Document:
    """The document with `data` as an associated file of the whole (ISO 32000-2, 14.13).

    To be done before sealing, which allows no change after it.
    """
    import pikepdf  # the web process, which attaches nothing, does without it

    made_at = f"{data.made_at.astimezone(UTC):D:%Y%m%d%H%M%SZ}"
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        spec = pikepdf.AttachedFileSpec(
            pdf,
            data.content,
            filename=data.name,
            description=data.about,
            mime_type=data.content_type,
            creation_date=made_at,
            mod_date=made_at,
        )
        spec.obj.AFRelationship = pikepdf.Name.Data
        pdf.attachments[data.name] = spec
        pdf.Root.AF = pikepdf.Array([pdf.attachments[data.name].obj])
        finished = io.BytesIO()
        pdf.save(finished, deterministic_id=True)
    content = finished.getvalue()
    return replace(document, content=content, sha256=hashlib.sha256(content).hexdigest())
