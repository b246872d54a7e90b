"""Times that somebody asks for: the therapist's list, and her answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking.forms_therapist import DeclineForm
from booking.models import Appointment
from booking.services import requests
from booking.states import NotAllowed, Status
from booking.views.therapist_week import practitioner_of
from booking.views.undo import mail_later
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

GONE = "This request is answered, withdrawn or too near by now."


@therapist_only
@never_cache
def therapist_requests(request: HttpRequest) -> HttpResponse:
    """Who waits for an answer, the next one first."""
    practitioner, now = practitioner_of(request), utc_now()
    rows = list(requests.waiting(practitioner, now=now))
    audit.record(
        action="request.list",
        by=request.user,
        obj=practitioner,
        source=source_of(request),
        detail={"requests": len(rows)},
        now=now,
    )
    context = {"requests": rows, "zone": Practice.get().zone}
    return render(request, "booking/therapist/requests.html", context)


@therapist_only
@require_POST
def therapist_approve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Agree to a request."""
    return _answer(request, public_id, "The request is agreed to.", requests.approve)


@therapist_only
def therapist_decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say kindly that it can't be."""
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        message = form.cleaned_data["message"]
        done = "The request is declined."
        return _answer(request, public_id, done, requests.decline, message=message)
    context = {"appointment": _load(request, public_id), "form": form, "zone": Practice.get().zone}
    return render(request, "booking/therapist/decline.html", context)


def _answer(
    request: HttpRequest, public_id: UUID, done: str, answer: Any, **more: str
) -> HttpResponse:
    appointment, now = _load(request, public_id), utc_now()
    try:
        answer(
            appointment=appointment,
            by=current_user(request),
            source=source_of(request),
            now=now,
            **more,
        )
    except NotAllowed:
        messages.error(request, GONE)
    else:
        messages.success(request, f"{done} {mail_later(now, Practice.get().zone)}")
    return redirect("journeys:therapist_appointment", public_id)


def _load(request: HttpRequest, public_id: UUID) -> Appointment:
    """A request that was there once: the answer may come too late, which the service says."""
    rows = Appointment.objects.exclude(status__in=[Status.HELD, Status.EXPIRED])
    return get_object_or_404(
        rows.select_related("client__user", "session_type"),
        public_id=public_id,
        practitioner=practitioner_of(request),
    )
