"""Time off and extra time."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking.forms_time_off import How, TimeForm
from booking.models import AvailabilityException, ExceptionKind
from booking.services import time_off
from booking.views.therapist_week import parse_day, practitioner_of
from portal.shared.clock import utc_now
from portal.shared.request import source_of

WORDS = {ExceptionKind.CLOSED: "Take time off", ExceptionKind.EXTRA: "Open extra time"}


@therapist_only
def time_off_create(request: HttpRequest) -> HttpResponse:
    return _create(request, ExceptionKind.CLOSED)


@therapist_only
def extra_time_create(request: HttpRequest) -> HttpResponse:
    return _create(request, ExceptionKind.EXTRA)


def _create(request: HttpRequest, kind: ExceptionKind) -> HttpResponse:
    zone = Practice.get().zone
    form = TimeForm(request.POST or None, initial=_initial(request), zone=zone, kind=kind)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        change = time_off.add_each(
            practitioner=practitioner_of(request),
            kind=kind,
            spans=given["spans"],
            place=given.get("place", ""),
            note=given["note"],
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
        return _after(request, change)
    context = {"form": form, "title": WORDS[kind], "zone": zone}
    return render(request, "booking/therapist/time.html", context)


def _after(request: HttpRequest, change: time_off.Change) -> HttpResponse:
    day = change.exception.starts_at.astimezone(Practice.get().zone).date()
    if change.still_booked:
        context = {"change": change, "zone": Practice.get().zone}
        return render(request, "booking/therapist/still_booked.html", context)
    messages.success(request, "Done. Visitors see it at once.")
    return redirect(f"{reverse('booking:therapist_week')}?day={day}")


@therapist_only
def time_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    practitioner = practitioner_of(request)
    exception = get_object_or_404(
        AvailabilityException, public_id=public_id, practitioner=practitioner
    )
    if request.method == "POST":
        time_off.remove(
            exception=exception,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
        messages.success(request, "Taken back. Your weekly hours hold again.")
        from_list = request.GET.get("from") == "list"
        return redirect(f"booking:{'therapist_days_off' if from_list else 'therapist_week'}")
    context = {"exception": exception, "zone": Practice.get().zone}
    return render(request, "booking/therapist/time_remove.html", context)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """From the calendar: the stretch that was drawn. Otherwise the whole of today."""
    today = utc_now().astimezone(Practice.get().zone).date()
    first, first_at = _wall(request.GET.get("start", ""))
    last, last_at = _wall(request.GET.get("end", ""))
    return {
        "how": How.STRETCH if first_at and last_at else How.WHOLE_DAYS,
        "first_on": first or today,
        "first_at": first_at or time(9),
        "last_on": last or first or today,
        "last_at": last_at or time(18),
    }


def _wall(text: str) -> tuple[Any, time | None]:
    day = parse_day(text[:10])
    try:
        return day, datetime.fromisoformat(text).time() if day and "T" in text else None
    except ValueError:
        return day, None
