"""A guardian signs for a minor: their own texts and copies, and nothing of the minor's answers."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.models import Guardian, Practice
from accounts.policies import guardian_only
from accounts.services.guardians import accept, active_for
from intake.models import ConsentSignature, SignerRole
from intake.services.consent_state import Occasion, in_force
from intake.services.sample import sample_document
from intake.views.consents import sample_response
from intake.views.own_consents import copy_response, withdraw_page
from intake.views.signing_page import Ways, blank_page, item_of, signing_page, take_paper
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@guardian_only
@never_cache
@require_GET
def guardian_home(request: HttpRequest) -> HttpResponse:
    """Each minor with what waits and what this guardian signed."""
    user, now = current_user(request), utc_now()
    guardians = active_for(user, now=now)
    for guardian in guardians:
        accept(guardian=guardian, by=user, now=now, source=source_of(request))
    wards = [
        {
            "guardian": guardian,
            "waiting": [i for i in _occasion(guardian).asked(now) if not i.is_settled],
            "signed": [
                row for row in in_force(guardian.client, now=now) if row.signed_by_id == user.pk
            ],
        }
        for guardian in guardians
    ]
    context = {"wards": wards, "zone": Practice.get().zone}
    return render(request, "intake/consents/guardian.html", context)


@guardian_only
@never_cache
@require_http_methods(["GET", "POST"])
def guardian_consent(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
    guardian = _guardian(request, public_id)
    occasion = _occasion(guardian)
    ways = Ways(
        back=reverse("intake:guardian_home"),
        sample=reverse("intake:guardian_sample", args=[public_id]),
        paper=reverse("intake:guardian_paper", args=[public_id, document_id]),
        blank=reverse("intake:guardian_blank", args=[public_id, document_id]),
    )
    item = item_of(occasion, document_id)
    return signing_page(request, occasion, item, ways, lambda: _go_on(request, guardian))


@guardian_only
@require_POST
def guardian_paper(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
    guardian = _guardian(request, public_id)
    occasion = _occasion(guardian)
    take_paper(request, occasion, item_of(occasion, document_id))
    return _go_on(request, guardian)


@guardian_only
@never_cache
@require_GET
def guardian_sample(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return sample_response(sample_document(_guardian(request, public_id).client))


@guardian_only
@never_cache
@require_GET
def guardian_blank(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
    occasion = _occasion(_guardian(request, public_id))
    return blank_page(request, item_of(occasion, document_id).document)


@guardian_only
@never_cache
@require_GET
def guardian_copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return copy_response(request, _own_signature(request, public_id))


@guardian_only
@never_cache
@require_http_methods(["GET", "POST"])
def guardian_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    signature = _own_signature(request, public_id)
    back = reverse("intake:guardian_home")
    return withdraw_page(request, signature, role=SignerRole.GUARDIAN, back=back)


def _guardian(request: HttpRequest, public_id: UUID) -> Guardian:
    """404 for somebody else's ward, for access that ended, and from the 18th birthday on."""
    for guardian in active_for(current_user(request), now=utc_now()):
        if guardian.public_id == public_id:
            return guardian
    raise Http404


def _own_signature(request: HttpRequest, public_id: UUID) -> ConsentSignature:
    user = current_user(request)
    wards = [guardian.client_id for guardian in active_for(user, now=utc_now())]
    own = ConsentSignature.objects.filter(signed_by=user, client__in=wards)
    return get_object_or_404(own.select_related("document", "client"), public_id=public_id)


def _occasion(guardian: Guardian) -> Occasion:
    return Occasion(
        guardian.client, None, SignerRole.GUARDIAN, guardian.relation, signer=guardian.user
    )


def _go_on(request: HttpRequest, guardian: Guardian) -> HttpResponse:
    left = [item for item in _occasion(guardian).asked(utc_now()) if not item.is_settled]
    if left:
        return redirect("intake:guardian_consent", guardian.public_id, left[0].document.public_id)
    messages.success(request, "Thank you. Nothing more waits for you.")
    return redirect("intake:guardian_home")
