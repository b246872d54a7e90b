"""The therapist's week: an agenda that any reader can use, and over it a real calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.models import Practice
from accounts.policies import therapist_only
from booking.models import Appointment, AvailabilityException, Place, Practitioner
from booking.services import diary
from booking.states import Status
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

WEEK = 7
LONGEST_SPAN = 45
KINDS = {
    Status.CONFIRMED: "good",
    Status.COMPLETED: "",
    Status.REQUESTED: "warn",
    Status.HELD: "",
    Status.NO_SHOW: "danger",
    Status.LATE_CANCELLED: "danger",
}


@dataclass(frozen=True)
class Week:
    first: date

    @classmethod
    def of(cls, day: date) -> "Week":
        return cls(day - timedelta(days=day.weekday()))

    @property
    def last(self) -> date:
        return self.first + timedelta(days=WEEK - 1)

    @property
    def previous(self) -> date:
        return self.first - timedelta(days=WEEK)

    @property
    def next(self) -> date:
        return self.first + timedelta(days=WEEK)


@therapist_only
def therapist_week(request: HttpRequest) -> HttpResponse:
    practitioner, zone, now = practitioner_of(request), Practice.get().zone, utc_now()
    today = now.astimezone(zone).date()
    week = Week.of(parse_day(request.GET.get("day", "")) or today)
    days = diary.days(practitioner=practitioner, first=week.first, count=WEEK, zone=zone, now=now)
    _record_read(request, days, now)
    context = {"week": week, "days": days, "today": today, "zone": zone, "kinds": KINDS}
    return render(request, "booking/therapist/week.html", context)


@therapist_only
def therapist_events(request: HttpRequest) -> HttpResponse:
    """The same days as the calendar wants them: wall-clock times of the practice's zone."""
    first, last = (parse_day(request.GET.get(name, "")[:10]) for name in ("start", "end"))
    if first is None or last is None or not 0 < (last - first).days <= LONGEST_SPAN:
        return JsonResponse({"error": "start and end are dates at most 45 days apart"}, status=400)
    practitioner, zone, now = practitioner_of(request), Practice.get().zone, utc_now()
    days = diary.days(
        practitioner=practitioner, first=first, count=(last - first).days, zone=zone, now=now
    )
    _record_read(request, days, now)
    events = [event for day in days for event in _events(day, zone)]
    response = JsonResponse(events, safe=False)
    response["Cache-Control"] = "no-store"
    return response


def practitioner_of(request: HttpRequest) -> Practitioner:
    """The diary of the therapist who is signed in; 404 for one without a diary."""
    return get_object_or_404(Practitioner, user_id=request.user.pk)


def parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _record_read(request: HttpRequest, days: list[diary.Day], now: datetime) -> None:
    clients = sorted({a.client_id for day in days for a in day.appointments if a.client_id})
    audit.record(
        action="diary.read",
        by=request.user,
        source=source_of(request),
        detail={"first": days[0].on.isoformat(), "days": len(days), "clients": clients},
        now=now,
    )


def _events(day: diary.Day, zone: ZoneInfo) -> list[dict[str, Any]]:
    open_hours = [
        {
            "start": f"{day.on}T{rule.starts:%H:%M}:00",
            "end": f"{day.on}T{rule.ends:%H:%M}:00",
            "display": "background",
            "classNames": ["open-hours"],
        }
        for rule in day.hours
    ]
    exceptions = [
        _exception_event(one, zone)
        for one in day.exceptions
        if one.starts_at.astimezone(zone).date() == day.on
    ]
    return open_hours + exceptions + [_appointment_event(one, zone) for one in day.appointments]


def _exception_event(one: AvailabilityException, zone: ZoneInfo) -> dict[str, Any]:
    closes = one.closes
    return {
        "id": f"time-{one.public_id}",
        "title": "Time off" if closes else "Extra time",
        "start": _wall(one.starts_at, zone),
        "end": _wall(one.ends_at, zone),
        "classNames": ["time-off" if closes else "extra-time"],
        "extendedProps": {"url": reverse("booking:time_remove", args=[one.public_id])},
        "editable": False,
    }


def _appointment_event(one: Appointment, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": str(one.public_id),
        "title": who(one),
        "start": _wall(one.starts_at, zone),
        "end": _wall(one.ends_at, zone),
        "classNames": ["appointment", one.status],
        "editable": one.status == Status.CONFIRMED,
        "extendedProps": {
            "url": reverse("booking:therapist_appointment", args=[one.public_id]),
            "move": reverse("booking:therapist_move", args=[one.public_id]),
            "what": one.session_type.name,
            "status": one.get_status_display(),
            "place": Place(one.place).label,
        },
    }


def who(one: Appointment) -> str:
    return one.client.display_name if one.client else "Held by a visitor"


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
