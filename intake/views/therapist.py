"""The therapist reads an intake, and can open parts again."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from intake.fhir.transcript import transcript
from intake.from_paper import how_it_came
from intake.instruments.catalogue import INSTRUMENTS
from intake.instruments.scoring import score_questionnaire
from intake.instruments.table import has_points, item_table
from intake.instruments.words import headline, patterns
from intake.models import Intake
from intake.services import intakes
from intake.services.blank_forms import code_of
from intake.services.consent_state import asked_for
from intake.services.instruments import cut_off_of
from intake.services.pages import Pages, Part
from intake.views.guards import client_intake
from intake.views.told_alerts import shown_alerts
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@therapist_only
@never_cache
@require_GET
def reading(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = client_intake(request, public_id)
    pages, asked, zone = Pages(intake), asked_for(intake), Practice.get().zone
    _record_read(request, intake, action="intake.read")
    context = {
        "intake": intake,
        "client": intake.client,
        "file_view": "intake:therapist_upload_file",
        "alerts": shown_alerts(request, response__intake=intake),
        "parts": [told_part(part, zone) for part in pages.parts],
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


def told_part(part: Part, zone: ZoneInfo) -> dict[str, Any]:
    parsed, given = part.response.questionnaire.parsed, part.response.given()
    told: dict[str, Any] = {
        "part": part,
        "response": part.response,
        "is_sent": not part.response.is_open,
        "paper": how_it_came(part.response, zone),
        "paper_code": code_of(part.response),
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
