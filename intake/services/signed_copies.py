"""The sealed copy of one signed text, and the blank sheet for signing it by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Practice, User
from intake.drawing import drawing_svg
from intake.models import ConsentDocument, ConsentSignature, Packet, PacketCopy, SignedCopy
from intake.packet_parts import grouped
from intake.services.packets import evidence
from portal.shared import audit, pdf
from portal.shared.dates import long_date
from portal.shared.markdown import render_markdown
from portal.shared.request import Source
from portal.shared.seal import in_force, sealed

IMAGE = "signature.svg"


def make_signed_copy(*, signature_id: int, now: datetime) -> SignedCopy:
    """Make the copy, once. It may be asked for again at any time. Raises SealUnusable."""
    signature = ConsentSignature.objects.select_related("document", "client", "signed_by").get(
        pk=signature_id
    )
    found = SignedCopy.objects.filter(signature=signature).first()
    if found:
        return found
    seal = in_force(now)
    return _store(signature, sealed(draw_signed(signature, now=now), seal), now=now)


def draw_signed(signature: ConsentSignature, *, now: datetime) -> pdf.Document:
    practice, document = Practice.get(), signature.document
    has_drawing = bool(signature.drawn)
    context: dict[str, Any] = {
        "practice": practice,
        "made_at": now,
        "signature": signature,
        "subtitle": version_line(document),
        "text": render_markdown(document.text),
        "evidence": list(evidence(signature, practice.zone)),
        "image": IMAGE if has_drawing else "",
        "verify_url": settings.PORTAL_URL + reverse("journeys:verify_form"),
    }
    assets = {IMAGE: drawing_svg(signature.drawn or "")} if has_drawing else {}
    return pdf.render(
        template="pdf/signed.html", context=context, title=document.title, assets=assets
    )


def _store(signature: ConsentSignature, made: pdf.Document, *, now: datetime) -> SignedCopy:
    copy = SignedCopy(signature=signature, sha256=made.sha256, pages=made.pages, made_at=now)
    copy.file.save(f"{copy.public_id}.pdf", ContentFile(made.content), save=False)
    try:
        with transaction.atomic():
            copy.save(force_insert=True)
            audit.record(
                action="signed_copy.make",
                by=None,
                obj=copy,
                client=signature.client,
                detail={"pages": copy.pages},
                now=now,
            )
    except IntegrityError:
        copy.file.delete(save=False)
        return SignedCopy.objects.get(signature=signature)
    return copy


def read_copy(*, copy: SignedCopy, by: User, source: Source, now: datetime) -> bytes:
    audit.record(
        action="signed_copy.read",
        by=by,
        obj=copy,
        client=copy.signature.client,
        source=source,
        now=now,
    )
    with copy.file.open("rb") as file:
        content: bytes = file.read()
    return content


def delivered_at(signature: ConsentSignature) -> datetime | None:
    """When a copy of what was signed first lay ready for the signer."""
    copy = SignedCopy.objects.filter(signature=signature).first()
    packets = Packet.objects.filter(
        intake=signature.intake_id, copy=PacketCopy.CLIENT, made_at__gte=signature.signed_at
    )
    first = packets.order_by("made_at").first() if signature.intake_id else None
    times = [row.made_at for row in (copy, first) if row]
    return min(times, default=None)


def blank_sheet(document: ConsentDocument) -> pdf.Document:
    """The text with lines to sign on by hand. Raises nothing; keeps nothing."""
    context = {
        "practice": Practice.get(),
        "document": document,
        "subtitle": version_line(document),
        "text": render_markdown(document.text),
        "fingerprint": grouped(document.sha256),
    }
    return pdf.render(template="pdf/blank_consent.html", context=context, title=document.title)


def version_line(document: ConsentDocument) -> str:
    return f"Version {document.version}, in force since {long_date(document.effective_on)}"
