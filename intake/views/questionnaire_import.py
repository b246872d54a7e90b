"""Bringing a questionnaire in: its file, what was found in it, and publishing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.forms.questionnaire_file import QuestionnaireFileForm
from intake.models import QuestionnaireDraft
from intake.services.drafts import (
    check_draft,
    discard_draft,
    keep_draft,
    publish_draft,
    version_before,
)
from intake.services.importing import NotAccepted, preview
from intake.views.preview import rendered
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@therapist_only
@require_http_methods(["GET", "POST"])
def questionnaire_import(request: HttpRequest) -> HttpResponse:
    form = QuestionnaireFileForm()
    if request.method == "POST":
        form = QuestionnaireFileForm(request.POST, request.FILES)
    if form.is_valid():
        checked = form.checked()
        if not form.errors:
            draft = keep_draft(
                checked=checked,
                file_name=form.cleaned_data["file"].name,
                by=current_user(request),
                now=utc_now(),
                source=source_of(request),
            )
            return redirect("intake:questionnaire_draft", public_id=draft.public_id)
    status = 422 if form.errors else 200
    return render(request, "intake/questionnaires/import.html", {"form": form}, status=status)


@therapist_only
@require_GET
def questionnaire_draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    draft = get_object_or_404(QuestionnaireDraft, public_id=public_id)
    checked = rendered(check_draft(draft))
    context = {
        "draft": draft,
        "checked": checked,
        "refused": sorted(checked.refused, key=lambda finding: bool(finding.link_id)),
        "before": version_before(checked),
        "pages": preview(checked),
    }
    return render(request, "intake/questionnaires/draft.html", context)


@therapist_only
@require_POST
def draft_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    draft = get_object_or_404(QuestionnaireDraft, public_id=public_id)
    try:
        if not rendered(check_draft(draft)).is_accepted:
            raise NotAccepted
        published = publish_draft(
            draft=draft,
            offers_in_person="in_person" in request.POST,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except NotAccepted:
        messages.error(request, "It can’t be published: please look at what can’t be shown.")
        return redirect("intake:questionnaire_draft", public_id=public_id)
    if published.is_new:
        said = "It is published. Put it into a plan, and new intakes ask for it."
        messages.success(request, said)
    else:
        messages.info(request, "Nothing had changed: this version was published already.")
    questionnaire = published.questionnaire
    return redirect("intake:therapist_questionnaire", public_id=questionnaire.public_id)


@therapist_only
@require_POST
def draft_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    draft = get_object_or_404(QuestionnaireDraft, public_id=public_id)
    discard_draft(draft=draft, by=current_user(request), now=utc_now(), source=source_of(request))
    messages.success(request, f"The draft “{draft.title}” is gone.")
    return redirect("intake:therapist_questionnaires")
