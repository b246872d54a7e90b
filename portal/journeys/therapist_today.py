"""The therapist's today, for a phone: the next client first, then the rest of the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking.models import Appointment, Place, Practitioner
from booking.services import calendar_overview, diary, requests
from booking.states import Status
from intake.models import SafetyAlert
from intake.services.withdrawing import treatment_withdrawn
from portal.journeys.appointment_panel import IntakeState, intake_states, owing
from portal.journeys.coming_of_age import coming_of_age
from portal.journeys.consent_notices import unseen_withdrawals
from portal.journeys.packet_trouble import intakes_in_trouble
from portal.journeys.records import requests as records_requests
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

SHOWN_NEXT = 6
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Session:
    """An appointment with what other rooms know of it."""

    appointment: Appointment
    intake: IntakeState
    owes: bool
    is_unnoted: bool
    """It is over, and nobody has said yet what came of it."""

    @property
    def video_link(self) -> str:
        by_video = self.appointment.place == Place.TELEHEALTH
        return str(self.appointment.practitioner.video_link) if by_video else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the day: an entry, and its session where it has a client."""

    entry: diary.Entry
    session: Session | None


@therapist_only
def therapist_today(request: HttpRequest) -> HttpResponse:
    practitioner, now, zone = _practitioner(request), utc_now(), Practice.get().zone
    (today,) = diary.days(
        practitioner=practitioner, first=now.astimezone(zone).date(), count=1, zone=zone, now=now
    )
    upcoming, asked = _coming(practitioner, now), _asked(practitioner, now)
    sessions = _sessions([*today.appointments, *upcoming[:1]], now)
    minors = coming_of_age(practitioner, now=now)
    of_age = [one.client.pk for one in minors]
    _record_read(request, today, now, [*upcoming, *asked], of_age=of_age)
    next_one = next((one for one in [*today.appointments, *upcoming] if _is_ahead(one, now)), None)
    context = {
        "today": today.on,
        "zone": zone,
        "practice": Practice.get(),
        "next": sessions[next_one.pk] if next_one else None,
        "begins": _until(next_one, now) if next_one else "",
        "lines": _lines(today, sessions, besides=next_one),
        "alerts": open_alerts(practitioner),
        "withdrawals": unseen_withdrawals(current_user(request)),
        "lacks_consent": bool(
            next_one and next_one.client and treatment_withdrawn(next_one.client, now=now)
        ),
        "packet_trouble": intakes_in_trouble(practitioner),
        "coming_of_age": minors,
        "requests": asked,
        "records_due": records_requests.open_for(current_user(request)),
        "calendars": calendar_overview.trouble(practitioner, now=now),
        "coming": [one for one in upcoming if one != next_one],
    }
    return render(request, "journeys/therapist_today.html", context)


def _practitioner(request: HttpRequest) -> Practitioner:
    return get_object_or_404(Practitioner, user_id=request.user.pk)


def open_alerts(practitioner: Practitioner) -> list[SafetyAlert]:
    """What speaks of danger and nobody has answered yet, the oldest first."""
    return list(
        SafetyAlert.objects.unacknowledged()
        .filter(practitioner=practitioner)
        .select_related("client")
        .order_by("raised_at")
    )


def _sessions(appointments: list[Appointment], now: datetime) -> dict[int, Session]:
    known = {one.pk: one for one in appointments if one.client}
    states = intake_states(known.values())
    owes = owing([one.client for one in known.values() if one.client])
    return {
        pk: Session(one, states[pk], one.client_id in owes, _is_unnoted(one, now))
        for pk, one in known.items()
    }


def _lines(
    today: diary.Day, sessions: dict[int, Session], *, besides: Appointment | None
) -> list[Line]:
    """In the order of the clock with the gaps between; the next client stands above already."""
    entries = diary.with_gaps(today.entries)
    return [
        Line(entry, sessions.get(entry.appointment.pk) if entry.appointment else None)
        for entry in entries
        if entry.appointment is None or entry.appointment != besides
    ]


def _is_unnoted(one: Appointment, now: datetime) -> bool:
    return one.status == Status.CONFIRMED and one.ends_at <= now


def _is_ahead(one: Appointment, now: datetime) -> bool:
    return one.status == Status.CONFIRMED and one.ends_at > now


def _until(one: Appointment, now: datetime) -> str:
    """`now`, `in 25 minutes`, `in 3 hours`; on another day nothing: the date says it."""
    left = one.starts_at - now
    if left <= timedelta(0):
        return "now"
    minutes = -int(-left.total_seconds() // 60)
    if minutes < 60:
        return f"in {minutes} minute{'' if minutes == 1 else 's'}"
    hours = round(minutes / 60)
    return f"in {hours} hour{'' if hours == 1 else 's'}" if left < A_DAY / 2 else ""


def _asked(practitioner: Practitioner, now: datetime) -> list[Appointment]:
    """Requests without an answer, the oldest first."""
    return list(requests.waiting(practitioner, now=now).order_by("created_at"))


def _coming(practitioner: Practitioner, now: datetime) -> list[Appointment]:
    """The next ones after today, so that nothing comes as a surprise."""
    zone = Practice.get().zone
    tomorrow = diary.bounds(zone, now.astimezone(zone).date(), 1)[1]
    rows = Appointment.objects.filter(
        practitioner=practitioner, status=Status.CONFIRMED, starts_at__gte=tomorrow
    ).select_related("client__user", "session_type", "practitioner", "series")
    return list(rows.order_by("starts_at")[:SHOWN_NEXT])


def _record_read(
    request: HttpRequest,
    today: diary.Day,
    now: datetime,
    besides: list[Appointment],
    *,
    of_age: list[int],
) -> None:
    shown = [*today.appointments, *besides]
    audit.record(
        action="diary.read",
        by=request.user,
        source=source_of(request),
        detail={
            "first": today.on.isoformat(),
            "days": 1,
            "clients": sorted({*of_age, *(one.client_id for one in shown if one.client_id)}),
        },
        now=now,
    )
