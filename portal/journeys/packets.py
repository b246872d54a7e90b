"""A packet: what the client gave, with the appointment and the estimate, as sealed PDFs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import Practice
from billing.services import estimates
from billing.services.estimates import EstimatePage
from booking.models import Appointment, Place
from booking.wording import full
from intake.models import FOR_THERAPIST, ISSUED, Intake, PacketCopy
from intake.packet_parts import Fact, Part
from intake.services.packets import contents_of, has_packet, store
from intake.verification import code_of, in_groups
from portal.shared import mail, pdf
from portal.shared.dates import long_date
from portal.shared.pdf.qr import qr_svg
from portal.shared.seal import in_force, sealed

QR = "check.svg"
DATA_NAME = "packet.fhir.json"
TITLES = {
    PacketCopy.CLIENT: "Intake packet",
    PacketCopy.THERAPIST: "Intake packet, therapist’s copy",
    PacketCopy.DATA: "Intake packet, therapist’s copy with data",
}
PLACE_WORDS = {Place.TELEHEALTH: "by video", Place.OFFICE: "at the office"}


@dataclass(frozen=True)
class EstimatePart(Part):
    page: EstimatePage | None = None


@dataclass(frozen=True)
class Check:
    """How to find out later whether a packet was issued here."""

    code: str
    url: str


def make_packet(*, intake_id: int, now: datetime) -> None:
    """Make both copies of the version that is due, each once, and tell the client.

    May be run again at any time: a copy that is there is left alone, and the mail goes out
    once. An intake that was opened again gets its packet when it is complete again.
    Raises SealUnusable, and what `portal.shared.pdf` raises.
    """
    intake = Intake.objects.select_related("client", "appointment").get(pk=intake_id)
    version = intake.packet_version
    if intake.completed_at is None:
        return
    for copy in ISSUED:
        if not has_packet(intake, copy=copy, version=version):
            seal = in_force(now)
            document = sealed(draw(intake, copy=copy, version=version, now=now), seal)
            store(intake=intake, copy=copy, version=version, document=document, now=now)
    _tell_client(intake, version, now=now)


def draw(intake: Intake, *, copy: PacketCopy, version: int, now: datetime) -> pdf.Document:
    """One copy as a finished PDF; nothing is stored."""
    practice = Practice.get()
    contents = contents_of(intake, copy=copy, zone=practice.zone)
    parts = [*contents.parts, *_estimate(intake.appointment)]
    check = _check(intake, copy, version)
    return pdf.render(
        template="pdf/packet.html",
        context={**_context(intake, practice, copy, version, parts, now), "check": check},
        title=TITLES[copy],
        assets={**contents.images, QR: qr_svg(check.url)},
    )


def _check(intake: Intake, copy: PacketCopy, version: int) -> Check:
    code = in_groups(code_of(intake, copy=copy, version=version))
    return Check(code, settings.PORTAL_URL + reverse("journeys:verify_code", args=[code]))


def _estimate(appointment: Appointment) -> list[Part]:
    """The Good Faith Estimate in force, when there is one."""
    page = estimates.current_for(appointment)
    if page is None:
        return []
    template, anchor = "pdf/parts/estimate.html", "estimate"
    return [EstimatePart(template=template, title=page.title, anchor=anchor, page=page)]


def _context(
    intake: Intake,
    practice: Practice,
    copy: PacketCopy,
    version: int,
    parts: list[Part],
    now: datetime,
) -> dict[str, Any]:
    is_therapist_copy = copy in FOR_THERAPIST
    name = intake.client.display_name
    return {
        "practice": practice,
        "made_at": now,
        "is_therapist_copy": is_therapist_copy,
        "whose": f"in the words of {name}",
        "foot_line": f"Confidential · {name}"
        + (" · therapist’s copy" if is_therapist_copy else ""),
        "cover_facts": [*_cover_facts(intake, practice, version), *_data_facts(copy)],
        "parts": parts,
    }


def _cover_facts(intake: Intake, practice: Practice, version: int) -> Iterator[Fact]:
    appointment, zone = intake.appointment, practice.zone
    yield Fact(appointment.session_type.name, _when(appointment, practice))
    yield Fact("With", _with(appointment))
    if intake.completed_at:
        yield Fact("Completed", long_date(intake.completed_at.astimezone(zone).date()))
    yield Fact("Practice", ", ".join(filter(None, (practice.address_line, practice.phone))))
    yield Fact("Version", str(version))


def _data_facts(copy: PacketCopy) -> Iterator[Fact]:
    if copy == PacketCopy.DATA:
        words = "the same as data, for other systems of health care (FHIR R4)"
        yield Fact("Attached", f"{DATA_NAME}: {words}")


def _when(appointment: Appointment, practice: Practice) -> str:
    place = PLACE_WORDS[Place(appointment.place)]
    return f"{full(appointment.starts_at, practice.zone)}, {place}"


def _with(appointment: Appointment) -> str:
    practitioner = appointment.practitioner
    return ", ".join(filter(None, (practitioner.name, practitioner.credential)))


def _tell_client(intake: Intake, version: int, *, now: datetime) -> None:
    if not intake.client.email:
        return
    mail.queue(
        to=intake.client.email,
        subject="Your documents are ready",
        template="email/journeys/documents_ready",
        context={
            "practice": Practice.get(),
            "page": settings.PORTAL_URL + reverse("journeys:documents"),
        },
        key=f"packet:{intake.pk}:{version}:ready",
        now=now,
    )
