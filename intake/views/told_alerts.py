"""Safety alerts as the therapist reads them: what was asked, the answer now, what was done."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.guards import current_user
from intake.fhir.transcript import transcript
from intake.from_paper import paper_of
from intake.models import QuestionnaireResponse, SafetyAlert
from intake.services import safety
from portal.shared.clock import utc_now
from portal.shared.request import source_of


def shown_alerts(request: HttpRequest, **about: Any) -> list[dict[str, Any]]:
    """All alerts about these answers; the open ones are seen by now."""
    own = SafetyAlert.objects.for_therapist(current_user(request)).filter(**about)
    alerts = list(own.with_answers().prefetch_related("response__answers"))
    for alert in alerts:
        see(request, alert)
    return [told_alert(alert) for alert in alerts]


def see(request: HttpRequest, alert: SafetyAlert) -> None:
    safety.see(alert=alert, by=current_user(request), now=utc_now(), source=source_of(request))


def told_alert(alert: SafetyAlert) -> dict[str, Any]:
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
        "is_from_paper": _is_from_paper(alert),
    }


def _is_from_paper(alert: SafetyAlert) -> bool:
    """Nobody was in front of the screen to be shown whom to call."""
    paper = paper_of(alert.response)
    return paper is not None and paper.begun_at <= alert.raised_at


def answers_url(response: QuestionnaireResponse) -> str:
    """Where the therapist reads what the alert is about."""
    if response.intake:
        return reverse("intake:therapist_intake", args=[response.intake.public_id])
    return reverse("intake:therapist_form", args=[response.measure.public_id])
