"""One appointment in the therapist's hands: who, how to meet, the intake, what is open, what to do.

The calendar shows it in a panel, everybody else as a page; both say the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.guards import current_user
from accounts.models import Client, Practice
from accounts.policies import therapist_only
from billing.models import Charge
from booking import reminder_words
from booking.models import Appointment, Practitioner
from booking.states import Status
from booking.views.diary_feed import KINDS, place_in_series
from booking.views.undo import offer_of
from intake.models import Intake, SafetyAlert
from intake.services.pages import Pages
from portal.journeys.consent_notices import consents_of
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.money import format_usd
from portal.shared.request import source_of


@dataclass(frozen=True, slots=True)
class IntakeState:
    """How far one intake is, in parts. `intake` None: nothing was asked."""

    intake: Intake | None
    done: int = 0
    parts: int = 0

    @property
    def words(self) -> str:
        if self.intake is None:
            return "No intake is asked for"
        if self.intake.completed_at:
            return "Complete"
        return f"{self.done} of {self.parts} parts filled in"

    @property
    def is_open(self) -> bool:
        return self.intake is not None and self.intake.completed_at is None


def intake_states(appointments: Iterable[Appointment]) -> dict[int, IntakeState]:
    """By appointment; the same few queries for one and for many."""
    found = {one.pk: IntakeState(None) for one in appointments}
    for intake in Intake.objects.filter(appointment__in=found).with_answers():
        parts = Pages(intake, intake.responses.all()).parts
        done = sum(part.is_done for part in parts)
        found[intake.appointment_id] = IntakeState(intake, done, len(parts))
    return found


def owing(clients: Iterable[Client]) -> set[int]:
    """Those of them by whom something is owed."""
    return set(Charge.objects.filter(client__in=clients).owed().values_list("client_id", flat=True))


@therapist_only
def therapist_appointment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page; for the calendar's script, its inside alone."""
    practitioner = get_object_or_404(Practitioner, user_id=request.user.pk)
    rows = Appointment.objects.exclude(status=Status.EXPIRED).select_related(
        "client__user", "session_type", "practitioner", "series"
    )
    appointment = get_object_or_404(rows, public_id=public_id, practitioner=practitioner)
    now = utc_now()
    audit.record(
        action="appointment.read",
        by=request.user,
        obj=appointment,
        client=appointment.client,
        source=source_of(request),
        now=now,
    )
    inside = request.headers.get("HX-Request")
    template = "journeys/appointment_panel.html" if inside else "journeys/appointment_page.html"
    zone = Practice.get().zone
    undo = offer_of(appointment, by=current_user(request), now=now, zone=zone)
    return render(request, template, {"undo": undo, "zone": zone, **_context(appointment, now)})


def _context(appointment: Appointment, now: datetime) -> dict[str, Any]:
    client, practice = appointment.client, Practice.get()
    return {
        "appointment": appointment,
        "practice": practice,
        "kind": KINDS.get(Status(appointment.status), ""),
        "series": place_in_series(appointment),
        "intake": intake_states([appointment])[appointment.pk],
        "owed": _owed(client) if client else "",
        "reminders": reminder_words.lines(appointment.reminders.all(), practice.zone),
        "alerts": _alerts(client) if client else [],
        "consents": consents_of(client, now=now) if client else None,
        **_acts(appointment, now),
    }


def _acts(appointment: Appointment, now: datetime) -> dict[str, bool]:
    """What can be done with it now."""
    settled = (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)
    is_over = appointment.ends_at <= now
    return {
        "is_upcoming": appointment.status == Status.CONFIRMED and not is_over,
        "is_asked": appointment.status == Status.REQUESTED and appointment.starts_at > now,
        "can_settle": appointment.status in settled and appointment.starts_at <= now,
    }


def _owed(client: Client) -> str:
    """The total alone: what it is for is the billing desk's business."""
    cents = Charge.objects.of(client).owed().total_cents()
    return format_usd(cents) if cents else ""


def _alerts(client: Client) -> list[SafetyAlert]:
    return list(SafetyAlert.objects.unacknowledged().filter(client=client).select_related("client"))
