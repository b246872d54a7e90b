"""The client's texts outside of an intake: what waits for a signature, what was signed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user, find_client_of
from accounts.models import Client, Practice
from accounts.policies import client_only
from booking.wording import full
from intake.forms.signing import WithdrawForm
from intake.models import (
    ConsentDocument,
    ConsentKind,
    ConsentSignature,
    SignatureMethod,
    SignerRole,
)
from intake.services.consent_state import Occasion, in_force
from intake.services.sample import sample_document
from intake.services.signed_copies import make_signed_copy, read_copy
from intake.services.withdrawing import (
    CONSEQUENCES,
    NothingToWithdraw,
    can_withdraw,
    withdraw,
)
from intake.views.consents import sample_response
from intake.views.signing_page import (
    Ways,
    auth_methods,
    blank_page,
    item_of,
    signing_page,
    take_paper,
)
from portal.shared.clock import utc_now
from portal.shared.pdf.response import pdf_response
from portal.shared.request import source_of
from portal.shared.seal import SealUnusable


def own_client(request: HttpRequest) -> Client:
    """404 for one who has not given their details yet."""
    client = find_client_of(current_user(request))
    if client is None:
        raise Http404
    return client


@client_only
@never_cache
@require_GET
def own_consents(request: HttpRequest) -> HttpResponse:
    """Documents to sign, and what is in force; an empty page before the first booking."""
    client, now = find_client_of(current_user(request)), utc_now()
    asked = Occasion.own(client, now).asked(now) if client else []
    context = {
        "waiting": [item for item in asked if not item.is_settled],
        "signed": in_force(client, now=now) if client else [],
        "withdrawals": _withdrawals(client) if client else [],
        "zone": Practice.get().zone,
    }
    return render(request, "intake/consents/own.html", context)


def _withdrawals(client: Client) -> object:
    return client.withdrawals.select_related("signature__document")


@client_only
@never_cache
@require_http_methods(["GET", "POST"])
def own_consent(request: HttpRequest, document_id: UUID) -> HttpResponse:
    occasion = Occasion.own(own_client(request), utc_now())
    item = item_of(occasion, document_id)
    ways = Ways(
        back=reverse("intake:own_consents"),
        sample=reverse("intake:own_consent_sample"),
        paper=reverse("intake:own_consent_paper", args=[document_id]),
        blank=reverse("intake:consent_blank", args=[document_id]),
    )
    return signing_page(request, occasion, item, ways, lambda: _go_on(request, occasion))


@client_only
@require_POST
def own_consent_paper(request: HttpRequest, document_id: UUID) -> HttpResponse:
    occasion = Occasion.own(own_client(request), utc_now())
    take_paper(request, occasion, item_of(occasion, document_id))
    return _go_on(request, occasion)


def _go_on(request: HttpRequest, occasion: Occasion) -> HttpResponse:
    left = [item for item in occasion.asked(utc_now()) if not item.is_settled]
    if left and not occasion.is_assent:
        return redirect("intake:own_consent", left[0].document.public_id)
    messages.success(request, "Thank you. Your copy lies here as soon as it is made.")
    return redirect("intake:own_consents")


@client_only
@never_cache
@require_GET
def own_consent_sample(request: HttpRequest) -> HttpResponse:
    return sample_response(sample_document(own_client(request)))


@client_only
@never_cache
@require_GET
def consent_blank(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Any text of the practice, to sign by hand: a text is nobody's secret."""
    return blank_page(request, get_object_or_404(ConsentDocument, public_id=document_id))


@client_only
@never_cache
@require_http_methods(["GET", "POST"])
def consent_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    signature = _own_signature(request, public_id)
    if signature.signer_role == SignerRole.GUARDIAN:  # theirs to take back, on their own page
        raise Http404
    return withdraw_page(
        request, signature, role=SignerRole.CLIENT, back=reverse("intake:own_consents")
    )


def withdraw_page(
    request: HttpRequest, signature: ConsentSignature, *, role: SignerRole, back: str
) -> HttpResponse:
    """What it means, said before the button; then it is done. 404 for what is not in force."""
    now = utc_now()
    if not can_withdraw(signature, now=now):
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(
                signature=signature,
                by=current_user(request),
                role=role,
                reason=form.cleaned_data["reason"],
                auth_methods=auth_methods(request),
                source=source_of(request),
                now=now,
            )
        except NothingToWithdraw:
            raise Http404 from None
        messages.success(request, f"You took back “{signature.document.title}”.")
        return redirect(back)
    context = {
        "form": form,
        "signature": signature,
        "document": signature.document,
        "signed_when": full(signature.signed_at, Practice.get().zone),
        "consequence": CONSEQUENCES[ConsentKind(signature.document.kind)],
        "back": back,
    }
    status = 422 if form.errors else 200
    return render(request, "intake/consents/withdraw.html", context, status=status)


@client_only
@never_cache
@require_GET
def signed_copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The sealed copy of what the client signed; made now if nobody asked for it before."""
    return copy_response(request, _own_signature(request, public_id))


def copy_response(request: HttpRequest, signature: ConsentSignature) -> HttpResponse:
    if signature.method != SignatureMethod.ELECTRONIC:
        raise Http404
    now = utc_now()
    try:
        copy = make_signed_copy(signature_id=signature.pk, now=now)
    except SealUnusable:
        return render(request, "intake/consents/copy_later.html", status=503)
    content = read_copy(copy=copy, by=current_user(request), source=source_of(request), now=now)
    name = f"{signature.document.slug}-v{signature.document.version}-signed.pdf"
    return pdf_response(request, content, name=name)


def _own_signature(request: HttpRequest, public_id: UUID) -> ConsentSignature:
    own = ConsentSignature.objects.filter(client__user=current_user(request))
    return get_object_or_404(own.select_related("document", "client"), public_id=public_id)
