"""The kinds of session that the therapist offers: list, add, change, order, withdraw."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from booking import offer_words
from booking.forms_session_types import LimitsForm, SessionTypeForm
from booking.models import SessionType
from booking.services import session_types
from booking.views.therapist_week import practitioner_of
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@dataclass(frozen=True)
class Row:
    """One kind of session as its therapist reads it."""

    item: SessionType
    headline: str
    sentences: list[str]
    is_first: bool
    is_last: bool


@therapist_only
def therapist_sessions(request: HttpRequest) -> HttpResponse:
    practitioner = practitioner_of(request)
    items = list(practitioner.session_types.all())
    rows = [
        Row(
            item=item,
            headline=offer_words.headline(item),
            sentences=offer_words.sentences(item),
            is_first=item == items[0],
            is_last=item == items[-1],
        )
        for item in items
    ]
    context = {"rows": rows, "limits": offer_words.limits(practitioner)}
    return render(request, "booking/therapist/sessions.html", context)


@therapist_only
def therapist_session_create(request: HttpRequest) -> HttpResponse:
    blank = SessionType(practitioner=practitioner_of(request))
    initial = {"minutes": ""}
    form = SessionTypeForm(request.POST or None, instance=blank, initial=initial)
    if request.method == "POST" and form.is_valid():
        added = session_types.add(
            session_type=form.save(commit=False),
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
        messages.success(request, f"“{added.name}” is added. Clients can book it now.")
        return redirect("booking:therapist_sessions")
    return render(request, "booking/therapist/session_edit.html", {"form": form})


@therapist_only
def therapist_session_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    item = _load(request, public_id)
    form = SessionTypeForm(request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        session_types.change(
            session_type=form.save(commit=False),
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
        messages.success(request, f"“{item.name}” is saved. It holds for new bookings.")
        return redirect("booking:therapist_sessions")
    context = {
        "form": form,
        "item": item,
        "name": form.initial["name"],
        "is_used": session_types.is_used(item),
    }
    return render(request, "booking/therapist/session_edit.html", context)


@therapist_only
@require_POST
def therapist_session_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    session_types.move(
        session_type=_load(request, public_id),
        earlier=request.POST.get("to") == "earlier",
        by=current_user(request),
        source=source_of(request),
        now=utc_now(),
    )
    return redirect("booking:therapist_sessions")


@therapist_only
@require_POST
def therapist_session_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    item, offered = _load(request, public_id), request.POST.get("offer") == "yes"
    session_types.set_offered(
        session_type=item,
        offered=offered,
        by=current_user(request),
        source=source_of(request),
        now=utc_now(),
    )
    said = "is offered again." if offered else "is no longer offered. What is booked stays booked."
    messages.success(request, f"“{item.name}” {said}")
    return redirect("booking:therapist_sessions")


@therapist_only
def therapist_session_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    item = _load(request, public_id)
    if request.method == "POST":
        try:
            session_types.delete(
                session_type=item,
                by=current_user(request),
                source=source_of(request),
                now=utc_now(),
            )
        except session_types.InUse:
            messages.error(request, f"“{item.name}” was booked meanwhile, so it stays.")
        else:
            messages.success(request, f"“{item.name}” is deleted.")
        return redirect("booking:therapist_sessions")
    if session_types.is_used(item):
        return redirect("booking:therapist_session_edit", public_id)
    return render(request, "booking/therapist/session_delete.html", {"item": item})


@therapist_only
def therapist_limits(request: HttpRequest) -> HttpResponse:
    practitioner = practitioner_of(request)
    form = LimitsForm(request.POST or None, instance=practitioner)
    if request.method == "POST" and form.is_valid():
        session_types.set_limits(
            practitioner=practitioner,
            limits=session_types.Limits(**form.cleaned_data),
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
        messages.success(request, "The limits are saved.")
        return redirect("booking:therapist_sessions")
    return render(request, "booking/therapist/limits.html", {"form": form})


def _load(request: HttpRequest, public_id: UUID) -> SessionType:
    return get_object_or_404(
        SessionType, public_id=public_id, practitioner=practitioner_of(request)
    )
