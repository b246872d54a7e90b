"""The intake's part of a packet: answers, instruments and consents, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.safestring import SafeString, mark_safe

from intake.drawing import drawing_svg
from intake.fhir.transcript import transcript
from intake.from_paper import SHEET, how_it_came
from intake.models import (
    FOR_THERAPIST,
    ConsentSignature,
    Intake,
    Packet,
    PacketCopy,
    QuestionnaireResponse,
    SafetyAlert,
    SignatureMethod,
    SignerRole,
)
from intake.packet_parts import (
    ConsentPart,
    Fact,
    GlancePart,
    Part,
    PrintedSignature,
    answers_part,
    grouped,
    instrument_part,
    measure,
)
from intake.services.consent_state import Asked, asked_for, withdrawal_of
from intake.services.instruments import cut_off_of
from intake.verification import code_of
from portal.shared import audit, pdf
from portal.shared.dates import long_date
from portal.shared.markdown import render_markdown

AUTH_WORDS = {
    "code": "a code sent by e-mail",
    "password": "password",
    "mfa:totp": "second factor (code of an app)",
    "mfa:webauthn": "passkey",
    "mfa:recovery_codes": "recovery code",
}
PAPER_NOTE = (
    "This text was not signed in the portal: paper was asked for instead. "
    "The signed sheet is kept with the record."
)
SHEET_NOTE = "This text was signed by hand. The signed sheet came in and is kept with the record."


@dataclass
class Contents:
    """The chapters, and the pictures that they show by file name."""

    parts: list[Part] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)


def contents_of(intake: Intake, *, copy: PacketCopy, zone: ZoneInfo) -> Contents:
    """What the client gave and signed, for one of the two copies."""
    contents = Contents()
    own = intake.responses.select_related("questionnaire", SHEET)
    responses = list(own.prefetch_related("answers"))
    is_for_clinician = copy in FOR_THERAPIST
    if is_for_clinician:
        contents.parts.append(_glance(intake, responses, zone))
    contents.parts += [_told(response, zone, is_for_clinician) for response in responses]
    for number, asked in enumerate(asked_for(intake), start=1):
        contents.parts.append(_consent(asked, number, contents.images, zone))
    return contents


def _told(response: QuestionnaireResponse, zone: ZoneInfo, is_for_clinician: bool) -> Part:
    parsed = response.questionnaire.parsed
    anchor, answers = f"part-{parsed.slug}", response.given()
    if not parsed.instrument:
        return answers_part(parsed, answers, anchor=anchor, subtitle=_answered(response, zone))
    return instrument_part(
        parsed,
        answers,
        anchor=anchor,
        subtitle=f"{parsed.instrument} · {_answered(response, zone)}",
        for_clinician=is_for_clinician,
        cut_off=cut_off_of(parsed.instrument),
    )


def _answered(response: QuestionnaireResponse, zone: ZoneInfo) -> str:
    if response.submitted_at is None:
        return "Not sent yet"
    paper = how_it_came(response, zone)
    if paper:
        return paper.words
    return f"Answered {long_date(response.submitted_at.astimezone(zone).date())}"


def _glance(intake: Intake, responses: list[QuestionnaireResponse], zone: ZoneInfo) -> GlancePart:
    """The therapist's first page: safety, sums, and what was left for the session."""
    alerts = SafetyAlert.objects.filter(response__intake=intake).select_related(
        "response__questionnaire"
    )
    return GlancePart(
        template="pdf/parts/glance.html",
        title="At a glance",
        anchor="glance",
        subtitle="For the clinician. The client’s copy does not have this page.",
        alerts=tuple(_alert_words(alert, zone) for alert in alerts),
        measures=tuple(
            measure(parsed, response.given(), cut_off=cut_off_of(parsed.instrument))
            for response in responses
            if (parsed := response.questionnaire.parsed).instrument
        ),
        notes=tuple(_notes(intake, responses)),
    )


def _alert_words(alert: SafetyAlert, zone: ZoneInfo) -> str:
    question = alert.response.questionnaire.parsed.by_link_id[alert.link_id].text
    state = "open" if alert.acknowledged_at is None else "acknowledged"
    return f"“{question}” ({state}, {moment(alert.raised_at, zone)})"


def _notes(intake: Intake, responses: list[QuestionnaireResponse]) -> Iterator[Fact]:
    for response in responses:
        parsed = response.questionnaire.parsed
        for section in transcript(parsed, response.given()):
            for told in section.told:
                if told.in_person:
                    yield Fact("Would rather say in person", told.full_question)
    for asked in asked_for(intake):
        if asked.is_on_paper:
            yield Fact("To be signed on paper", asked.document.title)


