"""The therapist answers a records request: looks through the archive, and releases it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.fresh_sign_in import freshly_signed_in
from accounts.guards import current_user
from accounts.models import Client, Practice
from accounts.policies import therapist_only
from intake.models import RecordsClosed, RecordsRequest
from portal.journeys.records import requests
from portal.journeys.records.handing_out import archive_response
from portal.shared import audit, work
from portal.shared.clock import utc_now
from portal.shared.looking import next_look
from portal.shared.request import source_of


@therapist_only
@require_POST
def records_begin(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """For a client who asked in another way: by phone, by letter, in a session."""
    own = Client.objects.filter(appointments__practitioner__user=current_user(request)).distinct()
    client = get_object_or_404(own, public_id=public_id)
    by, source = current_user(request), source_of(request)
    row = requests.ask(client=client, by=by, source=source, now=utc_now())
    return redirect("journeys:therapist_records", row.public_id)


@therapist_only
@never_cache
@require_GET
def therapist_records(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _own(request, public_id)
    audit.record(
        action="records.look",
        by=request.user,
        obj=row,
        client=row.client,
        source=source_of(request),
        now=utc_now(),
    )
    return render(request, "records/therapist.html", _state(request, row))


@therapist_only
@never_cache
@require_GET
def therapist_records_looking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    context = {**_state(request, _own(request, public_id)), "is_look": True}
    return render(request, "records/therapist_state.html", context)


@therapist_only
@freshly_signed_in
@require_GET
def therapist_records_archive(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    return archive_response(request, _own(request, public_id))


@therapist_only
@require_POST
def records_release(request: HttpRequest, public_id: UUID) -> HttpResponse:
    def act(row: RecordsRequest, **how: Any) -> str:
        requests.release(row=row, **how)
        return "Released. Your client hears of it by a neutral mail and can fetch it for 14 days."

    return _acted(request, public_id, act)


@therapist_only
@require_POST
def records_close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    def act(row: RecordsRequest, **how: Any) -> str:
        requests.close(row=row, closed_as=RecordsClosed.OTHERWISE, **how)
        return "Closed, as answered in another way. The archive is removed."

    return _acted(request, public_id, act)


@therapist_only
@require_POST
def records_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Try again what went wrong, or make it anew with what was added since."""

    def act(row: RecordsRequest, **how: Any) -> str:
        if row.work is not None and not row.work.is_done and row.work.expires_at > how["now"]:
            work.again(row.work, now=how["now"])
        else:
            requests.make_anew(row=row, **how)
        return "It is being made again."

    return _acted(request, public_id, act)


def _acted(request: HttpRequest, public_id: UUID, act: Callable[..., str]) -> HttpResponse:
    row = _own(request, public_id)
    how = {"by": current_user(request), "source": source_of(request), "now": utc_now()}
    try:
        messages.success(request, act(row, **how))
    except requests.NotReady:
        messages.error(request, "It is not made yet. Release it once it is.")
    except requests.AlreadyAnswered:
        messages.info(request, "This request was answered before.")
    return redirect("journeys:therapist_records", row.public_id)


def _own(request: HttpRequest, public_id: UUID) -> RecordsRequest:
    own = RecordsRequest.objects.for_therapist(current_user(request))
    return get_object_or_404(own.select_related("client__user", "work"), public_id=public_id)


def _state(request: HttpRequest, row: RecordsRequest) -> dict[str, Any]:
    now, zone = utc_now(), Practice.get().zone
    made = work.look_at(row.work) if row.work else None
    return {
        "row": row,
        "client": row.client,
        "work": made,
        "is_there": made is not None and requests.is_there(made, now),
        "is_late": row.is_open and row.due_on < now.astimezone(zone).date(),
        "look": next_look(
            request, reverse("journeys:therapist_records_looking", args=[row.public_id])
        ),
        "zone": zone,
    }
