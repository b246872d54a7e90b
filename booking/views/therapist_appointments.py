"""One appointment in the therapist's hands: book, move, cancel, say what came of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.models import Client, Practice
from accounts.policies import therapist_only
from booking.availability import Reason
from booking.forms_therapist import BookForClientForm, CancelForm, PlacingForm
from booking.models import Appointment
from booking.services import appointments
from booking.services.appointments import NotYetBegun
from booking.services.open_slots import NotOpen
from booking.states import NotAllowed, Status
from booking.views.therapist_week import parse_day, practitioner_of
from booking.views.undo import mail_later
from portal.shared.clock import utc_now
from portal.shared.request import source_of

WHY_NOT = {
    Reason.TAKEN: "Another appointment or its pause stands in this time. "
    "(One that was just given up keeps its time for three minutes, in case of an undo.)",
    Reason.TIME_OFF: "You have time off then. Take it back first, or choose another time.",
    Reason.OUTSIDE_HOURS: "This is outside your hours for this way to meet. "
    "Tick the box below if you want it all the same; nobody else can book this time.",
    Reason.PAST: "This time has begun already.",
    Reason.WRONG_PLACE: "This kind of session is not offered in this way to meet.",
    Reason.BUSY_ELSEWHERE: "Your other calendar has something in this time.",
    Reason.NO_TIME_TO_TRAVEL: "Too little time to travel from or to the session beside it, "
    "which is held in another way.",
    Reason.TOO_FAR: "This is too far ahead.",
    Reason.OFF_GRID: "Choose a start on a full five minutes.",
}
OUTCOMES: dict[str, Callable[..., Appointment]] = {
    "completed": appointments.complete,
    "missed": appointments.mark_no_show,
}


@therapist_only
def therapist_book(request: HttpRequest) -> HttpResponse:
    practitioner = practitioner_of(request)
    form = BookForClientForm(
        request.POST or None,
        initial=_initial(request),
        zone=Practice.get().zone,
        practitioner=practitioner,
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        booked = _try(
            form,
            appointments.book_for_client,
            session_type=values["session_type"],
            client=values["client"],
            **_placing(form, request),
        )
        if booked:
            told = " and the client has a mail" if values["client"].email else ""
            messages.success(request, f"The appointment is booked{told}.")
            return redirect("journeys:therapist_appointment", booked.public_id)
    return render(
        request, "booking/therapist/book.html", {"form": form, "zone": Practice.get().zone}
    )


@therapist_only
def therapist_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    appointment, zone = _load(request, public_id), Practice.get().zone
    local = appointment.starts_at.astimezone(zone)
    initial = {"on": local.date(), "at": local.time(), "place": appointment.place}
    form = PlacingForm(request.POST or None, initial=initial | _initial(request), zone=zone)
    if request.method == "POST" and form.is_valid():
        moved = _try(
            form, appointments.reschedule, appointment=appointment, **_placing(form, request)
        )
        if moved:
            later = mail_later(utc_now(), zone)
            messages.success(request, f"The appointment has moved. {later}")
            return redirect("journeys:therapist_appointment", public_id)
    context = _context(appointment) | {"form": form}
    return render(request, "booking/therapist/move.html", context)


@therapist_only
def therapist_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    appointment = _load(request, public_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _cancel(request, appointment, form)
    context = _context(appointment) | {"form": form}
    return render(request, "booking/therapist/cancel.html", context)


def _cancel(request: HttpRequest, appointment: Appointment, form: CancelForm) -> HttpResponse:
    now = utc_now()
    try:
        appointments.cancel(
            appointment=appointment,
            by=current_user(request),
            reason=form.cleaned_data["reason"],
            source=source_of(request),
            now=now,
        )
    except NotAllowed:
        messages.error(request, "This appointment is over or called off already.")
    else:
        later = mail_later(now, Practice.get().zone)
        messages.success(request, f"The appointment is cancelled. {later}")
    return redirect("journeys:therapist_appointment", appointment.public_id)


@therapist_only
@require_POST
def therapist_outcome(request: HttpRequest, public_id: UUID, outcome: str) -> HttpResponse:
    """Say that the session took place or that the client did not come."""
    appointment = _load(request, public_id)
    try:
        OUTCOMES[outcome](
            appointment=appointment, by=request.user, source=source_of(request), now=utc_now()
        )
    except NotYetBegun:
        messages.error(request, "This session has not begun yet.")
    except NotAllowed:
        messages.error(request, "This appointment is called off already.")
    else:
        messages.success(request, "Noted.")
    return redirect("journeys:therapist_appointment", public_id)


def _load(request: HttpRequest, public_id: UUID) -> Appointment:
    rows = Appointment.objects.exclude(status=Status.EXPIRED).select_related(
        "client__user", "session_type__practitioner", "series"
    )
    return get_object_or_404(rows, public_id=public_id, practitioner=practitioner_of(request))


def _context(appointment: Appointment) -> dict[str, Any]:
    return {"appointment": appointment, "zone": Practice.get().zone}


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the calendar knows already when a time was dragged or a client was chosen."""
    day, clock = parse_day(request.GET.get("on", "")), request.GET.get("at", "")
    public_id = _uuid(request.GET.get("client", ""))
    client = Client.objects.filter(public_id=public_id).first() if public_id else None
    given = {"on": day, "at": clock[:5], "client": client}
    return {name: value for name, value in given.items() if value}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _placing(form: PlacingForm, request: HttpRequest) -> dict[str, Any]:
    values = {name: form.cleaned_data[name] for name in ("starts_at", "place")}
    values["outside_hours"] = form.cleaned_data["open_time"]
    return values | {"by": request.user, "source": source_of(request), "now": utc_now()}


def _try(form: PlacingForm, action: Callable[..., Appointment], **values: Any) -> Any:
    try:
        return action(**values)
    except NotOpen as error:
        form.add_error("at", WHY_NOT[error.reason])
    except NotAllowed:
        form.add_error(None, "This appointment is over or called off already.")
    return None
