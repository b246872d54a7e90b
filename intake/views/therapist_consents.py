"""The practice's consent texts: what is in force, what has changed, and publishing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from booking.models import Practitioner
from intake.models import ConsentDocument
from intake.services.publishing import current_of, drafts, publish_starters
from intake.services.retiring import retired_slugs
from intake.views.consent_editor import plans_of
from portal.shared.clock import utc_now
from portal.shared.markdown import render_markdown


@therapist_only
@require_GET
def therapist_consents(request: HttpRequest) -> HttpResponse:
    found = drafts(practitioner=_practitioner(request), now=utc_now())
    context = {
        "drafts": found,
        "changed": [draft for draft in found if draft.is_changed],
        "retired": current_of(retired_slugs()),
    }
    return render(request, "intake/consents/therapist_list.html", context)


@therapist_only
@require_GET
def therapist_consent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    document = get_object_or_404(ConsentDocument, public_id=public_id)
    others = ConsentDocument.objects.filter(slug=document.slug).order_by("-version")
    context = {
        "document": document,
        "text": render_markdown(document.text),
        "others": others.exclude(pk=document.pk),
        "is_newest": not others.filter(version__gt=document.version).exists(),
        "is_retired": document.slug in retired_slugs(),
        "plans": [
            {"plan": plan, "is_asked": document.slug in plan.consents} for plan in plans_of(request)
        ],
    }
    return render(request, "intake/consents/therapist_text.html", context)


@therapist_only
@require_POST
def consents_publish(request: HttpRequest) -> HttpResponse:
    publish_starters(practitioner=_practitioner(request), by=current_user(request), now=utc_now())
    messages.success(request, "The texts are published. Open intakes ask for the new versions.")
    return redirect("intake:therapist_consents")


def _practitioner(request: HttpRequest) -> Practitioner:
    return get_object_or_404(Practitioner, user=current_user(request))
