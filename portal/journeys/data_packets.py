"""The therapist's copy of a packet with the same as FHIR inside: one copy more, none changed."""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.export.shapes import JSON_TYPE
from intake.models import Intake, Packet, PacketCopy
from intake.services.exporting import Issued, packet_bundle
from intake.services.packet_reading import content_of
from intake.services.packets import has_packet, store
from portal.journeys.packet_trouble import data_key
from portal.journeys.packets import DATA_NAME, draw
from portal.shared import audit, outbox
from portal.shared.clock import utc_now
from portal.shared.pdf.attaching import DataFile, attached
from portal.shared.request import Source, source_of
from portal.shared.seal import in_force, sealed

ABOUT = "Answers, scores, consents and the appointment of this packet as a FHIR R4 Bundle"


class NoPacketYet(Exception):
    """The packet itself has to be made first."""


@therapist_only
@require_POST
def packet_with_data(request: HttpRequest, public_id: UUID) -> HttpResponse:
    own = Intake.objects.for_therapist(current_user(request)).select_related("client")
    intake = get_object_or_404(own, public_id=public_id)
    try:
        ask(intake=intake, by=current_user(request), source=source_of(request), now=utc_now())
    except NoPacketYet:
        messages.error(request, "The packet itself has to be made first. Try again when it is.")
    else:
        messages.success(request, "The copy is being made. It appears in the chart by itself.")
    return redirect("journeys:therapist_client", intake.client.public_id)


def ask(*, intake: Intake, by: object, source: Source, now: datetime) -> None:
    """Have the newest version made with data, once. Raises NoPacketYet."""
    if _issued(intake) is None:
        raise NoPacketYet
    with transaction.atomic():
        outbox.enqueue(
            kind="make_data_packet",
            key=data_key(intake),
            payload={"intake_id": intake.pk, "version": intake.packet_version},
            now=now,
        )
        audit.record(
            action="packet.ask_data",
            by=by,
            obj=intake,
            client=intake.client,
            source=source,
            detail={"version": intake.packet_version},
            now=now,
        )


def make_data_packet(*, intake_id: int, version: int, now: datetime) -> None:
    """May be run again at any time. A version that was replaced meanwhile is not made any more.

    Raises SealUnusable, and what `portal.shared.pdf` raises.
    """
    intake = Intake.objects.with_answers().get(pk=intake_id)
    issued = _issued(intake)
    if issued is None or issued.version != version or intake.completed_at is None:
        return
    if has_packet(intake, copy=PacketCopy.DATA, version=version):
        return
    seal = in_force(now)
    drawn = draw(intake, copy=PacketCopy.DATA, version=version, now=now)
    document = sealed(attached(drawn, _data(intake, issued, now)), seal)
    store(intake=intake, copy=PacketCopy.DATA, version=version, document=document, now=now)


def _issued(intake: Intake) -> Packet | None:
    """The therapist's copy of the newest version."""
    return Packet.objects.filter(
        intake=intake, copy=PacketCopy.THERAPIST, version=intake.packet_version
    ).first()


def _data(intake: Intake, issued: Packet, now: datetime) -> DataFile:
    """It names the PDF that was issued by its hashes: no file can hold its own."""
    url = settings.PORTAL_URL + reverse("intake:therapist_packet", args=[issued.public_id])
    bundle = packet_bundle(intake, issued=Issued(issued, content_of(issued), url=url), now=now)
    content = json.dumps(bundle, ensure_ascii=False, indent=1).encode()
    return DataFile(DATA_NAME, content, JSON_TYPE, ABOUT, now)
