"""Time off, extra time and public holidays on one page."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking import wording
from booking.models import AvailabilityException
from booking.services import days_off
from booking.views.therapist_week import parse_day, practitioner_of
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@dataclass(frozen=True)
class Entry:
    """Time off or extra time with its days and hours in words."""

    item: AvailabilityException
    when: str


@dataclass(frozen=True)
class Holiday:
    """A suggestion with its day in words."""

    on: date
    when: str
    name: str
    who: str
    suggestion: days_off.Suggestion


@therapist_only
def therapist_days_off(request: HttpRequest) -> HttpResponse:
    practitioner, now = practitioner_of(request), utc_now()
    practice = Practice.get()
    entries = days_off.coming(practitioner, now)
    found = days_off.suggestions(
        practitioner=practitioner,
        entries=entries,
        state=practice.state,
        zone=practice.zone,
        now=now,
    )
    context = {
        "entries": [_entry(one, practice.zone) for one in entries],
        "holidays": [_holiday(one, practice.state) for one in found],
    }
    return render(request, "booking/therapist/days_off.html", context)


@therapist_only
@require_POST
def holiday_close(request: HttpRequest) -> HttpResponse:
    on, practice = parse_day(request.POST.get("on", "")), Practice.get()
    if on is None:
        raise Http404
    try:
        change = days_off.close_holiday(
            practitioner=practitioner_of(request),
            on=on,
            state=practice.state,
            zone=practice.zone,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except days_off.NotSuggested as error:
        raise Http404 from error
    if change and change.still_booked:
        context = {"change": change, "zone": practice.zone}
        return render(request, "booking/therapist/still_booked.html", context)
    messages.success(request, f"{wording.day_and_year(on)} is closed. Visitors see it at once.")
    return redirect("booking:therapist_days_off")


def _entry(one: AvailabilityException, zone: ZoneInfo) -> Entry:
    return Entry(one, wording.stretch(one.starts_at, one.ends_at, zone))


def _holiday(one: days_off.Suggestion, state: str) -> Holiday:
    who = f"State of {state}" if one.holiday.in_state else "Federal"
    on = one.holiday.on
    return Holiday(on, wording.day_and_year(on), one.holiday.name, who, one)
