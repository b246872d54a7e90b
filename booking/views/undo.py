"""Taking back what was just done: the button on the page after a change, without a script."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.models import User
from accounts.policies import client_only, therapist_only
from booking import wording
from booking.models import Appointment, AppointmentChange
from booking.services import changes
from booking.services.changes import UndoneAlready, UndoOver
from booking.states import NotAllowed
from portal.shared.clock import utc_now
from portal.shared.request import source_of

DONE = "It is as it was before. Nobody was told."
OVER = "This can't be taken back any more."
MAIL_LATER = "No mail goes out before {clock}; until then you can undo it."
DID = {
    "reschedule": "The appointment has moved.",
    "cancel": "The appointment is cancelled.",
    "cancel_late": "The appointment is cancelled.",
    "approve": "The request is agreed to.",
    "decline": "The request is declined.",
    "complete": "Noted: the session took place.",
    "mark_no_show": "Noted: the client did not come.",
}


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """What can be taken back, in the words of a page."""

    url: str
    did: str
    clock: str
    count: int


@client_only
@require_POST
def change_undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """A client takes back what they did themselves."""
    rows = _undo(request, batch)
    if len(rows) == 1:
        return redirect("booking:appointment", rows[0].public_id)
    return redirect("booking:appointments")


@therapist_only
@require_POST
def therapist_undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The therapist takes back what she did herself."""
    rows = _undo(request, batch)
    if len(rows) == 1:
        return redirect("journeys:therapist_appointment", rows[0].public_id)
    series = rows[0].series
    if series:
        return redirect("booking:therapist_series", series.public_id)
    return redirect("booking:therapist_week")


def offer_of(
    appointment: Appointment, *, by: User, now: datetime, zone: ZoneInfo
) -> UndoOffer | None:
    """The last change of this appointment, where this person may still take it back."""
    change = changes.last_open(appointment, by=by, now=now)
    if change is None:
        return None
    name = "booking:therapist_undo" if by.is_therapist else "booking:change_undo"
    return UndoOffer(
        url=reverse(name, args=[change.batch]),
        did=DID[change.action],
        clock=wording.clock(change.undo_until, zone),
        count=AppointmentChange.objects.filter(batch=change.batch).count(),
    )


def mail_later(now: datetime, zone: ZoneInfo) -> str:
    """`No mail goes out before 10:33 am; until then you can undo it.`"""
    return MAIL_LATER.format(clock=wording.clock(now + changes.UNDO, zone))


def _undo(request: HttpRequest, batch: UUID) -> list[Appointment]:
    """The appointments of the batch, taken back or not. Somebody else's batch does not exist."""
    by = current_user(request)
    own = Appointment.objects.filter(changes__batch=batch, changes__made_by=by).distinct()
    rows = list(own.order_by("starts_at"))
    if not rows:
        raise Http404
    _say(
        request, lambda: changes.undo(batch=batch, by=by, now=utc_now(), source=source_of(request))
    )
    return rows


def _say(request: HttpRequest, take_back: Callable[[], object]) -> None:
    try:
        take_back()
    except UndoneAlready:
        messages.info(request, DONE)
    except (UndoOver, NotAllowed):
        messages.warning(request, OVER)
    else:
        messages.success(request, DONE)
