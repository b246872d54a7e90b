"""The practice's questionnaires: the list, one version of one, its file, and retiring it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.fhir.progress import measure
from intake.models import IntakePlan, Questionnaire, QuestionnaireDraft, WorkingCopy
from intake.services.shelf import retire, shelf, take_up, versions_of
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@therapist_only
@require_GET
def therapist_questionnaires(request: HttpRequest) -> HttpResponse:
    context = {
        "shelved": shelf(plans_of(request)),
        "copies": WorkingCopy.objects.select_related("based_on"),
        "drafts": QuestionnaireDraft.objects.all(),
    }
    return render(request, "intake/questionnaires/list.html", context)


def plans_of(request: HttpRequest) -> Any:
    own = IntakePlan.objects.filter(session_type__practitioner__user=current_user(request))
    return own.select_related("session_type").order_by("session_type__position")


@therapist_only
@require_GET
def therapist_questionnaire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    questionnaire = get_object_or_404(Questionnaire, public_id=public_id)
    shelved = next(
        one for one in shelf(plans_of(request)) if one.questionnaire.slug == questionnaire.slug
    )
    parsed = questionnaire.parsed
    context = {
        "questionnaire": questionnaire,
        "parsed": parsed,
        "question_count": sum(item.is_asked for item in parsed.questions()),
        "minutes": measure(parsed, {}).minutes_left,
        "shelved": shelved,
        "is_newest": shelved.questionnaire == questionnaire,
        "versions": versions_of(questionnaire),
        "copy": WorkingCopy.objects.filter(slug=questionnaire.slug).first(),
    }
    return render(request, "intake/questionnaires/questionnaire.html", context)


@therapist_only
@require_GET
def questionnaire_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The version as FHIR R4 JSON, for another system or a colleague."""
    questionnaire = get_object_or_404(Questionnaire, public_id=public_id)
    name = f"{questionnaire.slug}-{questionnaire.version}.fhir.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    written = {"ensure_ascii": False, "indent": 2}
    return JsonResponse(
        questionnaire.resource,
        content_type="application/fhir+json",
        headers=headers,
        json_dumps_params=written,
    )


@therapist_only
@require_POST
def questionnaire_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Retire it, or take it up again; which of the two the button says."""
    questionnaire = get_object_or_404(Questionnaire, public_id=public_id)
    act: dict[str, Any] = {
        "questionnaire": questionnaire,
        "by": current_user(request),
        "now": utc_now(),
        "source": source_of(request),
    }
    if request.POST.get("offer") == "yes":
        take_up(**act)
        messages.success(request, "New intakes ask for it again where a plan names it.")
    else:
        retire(**act)
        messages.success(request, "New intakes go without it. What was answered stays.")
    return redirect("intake:therapist_questionnaire", public_id=public_id)
