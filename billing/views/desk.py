"""The billing desk: what waits for a person, what is owed, and one charge in full."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import billing_admin_only
from billing.forms import ClientSearchForm
from billing.models import Charge, ChargeStatus, Receipt
from billing.services import charges, export
from billing.services import desk as desk_service
from billing.services.desk import Show
from billing.views.documents import document_response
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

PAGE_SIZE = 25
TABS = ((Show.OPEN, "Open"), (Show.PAID, "Paid"), (Show.FEES, "Fees to approve"), (Show.ALL, "All"))


def charge_or_404(charge_id: UUID) -> Charge:
    charge = desk_service.charges(Show.ALL).filter(public_id=charge_id).first()
    if charge is None:
        raise Http404
    return charge


@billing_admin_only
@never_cache
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """A search is a POST, so that a client's name stands in no address and no log."""
    zone, show = Practice.get().zone, _shown(request)
    form = ClientSearchForm(request.POST if "q" in request.POST else None)
    if form.is_valid():
        rows = desk_service.search(form.cleaned_data["q"])
        is_cut = len(rows) == desk_service.MOST_FOUND
        listed: dict[str, Any] = {"searched": True, "is_cut": is_cut}
    else:
        page = Paginator(desk_service.charges(show), PAGE_SIZE).get_page(request.GET.get("page"))
        rows, listed = list(page), {"page": page}
    _note_reading(request, searched=form.is_valid(), count=len(rows))
    context = {
        "form": form,
        "tasks": desk_service.open_tasks(zone),
        "totals": desk_service.totals(),
        "tabs": _tabs(show),
        "show": show,
        "rows": [desk_service.row_of(charge, zone) for charge in rows],
        **listed,
    }
    return render(request, "billing/desk/desk.html", context)


def _note_reading(request: HttpRequest, *, searched: bool, count: int) -> None:
    """That clients' names were read here; what was searched for is nobody's business."""
    audit.record(
        action="billing.search" if searched else "billing.desk",
        by=current_user(request),
        source=source_of(request),
        detail={"charges": count},
        now=utc_now(),
    )


def _shown(request: HttpRequest) -> Show:
    wanted = request.GET.get("show", "")
    return Show(wanted) if wanted in set(Show) else Show.OPEN


def _tabs(show: Show) -> list[dict[str, object]]:
    address = reverse("billing:desk")
    return [
        {"label": label, "url": f"{address}?show={value}", "current": value == show}
        for value, label in TABS
    ]


@billing_admin_only
@never_cache
@require_GET
def desk_charge(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """One charge: who, what for, every payment and refund, and its entries in the ledger."""
    charge = charge_or_404(charge_id)
    zone = Practice.get().zone
    audit.record(
        action="charge.read",
        by=current_user(request),
        obj=charge,
        client=charge.client,
        source=source_of(request),
        now=utc_now(),
    )
    context = {
        "row": desk_service.row_of(charge, zone),
        "payments": desk_service.payments_of(charge, zone),
        "entries": desk_service.entries_of(charge, zone),
        "tasks": desk_service.open_tasks(zone, charge),
        "reason": charge.reason,
        "is_proposed": charge.status == ChargeStatus.PROPOSED,
        "can_waive": charges.can_waive(charge),
        "can_record": charge.status == ChargeStatus.OPEN and charge.balance_cents > 0,
    }
    return render(request, "billing/desk/charge.html", context)


@billing_admin_only
@never_cache
@require_GET
def desk_receipt(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    found = Receipt.objects.filter(public_id=receipt_id).first()
    return document_response(request, found, f"receipt-{found.number}" if found else "")


@billing_admin_only
@never_cache
@require_GET
def export_charges(request: HttpRequest) -> HttpResponse:
    text = export.charges(by=current_user(request), now=utc_now(), source=source_of(request))
    return _csv_response(text, "charges")


@billing_admin_only
@never_cache
@require_GET
def export_payments(request: HttpRequest) -> HttpResponse:
    text = export.payments(by=current_user(request), now=utc_now(), source=source_of(request))
    return _csv_response(text, "payments")


def _csv_response(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