def _consent(asked: Asked, number: int, images: dict[str, bytes], zone: ZoneInfo) -> ConsentPart:
    document, signature = asked.document, asked.signature
    image = ""
    if signature and signature.drawn:
        image = f"signature-{number}.svg"
        images[image] = drawing_svg(signature.drawn)
    is_signed = signature is not None and signature.method == SignatureMethod.ELECTRONIC
    return ConsentPart(
        template="pdf/parts/consent.html",
        title=document.title,
        anchor=f"text-{document.slug}",
        subtitle=f"Version {document.version}, in force since {long_date(document.effective_on)}",
        text=deeper(render_markdown(document.text)),
        signature=_printed(signature, image, zone) if signature and is_signed else None,
        paper_note=SHEET_NOTE if asked.is_sheet else PAPER_NOTE,
    )


def deeper(html: SafeString) -> SafeString:
    """Headings one level down: in the booklet the text stands below its chapter's heading."""
    for level in (3, 2):
        html = SafeString(
            html.replace(f"<h{level}>", f"<h{level + 1}>").replace(
                f"</h{level}>", f"</h{level + 1}>"
            )
        )
    return mark_safe(html)  # noqa: S308 - our own Markdown, raw HTML off


def _printed(signature: ConsentSignature, image: str, zone: ZoneInfo) -> PrintedSignature:
    return PrintedSignature(
        typed_name=signature.typed_name or "",
        intent=f"“{signature.intent}”",
        image=image,
        evidence=tuple(evidence(signature, zone)),
    )


def evidence(signature: ConsentSignature, zone: ZoneInfo) -> Iterator[Fact]:
    """What shows who signed what, when and how (clauses of ESIGN and New York's ESRA)."""
    document = signature.document
    methods = ", ".join(AUTH_WORDS.get(name, name) for name in signature.auth_methods)
    seen_from = ", ".join(filter(None, (signature.ip, signature.user_agent)))
    yield Fact("Signed", moment(signature.signed_at, zone))
    yield Fact("In universal time", f"{signature.signed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    yield Fact("By", f"{signature.signed_by.email}, as {_role(signature)}")
    yield Fact("Signed in by", methods or "not recorded")
    yield Fact("Intent", "Box ticked by the signer; it was empty before")
    yield Fact("From", seen_from or "not recorded")
    if signature.records_version:
        yield Fact("Electronic records", f"consent version {signature.records_version}")
    yield Fact("Text", f"{document.slug}, version {document.version}, {document.public_id}")
    yield Fact("Its fingerprint", grouped(signature.document_sha256))
    yield Fact("Copy", "this file, in the signer’s documents since the day it was made")
    withdrawal = withdrawal_of(signature)
    if withdrawal:
        yield Fact("Taken back", moment(withdrawal.withdrawn_at, zone))


def _role(signature: ConsentSignature) -> str:
    """`client`, or `guardian (mother)`."""
    role = SignerRole(signature.signer_role).label.lower()
    return f"{role} ({signature.relation})" if signature.relation else role


def moment(value: datetime, zone: ZoneInfo) -> str:
    """`January 9, 2027, 8:14:05 pm, EST`: seconds, because it is evidence."""
    local = value.astimezone(zone)
    half = "am" if local.hour < 12 else "pm"
    return (
        f"{long_date(local.date())}, {local.hour % 12 or 12}:{local:%M:%S} {half} {local.tzname()}"
    )


def has_packet(intake: Intake, *, copy: PacketCopy, version: int) -> bool:
    return Packet.objects.filter(intake=intake, copy=copy, version=version).exists()


def store(
    *, intake: Intake, copy: PacketCopy, version: int, document: pdf.Document, now: datetime
) -> Packet | None:
    """Keep a sealed copy; None when another worker has kept this version already."""
    packet = Packet(
        intake=intake,
        copy=copy,
        version=version,
        sha256=document.sha256,
        code=code_of(intake, copy=copy, version=version),
        pages=document.pages,
        made_at=now,
    )
    packet.file.save(f"{packet.public_id}.pdf", ContentFile(document.content), save=False)
    try:
        with transaction.atomic():
            packet.save(force_insert=True)
            _record(packet, now=now)
    except IntegrityError:
        packet.file.delete(save=False)
        if has_packet(intake, copy=copy, version=version):
            return None
        raise
    return packet


def _record(packet: Packet, *, now: datetime) -> None:
    audit.record(
        action="packet.make",
        by=None,
        obj=packet,
        client=packet.intake.client,
        detail={
            "copy": packet.copy,
            "version": packet.version,
            "pages": packet.pages,
            "sha256": packet.sha256,
        },
        now=now,
    )
