"""The therapist's calendar: lists that any reader can use, and over them a real calendar."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import Practice
from accounts.policies import therapist_only
from booking.calendar_years import YEARS
from booking.diary_span import DiarySpan, View
from booking.models import Appointment, Practitioner
from booking.services import diary
from booking.views.diary_feed import KINDS, events_of
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

__all__ = ["KINDS", "parse_day", "practitioner_of", "therapist_events", "therapist_week"]

LONGEST_SPAN = 45


@therapist_only
def therapist_week(request: HttpRequest) -> HttpResponse:
    practitioner, zone, now = practitioner_of(request), Practice.get().zone, utc_now()
    today = now.astimezone(zone).date()
    day = parse_day(request.GET.get("day", "")) or today
    span = DiarySpan.around(_view(request.GET.get("view", "")), day)
    days = diary.days(
        practitioner=practitioner, first=span.first, count=span.count, zone=zone, now=now
    )
    _record_read(request, span.first, span.count, _booked(days), now)
    shown = [one for one in days if one.entries or not span.only_filled]
    context: dict[str, Any] = {"span": span, "day": day, "days": shown, "today": today}
    context |= {"views": list(View), "zone": zone}
    return render(request, "booking/therapist/week.html", context)


@therapist_only
def therapist_events(request: HttpRequest) -> HttpResponse:
    """What the calendar shows from `start` to before `end`, at wall-clock times."""
    first, last = (parse_day(request.GET.get(name, "")[:10]) for name in ("start", "end"))
    if first is None or last is None or not 0 < (last - first).days <= LONGEST_SPAN:
        return JsonResponse({"error": "start and end are dates at most 45 days apart"}, status=400)
    practitioner, zone, now = practitioner_of(request), Practice.get().zone, utc_now()
    count = (last - first).days
    begins, ends = diary.bounds(zone, first, count)
    found = diary.between(practitioner=practitioner, begins=begins, ends=ends, now=now)
    hours = diary.open_hours(practitioner, [first + timedelta(days=n) for n in range(count)])
    _record_read(request, first, count, found.appointments, now)
    response = JsonResponse(events_of(found, hours, zone), safe=False)
    response["Cache-Control"] = "no-store"
    return response


def practitioner_of(request: HttpRequest) -> Practitioner:
    """The diary of the therapist who is signed in; 404 for one without a diary."""
    return get_object_or_404(Practitioner, user_id=request.user.pk)


def parse_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _view(text: str) -> View:
    return View(text) if text in set(View) else View.WEEK


def _booked(days: Iterable[diary.Day]) -> list[Appointment]:
    return [one for day in days for one in day.appointments]


def _record_read(
    request: HttpRequest, first: date, count: int, booked: Iterable[Appointment], now: datetime
) -> None:
    clients = sorted({one.client_id for one in booked if one.client_id})
    audit.record(
        action="diary.read",
        by=request.user,
        source=source_of(request),
        detail={"first": first.isoformat(), "days": count, "clients": clients},
        now=now,
    )
