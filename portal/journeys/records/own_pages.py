"""The client asks for their records, watches them being made, and fetches them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.fresh_sign_in import freshly_signed_in
from accounts.guards import current_user, find_client_of
from accounts.models import Practice
from accounts.policies import client_only
from intake.models import RecordsClosed, RecordsRequest
from portal.journeys.records import requests
from portal.journeys.records.handing_out import archive_response
from portal.shared import work
from portal.shared.clock import utc_now
from portal.shared.looking import next_look
from portal.shared.request import source_of


@client_only
@never_cache
@require_http_methods(["GET", "POST"])
def records(request: HttpRequest) -> HttpResponse:
    """What one has a right to, and how far it is. A POST asks for it."""
    if request.method == "GET":
        return render(request, "records/own.html", _state(request))
    client = find_client_of(current_user(request))
    if client is None:
        raise Http404
    requests.ask(client=client, by=current_user(request), source=source_of(request), now=utc_now())
    messages.success(request, "Your request is in. You can watch here how far it is.")
    return redirect("journeys:records")


@client_only
@never_cache
@require_GET
def records_looking(request: HttpRequest) -> HttpResponse:
    """The state alone, asked for again and again while the archive is being made."""
    return render(request, "records/own_state.html", {**_state(request), "is_look": True})


@client_only
@freshly_signed_in
@require_GET
def records_archive(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    row = get_object_or_404(_own(request), public_id=public_id, released_at__isnull=False)
    return archive_response(request, row)


@client_only
@require_POST
def records_take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(_own(request), public_id=public_id)
    try:
        requests.close(
            row=row,
            closed_as=RecordsClosed.TAKEN_BACK,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except requests.AlreadyAnswered:
        messages.info(request, "It was answered already.")
    else:
        messages.success(
            request, "You took your request back. You can ask again whenever you like."
        )
    return redirect("journeys:records")


def _own(request: HttpRequest) -> Any:
    return RecordsRequest.objects.for_client(current_user(request)).select_related("client", "work")


def _state(request: HttpRequest) -> dict[str, Any]:
    """The newest request and its archive; taken back it is as if none was made."""
    now = utc_now()
    row = _own(request).exclude(closed_as=RecordsClosed.TAKEN_BACK).first()
    made = work.look_at(row.work) if row and row.work else None
    is_there = made is not None and requests.is_there(made, now)
    return {
        "row": row,
        "work": made,
        "is_there": is_there,
        "is_ready": bool(row and row.released_at and is_there),
        "can_ask": row is None or not (row.is_open or (row.released_at and is_there)),
        "has_record": find_client_of(current_user(request)) is not None,
        "look": next_look(request, reverse("journeys:records_looking")),
        "days": requests.DAYS_TO_ANSWER,
        "practice": Practice.get(),
        "zone": Practice.get().zone,
    }
