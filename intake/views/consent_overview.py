"""The therapist sees who has signed, asks again, records paper and reads withdrawals."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.models import Client, Practice
from accounts.policies import therapist_only
from intake.forms.signing import SheetForm
from intake.models import ConsentDocument, ConsentSignature, ConsentWithdrawal, SignerRole
from intake.services.asking_again import ask
from intake.services.consent_state import Occasion
from intake.services.consents import SheetThere, record_sheet
from intake.services.overview import signers
from intake.services.withdrawing import mark_seen, withdrawals_for
from intake.views.own_consents import copy_response
from intake.views.signing_page import blank_page
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@therapist_only
@never_cache
@require_GET
def consent_signers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    document, now = _newest(public_id), utc_now()
    rows = signers(document=document, therapist=current_user(request), now=now)
    audit.record(
        action="consent.signers_read",
        by=current_user(request),
        obj=document,
        source=source_of(request),
        detail={"clients": [row.client.pk for row in rows]},
        now=now,
    )
    context = {
        "document": document,
        "rows": rows,
        "open_count": sum(row.can_be_asked for row in rows),
        "zone": Practice.get().zone,
    }
    return render(request, "intake/consents/signers.html", context)


@therapist_only
@require_POST
def consent_ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask one client, or everyone in care who has not signed."""
    document, now = _newest(public_id), utc_now()
    chosen = request.POST.get("client", "")
    rows = signers(document=document, therapist=current_user(request), now=now)
    clients = [
        row.client
        for row in rows
        if row.can_be_asked and chosen in ("all", str(row.client.public_id))
    ]
    count = ask(
        clients=clients,
        document=document,
        by=current_user(request),
        now=now,
        source=source_of(request),
    )
    if count:
        messages.success(request, f"Asked: {count}. A mail in neutral words is on its way.")
    else:
        messages.info(request, "There was nobody to ask.")
    return redirect("intake:therapist_consent_signers", document.public_id)


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def consent_sheet(request: HttpRequest, public_id: UUID, client_id: UUID) -> HttpResponse:
    """The signed sheet came in: who signed it and when."""
    document = get_object_or_404(ConsentDocument, public_id=public_id)
    client = _own_client(request, client_id)
    form = SheetForm(request.POST or None, today=_today())
    if (
        request.method == "POST"
        and form.is_valid()
        and _record_sheet(request, client, document, form)
    ):
        messages.success(request, "The signed sheet is recorded.")
        return redirect("intake:therapist_consent_signers", document.public_id)
    context = {"document": document, "client": client, "form": form}
    status = 422 if form.errors else 200
    return render(request, "intake/consents/sheet.html", context, status=status)


def _record_sheet(
    request: HttpRequest, client: Client, document: ConsentDocument, form: SheetForm
) -> bool:
    given = form.cleaned_data
    try:
        record_sheet(
            occasion=Occasion(client, None, SignerRole(given["role"]), given["relation"]),
            document=document,
            name=given["name"],
            signed_on=given["signed_on"],
            note=given["note"],
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except SheetThere:
        form.add_error(
            None,
            "You recorded another signed sheet of this version before, and it stays as it is. "
            "This one is not recorded: please keep it beside the other.",
        )
        return False
    return True


@therapist_only
@never_cache
@require_GET
def therapist_consent_blank(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return blank_page(request, get_object_or_404(ConsentDocument, public_id=public_id))


@therapist_only
@never_cache
@require_GET
def therapist_signed_copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    own = ConsentSignature.objects.filter(
        client__appointments__practitioner__user=current_user(request)
    ).distinct()
    signature = get_object_or_404(own.select_related("document", "client"), public_id=public_id)
    return copy_response(request, signature)


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def therapist_withdrawal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was taken back, with the reason if one was given; a button says it was read."""
    own = withdrawals_for(current_user(request))
    withdrawal: ConsentWithdrawal = get_object_or_404(own, public_id=public_id)
    seen_by, source, now = current_user(request), source_of(request), utc_now()
    if request.method == "POST":
        mark_seen(withdrawal=withdrawal, by=seen_by, source=source, now=now)
        messages.success(request, "Noted. It no longer stands on your Today page.")
        return redirect(reverse("journeys:therapist_client", args=[withdrawal.client.public_id]))
    audit.record(
        action="consent.withdrawal_read",
        by=seen_by,
        obj=withdrawal,
        client=withdrawal.client,
        source=source,
        now=now,
    )
    context = {"withdrawal": withdrawal, "zone": Practice.get().zone}
    return render(request, "intake/consents/withdrawal.html", context)


def _newest(public_id: UUID) -> ConsentDocument:
    """The newest version of the text that this version belongs to."""
    document = get_object_or_404(ConsentDocument, public_id=public_id)
    versions = ConsentDocument.objects.filter(slug=document.slug).order_by("-version")
    return versions.first() or document


def _own_client(request: HttpRequest, client_id: UUID) -> Client:
    own = Client.objects.filter(appointments__practitioner__user=current_user(request)).distinct()
    return get_object_or_404(own, public_id=client_id)


def _today() -> date:
    return utc_now().astimezone(Practice.get().zone).date()
