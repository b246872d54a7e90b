"""A questionnaire page by page, as a client would see it. Nothing that is typed is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import Practice
from accounts.policies import therapist_only
from intake.fhir.questionnaire import Section
from intake.forms.nodes import questions_in
from intake.forms.posted import ACT, read_shown
from intake.forms.trial import PAGE, STATE, Trial, begin, read_trial
from intake.models import Questionnaire, QuestionnaireDraft, WorkingCopy
from intake.services.drafts import check_draft
from intake.services.questionnaires import fingerprint
from intake.services.working_copies import check_copy
from intake.views.autosaving import is_htmx, toggled
from intake.views.posted_page import lede
from portal.shared.clock import utc_now

GO = "go"  # "on", or the slug of the page to turn to
ON = "on"


@therapist_only
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def questionnaire_preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(Questionnaire, public_id=public_id)
    trial = begin(row.parsed, row.resource, sha256=row.sha256, now=_now())
    return _turn(request, trial, reverse("intake:therapist_questionnaire", args=[public_id]))


@therapist_only
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def draft_preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    draft = get_object_or_404(QuestionnaireDraft, public_id=public_id)
    parsed = check_draft(draft).questionnaire
    if parsed is None:
        raise Http404
    trial = begin(parsed, draft.resource, sha256=draft.sha256, now=_now())
    return _turn(request, trial, reverse("intake:questionnaire_draft", args=[public_id]))


@therapist_only
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def editor_preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    copy = get_object_or_404(WorkingCopy, public_id=public_id)
    parsed = check_copy(copy).questionnaire
    if parsed is None:
        raise Http404
    trial = begin(parsed, copy.resource, sha256=fingerprint(copy.resource), now=_now())
    return _turn(request, trial, reverse("intake:editor", args=[public_id]))


def _now() -> datetime:
    return utc_now().astimezone(Practice.get().zone)


def _turn(request: HttpRequest, trial: Trial, back_url: str) -> HttpResponse:
    if request.method == "GET":
        return _page(request, trial, back_url, next(iter(trial.sections), None))
    section = read_trial(trial, request.POST, Practice.get().zone)
    if section and is_htmx(request):
        return _reply(request, trial, section)
    appeared = trial.appeared(section, request.POST) if section else ""
    stays = ACT in request.POST or trial.errors or (appeared and request.POST.get(GO) == ON)
    if section and stays:
        return _page(request, trial, back_url, section, appeared=appeared)
    return _page(request, trial, back_url, _wanted(trial, section, request.POST.get(GO, "")))


def _wanted(trial: Trial, section: Section | None, go: str) -> Section | None:
    """None behind the last page."""
    sections = trial.sections
    if go != ON:
        return next((one for one in sections if one.slug == go), next(iter(sections), None))
    order = [one.slug for one in trial.questionnaire.sections]
    place = order.index(section.slug) if section else -1
    return next((one for one in sections if order.index(one.slug) > place), None)


def _page(
    request: HttpRequest,
    trial: Trial,
    back_url: str,
    section: Section | None,
    *,
    appeared: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "questionnaire": trial.questionnaire,
        "section": section,
        "sections": trial.sections,
        "so_far_name": STATE,
        "so_far": trial.written(),
        "page_name": PAGE,
        "go_name": GO,
        "back_url": back_url,
        "appeared": appeared,
        "missing": trial.missing(),
    }
    if section:
        context |= _on(trial, section)
    status = 422 if context.get("refused") else 200
    return render(request, "intake/questionnaires/preview.html", context, status=status)


def _on(trial: Trial, section: Section) -> dict[str, Any]:
    nodes = trial.nodes(section)
    first_words = lede(nodes)
    slugs = [one.slug for one in trial.sections]
    position = slugs.index(section.slug) + 1 if section.slug in slugs else 1
    return {
        "nodes": nodes[1:] if first_words else nodes,
        "lede": first_words,
        "refused": [question for question in questions_in(nodes) if question.errors],
        "is_in_danger": trial.is_in_danger(section),
        "position": position,
        "before": slugs[position - 2] if position > 1 else "",
    }


def _reply(request: HttpRequest, trial: Trial, section: Section) -> HttpResponse:
    """What htmx puts into the page after a change."""
    nodes: Sequence[Any] = trial.nodes(section)
    questions = questions_in(nodes)
    shown = [question for question in questions if question.is_shown]
    context = {
        "posted": [one for one in shown if one.revision_name in request.POST],
        "calculated": [one for one in shown if one.item.calculated_expression],
        "toggled": list(toggled(nodes, read_shown(request.POST))),
        "is_in_danger": trial.is_in_danger(section),
        "is_oob": True,
    }
    return render(request, "intake/questionnaires/preview_reply.html", context)
