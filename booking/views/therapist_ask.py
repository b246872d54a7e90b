"""What the calendar asks before it changes anything, and what it says after.

Each answer is a part of a page for the script of the calendar; the same acts have whole pages
(`therapist_move`, `time_off_create`, `time_change`) for everybody else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import reswap, retarget, trigger_client_event

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking.availability import Reason
from booking.forms_calendar import MovedForm, SpanForm
from booking.forms_therapist import TimeOffForm
from booking.models import Appointment, AvailabilityException, ExceptionKind
from booking.services import appointments, outlook, time_off
from booking.services.open_slots import NotOpen
from booking.states import NotAllowed, Status
from booking.views.therapist_appointments import WHY_NOT
from booking.views.therapist_week import practitioner_of
from booking.views.undo import offer_of
from portal.shared.clock import utc_now
from portal.shared.request import source_of

MESSAGE = "#calendar-message"
WHY = WHY_NOT | {Reason.OUTSIDE_HOURS: "This is outside your hours for this way to meet."}
GONE = "This time was taken back meanwhile."
OVER = "This appointment is over or called off already."


@therapist_only
def move_ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET: what a move would come to. POST: move it, or say why not."""
    appointment, zone = _appointment(request, public_id), Practice.get().zone
    form = MovedForm(request.POST or request.GET, zone=zone)
    if not form.is_valid():
        return _refused(request, *form.reasons)
    starts_at, place = form.cleaned_data["starts_at"], form.cleaned_data["place"]
    place = place or appointment.place
    if request.method == "POST":
        return _move(request, appointment, starts_at, place, form.cleaned_data["open_time"])
    found = outlook.of_move(
        appointment=appointment, starts_at=starts_at, place=place, now=utc_now()
    )
    context = {"appointment": appointment, "outlook": found, "form": form, "zone": zone}
    why = WHY.get(found.reason) if found.reason else ""
    return render(request, "booking/therapist/ask_move.html", context | {"why": why})


def _move(
    request: HttpRequest, appointment: Appointment, starts_at: datetime, place: str, opens: bool
) -> HttpResponse:
    try:
        moved = appointments.reschedule(
            appointment=appointment,
            starts_at=starts_at,
            place=place,
            outside_hours=opens,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except NotOpen as error:
        return _refused(request, WHY[error.reason])
    except NotAllowed:
        return _refused(request, OVER)
    zone = Practice.get().zone
    undo = offer_of(moved, by=current_user(request), now=utc_now(), zone=zone)
    context = {"appointment": moved, "undo": undo, "zone": zone}
    return _done(request, "booking/therapist/said_moved.html", context)


@therapist_only
def time_ask(request: HttpRequest) -> HttpResponse:
    """GET: what a stretch of empty time could become. POST: close or open it."""
    practitioner, zone = practitioner_of(request), Practice.get().zone
    form = SpanForm(request.POST or request.GET, zone=zone)
    if not form.is_valid():
        return _refused(request, *form.reasons)
    starts_at, ends_at = form.cleaned_data["starts_at"], form.cleaned_data["ends_at"]
    kind = form.cleaned_data["kind"]
    if request.method == "POST" and kind:
        change = time_off.add(
            practitioner=practitioner,
            kind=ExceptionKind(kind),
            starts_at=starts_at,
            ends_at=ends_at,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
        return _said_time(request, change, is_new=True)
    context = {"form": form, "starts_at": starts_at, "ends_at": ends_at, "zone": zone}
    context["is_one_day"] = starts_at.astimezone(zone).date() == ends_at.astimezone(zone).date()
    context["still_booked"] = time_off.booked_between(practitioner, starts_at, ends_at)
    return render(request, "booking/therapist/ask_time.html", context)


@therapist_only
def time_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Other times for time off or extra time: a page, or the question after a drag."""
    exception = get_object_or_404(
        AvailabilityException, public_id=public_id, practitioner=practitioner_of(request)
    )
    zone = Practice.get().zone
    if request.headers.get("HX-Request"):
        return _ask_change(request, exception)
    form = TimeOffForm(
        request.POST or None,
        initial=_as_it_stands(exception),
        zone=zone,
        kind=ExceptionKind(exception.kind),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change = time_off.change(
                exception=exception,
                starts_at=given["starts_at"],
                ends_at=given["ends_at"],
                place=given.get("place", ""),
                note=given["note"],
                by=current_user(request),
                source=source_of(request),
                now=utc_now(),
            )
        except time_off.EntryGone as error:
            raise Http404 from error
        return _after_change(request, change)
    context = {"form": form, "exception": exception, "zone": zone}
    return render(request, "booking/therapist/time_change.html", context)


def _after_change(request: HttpRequest, change: time_off.Change) -> HttpResponse:
    zone = Practice.get().zone
    if change.still_booked:
        context = {"change": change, "zone": zone}
        return render(request, "booking/therapist/still_booked.html", context)
    day = change.exception.starts_at.astimezone(zone).date()
    return redirect(f"{reverse('booking:therapist_week')}?day={day}")


def _ask_change(request: HttpRequest, exception: AvailabilityException) -> HttpResponse:
    form = SpanForm(request.POST or request.GET, zone=Practice.get().zone)
    if not form.is_valid():
        return _refused(request, *form.reasons)
    starts_at, ends_at = form.cleaned_data["starts_at"], form.cleaned_data["ends_at"]
    if request.method == "POST":
        return _change(request, exception, starts_at, ends_at)
    practitioner = exception.practitioner
    booked = time_off.booked_between(practitioner, starts_at, ends_at) if exception.closes else []
    context = {"exception": exception, "form": form, "zone": form.zone, "still_booked": booked}
    context |= {"starts_at": starts_at, "ends_at": ends_at}
    return render(request, "booking/therapist/ask_change.html", context)


def _change(
    request: HttpRequest,
    exception: AvailabilityException,
    starts_at: datetime,
    ends_at: datetime,
) -> HttpResponse:
    try:
        change = time_off.change(
            exception=exception,
            starts_at=starts_at,
            ends_at=ends_at,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except time_off.EntryGone:
        return _refused(request, GONE)
    return _said_time(request, change, is_new=False)


def _said_time(request: HttpRequest, change: time_off.Change, *, is_new: bool) -> HttpResponse:
    context = {"change": change, "is_new": is_new, "zone": Practice.get().zone}
    return _done(request, "booking/therapist/said_time.html", context)


def _as_it_stands(one: AvailabilityException) -> dict[str, Any]:
    zone = Practice.get().zone
    first, last = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    return {
        "first_on": first.date(),
        "first_at": first.time(),
        "last_on": last.date(),
        "last_at": last.time(),
        "place": one.place,
        "note": one.note,
    }


def _appointment(request: HttpRequest, public_id: UUID) -> Appointment:
    rows = Appointment.objects.exclude(status__in=[Status.HELD, Status.EXPIRED]).select_related(
        "client__user", "session_type__practitioner"
    )
    return get_object_or_404(rows, public_id=public_id, practitioner=practitioner_of(request))


def _done(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return _say(request, template, context, "calendar:done")


def _refused(request: HttpRequest, *reasons: str) -> HttpResponse:
    context = {"reasons": reasons}
    return _say(request, "booking/therapist/said_refused.html", context, "calendar:refused")


def _say(request: HttpRequest, template: str, context: dict[str, Any], event: str) -> HttpResponse:
    """Into the calendar's live region, wherever the script had asked to put the answer."""
    response = reswap(retarget(render(request, template, context), MESSAGE), "innerHTML")
    return trigger_client_event(response, event, {})
