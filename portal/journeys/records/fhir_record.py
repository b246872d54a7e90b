"""A client's whole record as one FHIR bundle, written out resource by resource."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Client
from booking.models import Appointment, Practitioner
from intake.export.appointments import appointment
from intake.export.consents import consent
from intake.export.documents import document_reference
from intake.export.people import patient, practitioner
from intake.export.shapes import Resource, bundle, entry
from intake.from_paper import SHEET
from intake.models import ConsentSignature, Packet, PacketCopy, QuestionnaireResponse
from intake.services.exporting import told_and_scored
from intake.services.packet_reading import content_of
from portal.journeys.records.names import packet_name

AT_A_TIME = 100  # rows in memory, with their answers


def written(client: Client, *, now: datetime) -> Iterator[bytes]:
    """The JSON in pieces. Scores come without readings: those are for a clinician."""
    head = json.dumps({**bundle([], now=now), "entry": None})
    yield head.removesuffix("null}").encode() + b"[\n"
    for number, resource in enumerate(resources(client)):
        separator = b",\n" if number else b""
        yield separator + json.dumps(entry(resource), ensure_ascii=False).encode()
    yield b"\n]}\n"


def resources(client: Client) -> Iterator[Resource]:
    about = patient(client)
    yield about
    keepers = {one.pk: practitioner(one) for one in _practitioners(client)}
    yield from keepers.values()
    met = Appointment.objects.of_client(client).select_related("session_type")
    for one in met.order_by("starts_at", "pk").iterator(AT_A_TIME):
        yield appointment(one, patient=about, practitioner=keepers[one.practitioner_id])
    for response in _responses(client).iterator(AT_A_TIME):
        yield from told_and_scored(response, about=about, with_reading=False)
    signed = ConsentSignature.objects.filter(client=client).select_related("document", "withdrawal")
    for signature in signed.order_by("signed_at", "pk").iterator(AT_A_TIME):
        yield consent(signature, patient=about)
    for packet in packets_of(client):
        yield document_reference(
            packet,
            content_of(packet),
            patient=about,
            author=keepers[packet.intake.appointment.practitioner_id],
            url=f"../{packet_name(packet)}",
            is_replaced=packet.version < packet.intake.packet_version,
        )


def packets_of(client: Client) -> list[Packet]:
    """The client's own copies, every version."""
    packets = Packet.objects.filter(intake__client=client, copy=PacketCopy.CLIENT)
    return list(packets.select_related("intake__appointment").order_by("made_at", "pk"))


def _practitioners(client: Client) -> list[Practitioner]:
    return list(Practitioner.objects.filter(appointments__client=client).distinct())


def _responses(client: Client) -> QuerySet[QuestionnaireResponse]:
    """Of intakes, and of forms that were open by themselves."""
    rows = QuestionnaireResponse.objects.filter(client=client).with_questionnaire()
    return rows.select_related(SHEET).prefetch_related("answers").order_by("pk")
