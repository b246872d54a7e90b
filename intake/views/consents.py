"""Reading and signing the consents of an intake."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import client_only
from intake.models import Intake
from intake.services.consent_state import Occasion
from intake.services.sample import sample_document
from intake.views.guards import own_intake
from intake.views.signing_page import Ways, item_of, signing_page, take_paper
from portal.shared.clock import utc_now


@client_only
@never_cache
@require_GET
def consents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = own_intake(request, public_id)
    asked = _occasion(intake).asked(utc_now())
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
    occasion = _occasion(intake)
    ways = Ways(
        back=reverse("intake:consents", args=[public_id]),
        sample=reverse("intake:consent_sample", args=[public_id]),
        paper=reverse("intake:consent_paper", args=[public_id, document_id]),
        blank=reverse("intake:consent_blank", args=[document_id]),
    )
    item = item_of(occasion, document_id)
    return signing_page(request, occasion, item, ways, lambda: _go_on(occasion, intake))


@client_only
@require_POST
def consent_paper(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
    intake = own_intake(request, public_id)
    occasion = _occasion(intake)
    take_paper(request, occasion, item_of(occasion, document_id))
    return _go_on(occasion, intake)


@client_only
@never_cache
@require_GET
def sample(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return sample_response(sample_document(own_intake(request, public_id)))


def sample_response(content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": 'inline; filename="sample-document.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _occasion(intake: Intake) -> Occasion:
    return Occasion.of(intake, utc_now())


def _go_on(occasion: Occasion, intake: Intake) -> HttpResponse:
    """To the next text that is not settled; then to the packet, or back to the answers."""
    if occasion.is_assent:
        return redirect("intake:consents", intake.public_id)
    for item in occasion.asked(utc_now()):
        if not item.is_settled:
            return redirect("intake:consent", intake.public_id, item.document.public_id)
    if intake.completed_at:
        return redirect("journeys:documents")
    return redirect("intake:overview", intake.public_id)
