"""Reading and signing the consents of an intake."""

from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import client_only
from booking.wording import full
from intake.forms.signing import SigningForm
from intake.models import ConsentKind, Intake
from intake.services.consent_state import Asked, asked_for
from intake.services.consents import SigningRefused, choose_paper, sign
from intake.services.sample import sample_document
from intake.views.guards import own_intake
from portal.shared.clock import utc_now
from portal.shared.markdown import render_markdown
from portal.shared.request import source_of


@client_only
@never_cache
@require_GET
def consents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = own_intake(request, public_id)
    asked = asked_for(intake)
    left = [item for item in asked if not item.is_settled]
    context = {
        "intake": intake,
        "asked": asked,
        "next": left[0] if left else None,
        "settled_count": len(asked) - len(left),
        "progress_label": f"{len(asked) - len(left)} of {len(asked)} settled",
    }
    return render(request, "intake/consents/list.html", context)


@client_only
@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
    intake = own_intake(request, public_id)
    item = _asked(intake, document_id)
    form = SigningForm(request.POST or None, document=item.document)
    if request.method == "POST" and form.is_valid():
        try:
            _sign(request, intake, item, form)
        except SigningRefused as refused:
            form.add_problems(refused)
        else:
            return _go_on(intake)
    status = 422 if form.errors else 200
    return render(request, "intake/consents/consent.html", _page(intake, item, form), status=status)


@client_only
@require_POST
def consent_paper(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
    intake = own_intake(request, public_id)
    choose_paper(
        intake=intake,
        document=_asked(intake, document_id).document,
        by=current_user(request),
        source=source_of(request),
        now=utc_now(),
    )
    return _go_on(intake)


@client_only
@never_cache
@require_GET
def sample(request: HttpRequest, public_id: UUID) -> HttpResponse:
    content = sample_document(own_intake(request, public_id))
    headers = {"Content-Disposition": 'inline; filename="sample-document.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _asked(intake: Intake, document_id: UUID) -> Asked:
    for item in asked_for(intake):
        if item.document.public_id == document_id:
            return item
    raise Http404


def _sign(request: HttpRequest, intake: Intake, item: Asked, form: SigningForm) -> None:
    sign(
        intake=intake,
        document=item.document,
        signing=form.signing(auth_methods(request)),
        by=current_user(request),
        source=source_of(request),
        now=utc_now(),
    )


def auth_methods(request: HttpRequest) -> tuple[str, ...]:
    """How this session proved who it is: `code`, `password`, `mfa:totp` and the like."""
    records = get_authentication_records(request)
    return tuple(":".join(filter(None, (r.get("method"), r.get("type")))) for r in records)


def _go_on(intake: Intake) -> HttpResponse:
    """To the next text that is not settled; then to the packet, or back to the answers."""
    for item in asked_for(intake):
        if not item.is_settled:
            return redirect("intake:consent", intake.public_id, item.document.public_id)
    if intake.completed_at:
        return redirect("journeys:documents")
    return redirect("intake:overview", intake.public_id)


def _page(intake: Intake, item: Asked, form: SigningForm) -> dict[str, object]:
    asked = asked_for(intake)
    return {
        "intake": intake,
        "item": item,
        "document": item.document,
        "signature": item.signature,
        "signed_when": full(item.signature.signed_at, Practice.get().zone)
        if item.signature
        else "",
        "text": render_markdown(item.document.text),
        "form": form,
        "place": [other.document for other in asked].index(item.document) + 1,
        "count": len(asked),
        "asks_word": item.document.kind == ConsentKind.RECORDS,
        "may_sign": not item.is_settled or item.is_on_paper,
        "back_url": reverse("intake:consents", args=[intake.public_id]),
    }
