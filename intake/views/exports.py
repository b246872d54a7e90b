"""Answers, scores and packets as FHIR R4, for the chart of another system; the client's own too."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.guards import current_user
from accounts.policies import client_only, therapist_only
from intake.export.people import patient
from intake.export.shapes import JSON_TYPE
from intake.models import Intake, Packet, PacketCopy
from intake.services.exporting import (
    Issued,
    answers_bundle,
    packet_bundle,
    record_export,
    responses_of,
    scores_bundle,
)
from intake.services.packet_reading import read_packet
from intake.views.guards import client_intake, own_intake
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@client_only
@never_cache
@require_GET
def own_answers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the client wrote, without anything that was made of it."""
    intake, now = own_intake(request, public_id), utc_now()
    bundle = answers_bundle(responses_of(intake), about=patient(intake.client), now=now)
    _record(request, "intake", intake, now)
    return fhir_response(bundle, name="my-answers")


@therapist_only
@never_cache
@require_GET
def answers_export(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake, now = client_intake(request, public_id), utc_now()
    bundle = answers_bundle(responses_of(intake), about=patient(intake.client), now=now)
    _record(request, "intake", intake, now)
    return fhir_response(bundle, name="intake")


@therapist_only
@never_cache
@require_GET
def response_export(request: HttpRequest, public_id: UUID, part: str) -> HttpResponse:
    """One part alone."""
    intake, now = client_intake(request, public_id), utc_now()
    one = get_object_or_404(responses_of(intake), questionnaire__slug=part)
    bundle = answers_bundle([one], about=patient(intake.client), now=now)
    _record(request, "response", intake, now, {"response": str(one.public_id)})
    return fhir_response(bundle, name="part")


@therapist_only
@never_cache
@require_GET
def scores_export(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake, now = client_intake(request, public_id), utc_now()
    bundle = scores_bundle(responses_of(intake), about=patient(intake.client), now=now)
    _record(request, "scores", intake, now)
    return fhir_response(bundle, name="scores")


@therapist_only
@never_cache
@require_GET
def packet_export(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All of the intake, with the newest packet inside as the PDF that was issued."""
    intake, now = client_intake(request, public_id), utc_now()
    issued = _newest(request, intake, now)
    bundle = packet_bundle(intake, issued=issued, now=now)
    _record(request, "packet", intake, now, {"has_pdf": issued is not None})
    return fhir_response(bundle, name="packet")


def _newest(request: HttpRequest, intake: Intake, now: datetime) -> Issued | None:
    packets = Packet.objects.filter(intake=intake, copy=PacketCopy.THERAPIST)
    packet = packets.select_related("intake__client").order_by("-version").first()
    if packet is None:
        return None
    by, source = current_user(request), source_of(request)
    return Issued(packet, read_packet(packet=packet, by=by, source=source, now=now))


def fhir_response(bundle: dict[str, Any], *, name: str) -> HttpResponse:
    """A file to save; its name tells nobody whose it is."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.fhir.json"'}
    return JsonResponse(bundle, content_type=JSON_TYPE, headers=disposition)


def _record(
    request: HttpRequest, what: str, intake: Intake, now: datetime, detail: Any = None
) -> None:
    by, source = current_user(request), source_of(request)
    record_export(what=what, intake=intake, by=by, source=source, now=now, detail=detail)
