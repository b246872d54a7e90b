"""Writing consent texts: the editor with its preview, differences, and what is retired."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking.models import Practitioner
from intake.differences import changes, difference
from intake.forms.consent_text import ConsentTextForm
from intake.models import ConsentDocument, IntakePlan
from intake.services.editing import (
    EditingProblem,
    Preview,
    preview,
    publish_wording,
    starting_point,
)
from intake.services.publishing import current
from intake.services.retiring import ask_in_intakes, retire, take_up
from portal.shared.clock import utc_now
from portal.shared.markdown import render_markdown
from portal.shared.request import source_of


@therapist_only
@require_http_methods(["GET", "POST"])
def consent_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, slug="", initial={"effective_on": _today()})


@therapist_only
@require_http_methods(["GET", "POST"])
def consent_edit(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        wording = starting_point(slug, _today())
    except FileNotFoundError:
        raise Http404 from None
    return _edit(request, slug=slug, initial=asdict(wording))


def _edit(request: HttpRequest, *, slug: str, initial: dict[str, object]) -> HttpResponse:
    form = ConsentTextForm(request.POST or None, initial=initial)
    shown = _preview(request, form) if request.method == "POST" and form.is_valid() else None
    if shown and "preview" not in request.POST:
        return _publish(request, slug, form)
    in_force = current(slug) if slug else None
    context = {
        "form": form,
        "in_force": in_force,
        "shown": shown,
        "text": render_markdown(shown.text) if shown else "",
        "passages": changes(in_force.text, shown.text) if shown and in_force else [],
    }
    status = 422 if form.errors else 200
    return render(request, "intake/consents/editor.html", context, status=status)


def _preview(request: HttpRequest, form: ConsentTextForm) -> Preview | None:
    try:
        return preview(wording=form.wording(), practitioner=_practitioner(request))
    except EditingProblem as problem:
        form.add_problem(problem)
        return None


def _publish(request: HttpRequest, slug: str, form: ConsentTextForm) -> HttpResponse:
    before = current(slug) if slug else None
    document = publish_wording(
        slug=slug,
        wording=form.wording(),
        practitioner=_practitioner(request),
        by=current_user(request),
        now=utc_now(),
    )
    if document == before:
        messages.info(request, "Nothing has changed, so there is no new version.")
    else:
        messages.success(request, f"Version {document.version} is published.")
    return redirect("intake:therapist_consent", document.public_id)


@therapist_only
@require_GET
def consent_difference(request: HttpRequest, public_id: UUID, older_id: UUID) -> HttpResponse:
    """What changed from one version to another; turned round when asked the wrong way."""
    one = get_object_or_404(ConsentDocument, public_id=public_id)
    other = get_object_or_404(ConsentDocument, public_id=older_id, slug=one.slug)
    older, newer = sorted((one, other), key=lambda document: document.version)
    context = {
        "older": older,
        "newer": newer,
        "passages": difference(older.text, newer.text),
        "has_changes": bool(changes(older.text, newer.text)),
    }
    return render(request, "intake/consents/difference.html", context)


@therapist_only
@require_POST
def consent_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Retire the text, or take it up again."""
    document = get_object_or_404(ConsentDocument, public_id=public_id)
    does = take_up if "take_up" in request.POST else retire
    does(document=document, by=current_user(request), now=utc_now(), source=source_of(request))
    said = "asked for again" if does is take_up else "retired: nobody is asked for it from now on"
    messages.success(request, f"“{document.title}” is {said}.")
    return redirect("intake:therapist_consent", document.public_id)


@therapist_only
@require_POST
def consent_plans(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Which kinds of session ask for the text in their intake."""
    document = get_object_or_404(ConsentDocument, public_id=public_id)
    plans = plans_of(request)
    chosen = set(request.POST.getlist("plan"))
    changed = ask_in_intakes(
        document=document,
        plans=[plan for plan in plans if str(plan.session_type.public_id) in chosen],
        among=plans,
        by=current_user(request),
        now=utc_now(),
        source=source_of(request),
    )
    said = "Intakes that are opened from now on follow it." if changed else "Nothing changed."
    messages.success(request, said)
    return redirect("intake:therapist_consent", document.public_id)


def plans_of(request: HttpRequest) -> list[IntakePlan]:
    own = IntakePlan.objects.filter(session_type__practitioner__user=current_user(request))
    return list(own.select_related("session_type").order_by("session_type__position"))


def _today() -> date:
    return utc_now().astimezone(Practice.get().zone).date()


def _practitioner(request: HttpRequest) -> Practitioner:
    return get_object_or_404(Practitioner, user=current_user(request))
