"""Blank forms to print or fill in: one questionnaire at once, a whole packet in the background."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import current_user
from accounts.policies import client_only, signed_in, therapist_only
from booking.models import SessionType
from intake.models import Intake, Questionnaire
from intake.services import blank_forms, blank_packets
from intake.views.guards import client_intake, own_intake
from portal.shared import audit, work
from portal.shared.clock import utc_now
from portal.shared.looking import next_look
from portal.shared.models import BackgroundWork
from portal.shared.pdf.response import pdf_response
from portal.shared.request import source_of


@therapist_only
@never_cache
@require_GET
def questionnaire_blank(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(Questionnaire, public_id=public_id)
    document = blank_forms.draw_questionnaire(row)
    return pdf_response(request, document.content, name=f"{row.slug}-{row.version}-blank.pdf")


@client_only
@never_cache
@require_GET
def part_blank(request: HttpRequest, public_id: UUID, part: str) -> HttpResponse:
    """One part of the client's own intake, with the code that tells the sheet is theirs."""
    return _part(request, own_intake(request, public_id), part)


@therapist_only
@never_cache
@require_GET
def therapist_part_blank(request: HttpRequest, public_id: UUID, part: str) -> HttpResponse:
    """The same sheet, to hand it to the client."""
    return _part(request, client_intake(request, public_id), part)


def _part(request: HttpRequest, intake: Intake, part: str) -> HttpResponse:
    response = next((row for row in intake.responses.all() if row.questionnaire.slug == part), None)
    if response is None:
        raise Http404
    document = blank_forms.draw_questionnaire(response.questionnaire, response)
    audit.record(
        action="intake.blank_form",
        by=current_user(request),
        obj=response,
        client=intake.client,
        source=source_of(request),
        now=utc_now(),
    )
    return pdf_response(request, document.content, name=f"{part}-blank.pdf")


@therapist_only
@require_POST
def plan_packet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    own = SessionType.objects.filter(practitioner__user=current_user(request))
    kind = get_object_or_404(own, public_id=public_id)
    row = blank_packets.ask_for_plan(session_type=kind, by=current_user(request), now=utc_now())
    return redirect("intake:blank_packet", row.public_id)


@client_only
@require_POST
def intake_packet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = blank_packets.ask_for_intake(
        intake=own_intake(request, public_id),
        by=current_user(request),
        now=utc_now(),
        source=source_of(request),
    )
    return redirect("intake:blank_packet", row.public_id)


@signed_in
@never_cache
@require_GET
def blank_packet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page to watch it on; it may be left and opened again."""
    return render(request, "intake/blank_packet.html", _watched(request, public_id))


@signed_in
@never_cache
@require_GET
def blank_packet_look(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The bar alone, asked for again and again until it is done."""
    context = {**_watched(request, public_id), "is_look": True}
    return render(request, "components/work.html", context)


@signed_in
@require_POST
def blank_packet_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    work.again(_own(request, public_id), now=utc_now())
    return redirect("intake:blank_packet", public_id)


@signed_in
@never_cache
@require_GET
def blank_packet_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _own(request, public_id)
    if not row.is_done:
        raise Http404
    with row.file.open("rb") as file:
        return pdf_response(request, file.read(), name=row.file_name)


def _own(request: HttpRequest, public_id: UUID) -> BackgroundWork:
    """What this person asked for; nobody else's."""
    own = BackgroundWork.objects.filter(
        kind=blank_packets.KIND, asked_by_id=current_user(request).pk, expires_at__gt=utc_now()
    )
    return work.look_at(get_object_or_404(own, public_id=public_id))


def _watched(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    row = _own(request, public_id)
    return {
        "work": row,
        "what": "The blank packet",
        "look": next_look(request, reverse("intake:blank_packet_look", args=[public_id])),
        "page_url": reverse("intake:blank_packet", args=[public_id]),
        "file_url": reverse("intake:blank_packet_file", args=[public_id]),
        "again_url": reverse("intake:blank_packet_again", args=[public_id]),
        **_back(row),
    }


def _back(row: BackgroundWork) -> dict[str, str]:
    """Where it was asked for."""
    asked_for = blank_packets.subject_of(row)
    if isinstance(asked_for, SessionType):
        url = reverse("intake:therapist_plan", args=[asked_for.public_id])
        return {"back_url": url, "back_label": f"Before each session: {asked_for.name}"}
    url = reverse("intake:overview", args=[asked_for.public_id])
    return {"back_url": url, "back_label": "Your intake"}
