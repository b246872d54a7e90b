"""The hold of this browser: finding it, and saying it in the visitor's clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from booking import wording
from booking.calendar_page import TimeButton
from booking.models import Appointment, Place
from booking.services.holds import LONGEST_KEPT
from booking.services.notices import PLACE_WORDS
from booking.services.open_slots import Overlook
from booking.states import Status
from booking.views import decoy
from booking.views.calendar_request import asked_for
from booking.views.visitor import clocks_of, holder_of
from portal.shared.clock import utc_now

ENDING = timedelta(minutes=3)
View = Callable[[HttpRequest, Appointment], HttpResponse]
Guarded = Callable[[HttpRequest, UUID], HttpResponse]


@dataclass(frozen=True, slots=True)
class Kept:
    """The time that is kept, as every step shows it."""

    public_id: UUID
    what: str
    elsewhere: str
    place: str
    name: str
    minutes: int
    until: datetime
    until_clock: str
    state: str
    can_extend: bool


def own_hold(view: View) -> Guarded:
    """Load the hold of this browser; anybody else's does not exist. What is over leads on."""
    return _guard(view, ended)


def own_hold_or_decoy(view: View) -> Guarded:
    """The first page looks the same to a program that fell into a trap; no other page does."""
    return _guard(view, view)


def _guard(view: View, decoyed: View) -> Guarded:
    @wraps(view)
    def guarded(request: HttpRequest, public_id: UUID) -> HttpResponse:
        false = decoy.recall(request, public_id)
        if false:
            return ended(request, false) if is_over(false, utc_now()) else decoyed(request, false)
        row = find(request, public_id)
        if row.status not in (Status.HELD, Status.EXPIRED):
            return redirect("journeys:hold_confirmed", row.public_id)
        if is_over(row, utc_now()):
            return ended(request, row)
        return view(request, row)

    return guarded


def find(request: HttpRequest, public_id: UUID) -> Appointment:
    """The row that this browser kept. Raises Http404."""
    holder = holder_of(request)
    rows = Appointment.objects.filter(public_id=public_id, holder=holder).exclude(holder="")
    row = rows.select_related("session_type__practitioner").first()
    if row is None:
        raise Http404
    return row


def is_over(row: Appointment, now: datetime) -> bool:
    """Whether the time is no longer kept."""
    return row.status != Status.HELD or row.held_until is None or row.held_until <= now


def kept(request: HttpRequest, row: Appointment, now: datetime) -> Kept:
    """The words about a hold; server time throughout."""
    clocks = clocks_of(request)
    until = row.held_until or now
    button = clocks.button(row.starts_at)
    return Kept(
        public_id=row.public_id,
        what=button.label,
        elsewhere=button.elsewhere,
        place=PLACE_WORDS[Place(row.place)],
        name=row.session_type.name,
        minutes=wording.minutes_left(until, now),
        until=until,
        until_clock=wording.clock(until, clocks.visitor),
        state="ended" if is_over(row, now) else _state(until - now),
        can_extend=row.held_at is not None and until < row.held_at + LONGEST_KEPT,
    )


def ended(request: HttpRequest, row: Appointment) -> HttpResponse:
    """The time is no longer kept: say so kindly, offer it again or the nearest ones."""
    now = utc_now()
    context = {
        "kept": kept(request, row, now),
        "nearest": _nearest(request, row, now),
        "place": row.place,
        "action": reverse("booking:hold_create", args=[row.session_type.slug]),
        "calendar_url": reverse("booking:calendar", args=[row.session_type.slug]),
    }
    return render(request, "journeys/hold_ended.html", context, status=410)


def _nearest(request: HttpRequest, row: Appointment, now: datetime) -> list[TimeButton]:
    clocks = clocks_of(request)
    asked = asked_for(
        request,
        row.session_type,
        clocks.practice,
        now=now,
        place=row.place,
        overlook=Overlook(holder=row.holder),
    )
    return [clocks.button(slot.starts_at) for slot in asked.nearest(row.starts_at)]


def _state(left: timedelta) -> str:
    return "ending" if left <= ENDING else "held"
