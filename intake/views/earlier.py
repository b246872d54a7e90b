"""Earlier therapy: a timeline that the client keeps and takes along, and the therapist reads."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user, find_client_of
from accounts.models import Client, Practice
from accounts.policies import client_only, therapist_only
from intake.earlier_fhir import bundle
from intake.forms.earlier import EarlierTherapyForm, initial_of
from intake.models import EarlierTherapy
from intake.services import earlier_therapies
from intake.services.earlier_document import draw_timeline
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.pdf.response import pdf_response
from portal.shared.request import source_of


def _client(request: HttpRequest) -> Client:
    """The own record; 404 for one who has not given their details yet."""
    client = find_client_of(current_user(request))
    return get_object_or_404(Client, pk=client.pk if client else None)


def _own(request: HttpRequest, public_id: UUID) -> EarlierTherapy:
    own = EarlierTherapy.objects.for_client(current_user(request)).select_related("client")
    return get_object_or_404(own, public_id=public_id)


@client_only
@require_GET
def earlier_therapies_page(request: HttpRequest) -> HttpResponse:
    rows = EarlierTherapy.objects.for_client(current_user(request)).in_time()
    has_record = find_client_of(current_user(request)) is not None
    context = {"rows": rows, "has_record": has_record}
    return render(request, "intake/earlier/timeline.html", context)


@client_only
@require_http_methods(["GET", "POST"])
def earlier_therapy_add(request: HttpRequest) -> HttpResponse:
    client = _client(request)
    form = EarlierTherapyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        earlier_therapies.add(client=client, therapy=form.therapy(), **_who(request))
        messages.success(request, "It stands on your timeline.")
        return redirect("intake:earlier_therapies")
    return _form(request, form)


@client_only
@require_http_methods(["GET", "POST"])
def earlier_therapy_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _own(request, public_id)
    form = EarlierTherapyForm(
        request.POST if request.method == "POST" else None, initial=initial_of(row.therapy)
    )
    if request.method == "POST" and form.is_valid():
        earlier_therapies.change(row=row, therapy=form.therapy(), **_who(request))
        messages.success(request, "Your change is saved.")
        return redirect("intake:earlier_therapies")
    return _form(request, form, row)


def _form(
    request: HttpRequest, form: EarlierTherapyForm, row: EarlierTherapy | None = None
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "intake/earlier/form.html", context, status=status)


@client_only
@require_http_methods(["GET", "POST"])
def earlier_therapy_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _own(request, public_id)
    if request.method == "POST":
        earlier_therapies.remove(row=row, **_who(request))
        messages.success(request, "It is taken off your timeline, and its words are erased.")
        return redirect("intake:earlier_therapies")
    return render(request, "intake/earlier/remove.html", {"row": row})


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": current_user(request), "now": utc_now(), "source": source_of(request)}


@client_only
@require_GET
def earlier_therapies_pdf(request: HttpRequest) -> HttpResponse:
    """One accessible, sealed PDF, made when it is asked for and kept nowhere."""
    client, now = _client(request), utc_now()
    content = draw_timeline(client, now=now).content
    _record(request, client, "earlier_therapy.export", {"form": "pdf"})
    return pdf_response(request, content, name="earlier-therapy.pdf")


@client_only
@require_GET
def earlier_therapies_fhir(request: HttpRequest) -> HttpResponse:
    """For another system: FHIR R4."""
    client = _client(request)
    told = [row.therapy for row in EarlierTherapy.objects.of(client).in_time()]
    _record(request, client, "earlier_therapy.export", {"form": "fhir"})
    return JsonResponse(
        bundle(told, identifier=client.public_id, now=utc_now()),
        content_type="application/fhir+json",
        headers={"Content-Disposition": 'attachment; filename="earlier-therapy.fhir.json"'},
    )


@therapist_only
@require_GET
def therapist_earlier_therapies(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The client's timeline, in the chart."""
    own = Client.objects.filter(appointments__practitioner__user=current_user(request)).distinct()
    client = get_object_or_404(own, public_id=public_id)
    _record(request, client, "earlier_therapies.read", {})
    rows = EarlierTherapy.objects.of(client).in_time()
    context = {"client": client, "rows": rows, "zone": Practice.get().zone}
    return render(request, "intake/earlier/therapist.html", context)


def _record(request: HttpRequest, client: Client, action: str, detail: dict[str, str]) -> None:
    audit.record(
        action=action,
        by=current_user(request),
        obj=client,
        client=client,
        source=source_of(request),
        detail=detail,
        now=utc_now(),
    )
