"""A questionnaire comes to the desk, is named, is looked over, published, or thrown away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.fhir.advising import advise
from intake.fhir.differing import compare, compare_heads
from intake.fhir.tree import Json
from intake.forms.editing import HeadForm
from intake.models import Questionnaire, QuestionnaireDraft, WorkingCopy
from intake.services.importing import NotAccepted
from intake.services.working_copies import (
    ChangedMeanwhile,
    NotToBeEdited,
    begin,
    change,
    check_copy,
    copy_version,
    discard,
    fingerprint_of,
    head_of,
    newest_version,
    open_draft,
    open_version,
    publish,
    with_head,
)
from intake.views.editor import GONE, address
from intake.views.preview import rendered
from portal.shared.clock import utc_now
from portal.shared.request import source_of

NOT_HERE = "An instrument keeps its words: with others its score would mean something else."


@therapist_only
@require_http_methods(["GET", "POST"])
def questionnaire_create(request: HttpRequest) -> HttpResponse:
    form = HeadForm(request.POST or None, initial={"offers_in_person": True})
    if request.method == "POST" and form.is_valid():
        copy = begin(
            head=form.head(), by=current_user(request), now=utc_now(), source=source_of(request)
        )
        return redirect(address("editor", copy))
    status = 422 if form.errors else 200
    return render(request, "intake/editor/head.html", {"form": form}, status=status)


@therapist_only
@require_POST
def questionnaire_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a version in the editor, or with `copy` a questionnaire of one's own made from it."""
    questionnaire = get_object_or_404(Questionnaire, public_id=public_id)
    opens = copy_version if "copy" in request.POST else open_version
    try:
        copy = opens(
            questionnaire=questionnaire,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except NotToBeEdited:
        messages.error(request, NOT_HERE)
        return redirect("intake:therapist_questionnaire", public_id=public_id)
    return redirect(address("editor", copy))


@therapist_only
@require_POST
def draft_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    draft = get_object_or_404(QuestionnaireDraft, public_id=public_id)
    copy = open_draft(
        draft=draft, by=current_user(request), now=utc_now(), source=source_of(request)
    )
    return redirect(address("editor", copy))


@therapist_only
@require_http_methods(["GET", "POST"])
def editor_head(request: HttpRequest, public_id: UUID) -> HttpResponse:
    copy = get_object_or_404(WorkingCopy, public_id=public_id)
    head, seen = head_of(copy.resource), fingerprint_of(copy.resource, "")
    form = HeadForm(request.POST or None, initial={**vars(head), "seen": seen})
    is_late = False
    if request.method == "POST" and form.is_valid():

        def edit(resource: Json) -> Json:
            if fingerprint_of(resource, "") != form.cleaned_data["seen"]:
                raise ChangedMeanwhile
            return with_head(resource, form.head())

        by, now = current_user(request), utc_now()
        try:
            change(copy=copy, edit=edit, said="Changed what it is called", by=by, now=now)
        except ChangedMeanwhile:
            is_late = True
            again = request.POST.copy()
            again["seen"] = seen
            form = HeadForm(again)
        else:
            messages.success(request, "Saved.")
            return redirect(address("editor", copy))
    context = {"form": form, "copy": copy, "is_late": is_late, "now": head}
    status = 409 if is_late else 422 if form.errors else 200
    return render(request, "intake/editor/head.html", context, status=status)


@therapist_only
@require_http_methods(["GET", "POST"])
def editor_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What publishing would change and what to think about; then the new version."""
    copy = get_object_or_404(WorkingCopy, public_id=public_id)
    checked = rendered(check_copy(copy))
    if request.method == "POST" and checked.is_accepted:
        return _publish(request, copy)
    parsed, newest = checked.questionnaire, newest_version(copy)
    if parsed is None:
        raise Http404
    context = {
        "copy": copy,
        "checked": checked,
        "advice": advise(parsed),
        "newest": newest,
        "heads": compare_heads(newest.parsed, parsed) if newest else (),
        "changes": compare(newest.parsed, parsed) if newest else [],
        "is_behind": bool(newest and copy.based_on and newest != copy.based_on),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "intake/editor/publish.html", context, status=status)


def _publish(request: HttpRequest, copy: WorkingCopy) -> HttpResponse:
    revision = request.POST.get("revision", "")
    try:
        published = publish(
            copy=copy,
            revision=int(revision) if revision.isdecimal() else 0,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except (ChangedMeanwhile, NotAccepted):
        messages.info(request, GONE)
        return redirect(address("editor_publish", copy))
    row = published.questionnaire
    if not published.is_new:
        messages.info(request, "Nothing had changed, so there is no new version.")
    elif row.version == 1:
        messages.success(
            request, "It is published. Put it into a plan, and new intakes ask for it."
        )
    else:
        said = f"Version {row.version} is published. Intakes that are open keep theirs."
        messages.success(request, said)
    return redirect("intake:therapist_questionnaire", public_id=row.public_id)


@therapist_only
@require_POST
def editor_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    copy = get_object_or_404(WorkingCopy, public_id=public_id)
    discard(copy=copy, by=current_user(request), now=utc_now(), source=source_of(request))
    messages.success(request, f"What you had changed in “{copy.title}” is gone.")
    return redirect("intake:therapist_questionnaires")


@therapist_only
@require_GET
def questionnaire_difference(request: HttpRequest, public_id: UUID, older_id: UUID) -> HttpResponse:
    """What changed from one version to another; turned round when asked the wrong way."""
    one = get_object_or_404(Questionnaire, public_id=public_id)
    other = get_object_or_404(Questionnaire, public_id=older_id, slug=one.slug)
    older, newer = sorted((one, other), key=lambda row: row.version)
    context = {
        "older": older,
        "newer": newer,
        "heads": compare_heads(older.parsed, newer.parsed),
        "changes": compare(older.parsed, newer.parsed),
    }
    return render(request, "intake/questionnaires/difference.html", context)
