"""The therapist reads an intake, hears of danger first, and can open parts again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.fhir.transcript import transcript
from intake.instruments.catalogue import INSTRUMENTS
from intake.instruments.scoring import score_questionnaire
from intake.instruments.table import has_points, item_table
from intake.instruments.words import headline, patterns
from intake.models import Intake, SafetyAlert
from intake.services import intakes, safety
from intake.services.consent_state import asked_for
from intake.services.instruments import cut_off_of
from intake.services.pages import Pages, Part
from intake.views.guards import client_intake, own_alert
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

SHOWN_ACKNOWLEDGED = 50


@therapist_only
@never_cache
@require_GET
def reading(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = client_intake(request, public_id)
    pages, asked = Pages(intake), asked_for(intake)
    _record_read(request, intake, action="intake.read")
    context = {
        "intake": intake,
        "client": intake.client,
        "alerts": _alerts_of(intake),
        "parts": [_part(part) for part in pages.parts],
        "has_scores": any(part.response.questionnaire.parsed.instrument for part in pages.parts),
        "is_sent": intakes.is_sent(intake),
        "asked": asked,
        "is_signed": all(item.is_settled for item in asked),
        "can_reopen": any(not part.response.is_open for part in pages.parts),
    }
    return render(request, "intake/therapist/reading.html", context)


def _record_read(request: HttpRequest, intake: Intake, *, action: str) -> None:
    audit.record(
        action=action,
        by=current_user(request),
        obj=intake,
        client=intake.client,
        source=source_of(request),
        now=utc_now(),
    )


def _part(part: Part) -> dict[str, Any]:
    parsed, given = part.response.questionnaire.parsed, part.response.given()
    told: dict[str, Any] = {
        "part": part,
        "response": part.response,
        "is_sent": not part.response.is_open,
        "sections": transcript(parsed, given),
    }
    if not parsed.instrument:
        return told
    result = score_questionnaire(parsed, given, cut_off=cut_off_of(parsed.instrument))
    return told | {
        "instrument": INSTRUMENTS[parsed.instrument],
        "result": result,
        "headline": headline(result),
        "findings": list(patterns(result)),
        "rows": item_table(parsed, given),
        "has_points": has_points(parsed),
        "unscored": [
            entry for section in told["sections"] for entry in section.told if not entry.prefix
        ],
    }


def _alerts_of(intake: Intake) -> list[dict[str, Any]]:
    alerts = SafetyAlert.objects.filter(response__intake=intake).select_related(
        "response__questionnaire"
    )
    alerts = alerts.prefetch_related("response__answers")
    return [_told_alert(alert) for alert in alerts]


def _told_alert(alert: SafetyAlert) -> dict[str, Any]:
    parsed = alert.response.questionnaire.parsed
    told = {
        entry.link_id: entry
        for section in transcript(parsed, alert.response.given())
        for entry in (*section.left_blank, *section.answered)
    }
    return {
        "alert": alert,
        "questionnaire": parsed.instrument or parsed.title,
        "question": parsed.by_link_id[alert.link_id].text,
        "now_says": told.get(alert.link_id),
    }


@therapist_only
@require_POST
def reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = client_intake(request, public_id)
    try:
        intakes.reopen(
            intake=intake,
            slugs=request.POST.getlist("part"),
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except intakes.NothingToReopen:
        messages.error(request, "Choose at least one part that was sent.")
    else:
        messages.success(request, "It is open again. Your client hears of it by mail.")
    return redirect("intake:therapist_intake", public_id=public_id)


@therapist_only
@never_cache
@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """Every open alert, whatever client it is about; those dealt with below."""
    own = SafetyAlert.objects.for_therapist(current_user(request)).select_related(
        "client", "response__intake"
    )
    unacknowledged = list(own.unacknowledged())
    acknowledged = list(own.filter(acknowledged_at__isnull=False)[:SHOWN_ACKNOWLEDGED])
    audit.record(
        action="safety_alerts.list",
        by=current_user(request),
        source=source_of(request),
        detail={"clients": sorted({a.client_id for a in (*unacknowledged, *acknowledged)})},
        now=utc_now(),
    )
    context = {"unacknowledged": unacknowledged, "acknowledged": acknowledged}
    return render(request, "intake/therapist/alerts.html", context)


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = own_alert(request, public_id)
    context: dict[str, Any] = {**_told_alert(row), "client": row.client, "error": ""}
    if request.method == "GET":
        _record_read(request, row.response.intake, action="safety_alert.read")
        return render(request, "intake/therapist/alert.html", context)
    try:
        safety.acknowledge(
            alert=row,
            by=current_user(request),
            what_was_done=request.POST.get("what_was_done", ""),
            now=utc_now(),
            source=source_of(request),
        )
    except safety.NothingSaid:
        context["error"] = "Please write in a few words what you did, or decided."
        return render(request, "intake/therapist/alert.html", context, status=422)
    except safety.AlreadyAcknowledged:
        messages.info(request, "Someone has already said what was done.")
    else:
        messages.success(request, "Noted. The alert is closed.")
    return redirect("intake:therapist_intake", public_id=row.response.intake.public_id)
