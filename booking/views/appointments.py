"""A client's own appointments: see them, take the calendar file, move or cancel one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.guards import current_user, find_client_of
from accounts.models import Client, Practice
from accounts.policies import client_only
from booking import wording, zones
from booking.calendar_file import FILE_NAME, calendar_file
from booking.calendar_page import Clocks
from booking.forms import CancelForm
from booking.licence_words import only_at_the_office
from booking.models import Appointment, Place, SessionType
from booking.services import appointments as services
from booking.services import changes
from booking.services.appointments import TooLateToMove
from booking.services.licence import NotLicensedThere
from booking.services.notices import PLACE_WORDS, entry_of
from booking.services.open_slots import NotOpen, move_terms
from booking.states import NotAllowed, Party, Status, target_of
from booking.views.calendar import (
    calendar_context,
    parse_moment,
    refusal_words,
    refused_context,
)
from booking.views.calendar_request import Asked, asked_for
from booking.views.public import Fact
from booking.views.undo import mail_later, offer_of
from booking.views.visitor import clocks_of, remember_zone
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.money import format_usd
from portal.shared.request import source_of

KINDS = {
    Status.REQUESTED: "warn",
    Status.CONFIRMED: "good",
    Status.LATE_CANCELLED: "danger",
    Status.NO_SHOW: "danger",
}
PAST_SHOWN = 100
NOT_ANY_MORE = "This appointment can't be changed any more."


@dataclass(frozen=True, slots=True)
class Card:
    """One appointment in the words of a page, in the visitor's zone."""

    public_id: UUID
    name: str
    when: str
    elsewhere: str
    place: str
    where: str
    status: str
    kind: str
    session_type: SessionType
    may_move: bool
    may_cancel: bool
    is_off: bool
    is_request: bool
    was_agreed: bool
    repeats: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What it takes to write about appointments: whose clocks, what time it is, the office."""

    clocks: Clocks
    now: datetime
    office: str


@client_only
@never_cache
def appointments(request: HttpRequest) -> HttpResponse:
    """What is to come, and what was."""
    client, now = find_client_of(current_user(request)), utc_now()
    look = _look(request, now)
    rows = Appointment.objects.of_client(client) if client else Appointment.objects.none()
    rows = rows.select_related("session_type")
    if client:
        _read(request, "appointment.list", client, client, now)
    context = {
        "upcoming": [card_of(row, look) for row in rows.upcoming(now).order_by("starts_at")],
        "past": [card_of(row, look) for row in rows.over(now)[:PAST_SHOWN]],
        "city": zones.city(look.clocks.visitor),
    }
    return render(request, "booking/appointments.html", context)


@client_only
@never_cache
def appointment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One appointment: facts, policy, calendar file, ways to change it."""
    row, now = _load(request, public_id), utc_now()
    _read(request, "appointment.read", row, row.client, now)
    return render(request, "booking/appointment.html", _context(request, row, now))


@client_only
@require_safe
def appointment_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The appointment for a calendar program."""
    row, now = _load(request, public_id), utc_now()
    if row.confirmed_at is None:
        raise Http404  # nothing is agreed that a calendar could hold
    _read(request, "appointment.file", row, row.client, now)
    entry = entry_of(row, now=now)
    response = HttpResponse(calendar_file(entry), content_type=entry.content_type)
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    response["Cache-Control"] = "no-store"
    return response


@client_only
@never_cache
@vary_on_headers("HX-Request")
def appointment_reschedule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose another time in the calendar, see what changes, and only then move."""
    row, now = _load(request, public_id), utc_now()
    if not _may_move(row, now):
        return _too_late(request, row)
    if request.method == "POST":
        return _move(request, row, now)
    wanted = parse_moment(request.GET.get("start", ""))
    if wanted:
        return _ask_to_move(request, row, wanted, now)
    return _calendar(request, row, now)


@client_only
@never_cache
def appointment_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what cancelling means, then cancel."""
    row, now = _load(request, public_id), utc_now()
    if not _may_cancel(row, now):
        return _too_late(request, row)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _cancel(request, row, form.cleaned_data["reason"], now)
    context = _context(request, row, now) | {"form": form, "fee": _fee(row, now)}
    return render(request, "booking/appointment_cancel.html", context)


def card_of(row: Appointment, look: Look) -> Card:
    """What lists and pages write about an appointment."""
    zone = look.clocks.visitor
    local = row.starts_at.astimezone(zone).date()
    hours = wording.span(row.starts_at, row.ends_at, zone)
    return Card(
        public_id=row.public_id,
        name=row.session_type.name,
        when=f"{wording.day_and_year(local)}, {hours}",
        elsewhere=look.clocks.elsewhere(row.starts_at),
        place=PLACE_WORDS[Place(row.place)],
        where=look.office if row.place == Place.OFFICE else "",
        status=_status(row).label,
        kind=KINDS.get(_status(row), ""),
        session_type=row.session_type,
        may_move=_may_move(row, look.now),
        may_cancel=_may_cancel(row, look.now),
        is_off=row.status in (Status.CANCELLED, Status.LATE_CANCELLED),
        is_request=row.status == Status.REQUESTED,
        was_agreed=row.confirmed_at is not None,
        repeats=row.series_id is not None,
    )


def _ended_as(row: Appointment) -> str:
    """How a request came to its end without an appointment."""
    if row.cancelled_by is None:
        return "We could not answer your request in time"
    if row.cancelled_by.is_staff:
        return "This time was not possible"
    return "Your request is withdrawn"


def _status(row: Appointment) -> Status:
    """As a client reads it: late without a fee is simply cancelled."""
    status = Status(row.status)
    is_late_for_free = status == Status.LATE_CANCELLED and not row.late_fee_cents
    return Status.CANCELLED if is_late_for_free else status


def _load(request: HttpRequest, public_id: UUID) -> Appointment:
    client = find_client_of(current_user(request))
    rows = Appointment.objects.of_client(client) if client else Appointment.objects.none()
    rows = rows.select_related("session_type", "client__user", "cancelled_by")
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _context(request: HttpRequest, row: Appointment, now: datetime) -> dict[str, Any]:
    look = _look(request, now)
    return {
        "card": card_of(row, look),
        "facts": _facts(row, look),
        "city": zones.city(look.clocks.visitor),
        "ended_as": _ended_as(row),
        "answer": row.answer or "",
        "undo": offer_of(row, by=current_user(request), now=now, zone=look.clocks.visitor),
    }


def _facts(row: Appointment, look: Look) -> list[Fact]:
    card = card_of(row, look)
    length = int((row.ends_at - row.starts_at).total_seconds() // 60)
    return [
        Fact("How we meet", card.place),
        *([Fact("Where", card.where)] if card.where else []),
        Fact("Length", f"{length} minutes"),
        Fact("Fee", format_usd(row.price_cents) if row.price_cents else "None"),
        Fact("If plans change", row.policy.sentence, whole=True),
        *_deadline(row, look),
    ]


def _deadline(row: Appointment, look: Look) -> list[Fact]:
    if not _may_move(row, look.now):
        return []
    until = wording.day_and_clock(row.free_cancel_until, look.clocks.visitor)
    return [Fact("Free to change until", until, whole=True)]


def _calendar(
    request: HttpRequest,
    row: Appointment,
    now: datetime,
    wanted: datetime | None = None,
    refused: str = "",
) -> HttpResponse:
    asked = _asked(request, row, now)
    page = reverse("booking:appointment_reschedule", args=[row.public_id])
    context = _context(request, row, now) | calendar_context(request, asked, wanted)
    if refused:
        context |= refused_context(asked, wanted, refused)
    context |= {"calendar_url": page, "action": page, "verb": "Move to", "method": "get"}
    partial = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    name = "booking/appointment_reschedule.html" + ("#calendar" if partial else "")
    response = render(request, name, context, status=409 if refused else 200)
    remember_zone(request, response, asked.clocks.visitor)
    return response


def _asked(request: HttpRequest, row: Appointment, now: datetime) -> Asked:
    return asked_for(
        request,
        row.session_type,
        Practice.get().zone,
        now=now,
        place=row.place,
        overlook=changes.no_obstacle([row], now=now),
        terms=move_terms(row, by_therapist=False),
    )


def _ask_to_move(
    request: HttpRequest, row: Appointment, wanted: datetime, now: datetime
) -> HttpResponse:
    clocks, asked = clocks_of(request), _asked(request, row, now)
    try:
        services.check_way(row, Party.CLIENT, asked.place)
    except NotLicensedThere:
        return _calendar(request, row, now, wanted, only_at_the_office())
    context = _context(request, row, now) | {
        "new": clocks.button(wanted),
        "place": asked.place,
        "new_place": PLACE_WORDS[asked.place],
        "back": reverse("booking:appointment_reschedule", args=[row.public_id]),
        "is_last_change": not row.policy.is_free(wanted, now),
        "fee_after": format_usd(row.late_fee_cents) if row.late_fee_cents else "",
    }
    return render(request, "booking/appointment_move.html", context)


def _move(request: HttpRequest, row: Appointment, now: datetime) -> HttpResponse:
    wanted = parse_moment(request.POST.get("start", ""))
    if wanted is None:
        return redirect("booking:appointment_reschedule", row.public_id)
    try:
        moved = services.reschedule(
            appointment=row,
            starts_at=wanted,
            place=request.POST.get("place", ""),
            by=current_user(request),
            source=source_of(request),
            now=now,
        )
    except NotOpen as error:
        return _calendar(request, row, now, wanted, refusal_words(error))
    except NotLicensedThere:
        return _calendar(request, row, now, wanted, only_at_the_office())
    except (NotAllowed, TooLateToMove):
        return _too_late(request, row)
    when = wording.day_and_clock(moved.starts_at, clocks_of(request).visitor)
    later = mail_later(now, clocks_of(request).visitor)
    messages.success(request, f"Your appointment is now on {when}. {later}")
    return redirect("booking:appointment", row.public_id)


def _cancel(request: HttpRequest, row: Appointment, reason: str, now: datetime) -> HttpResponse:
    try:
        done = services.cancel(
            appointment=row,
            by=current_user(request),
            reason=reason,
            source=source_of(request),
            now=now,
        )
    except NotAllowed:
        return _too_late(request, row)
    is_request = row.status == Status.REQUESTED
    words = "Your request is withdrawn." if is_request else "Your appointment is cancelled."
    if done.fee_cents:
        words += f" The late fee of {format_usd(done.fee_cents)} may follow."
    messages.success(request, f"{words} {mail_later(now, clocks_of(request).visitor)}")
    return redirect("booking:appointment", row.public_id)


def _fee(row: Appointment, now: datetime) -> str:
    """The fee that cancelling now would propose, in words; empty: none."""
    if row.status != Status.CONFIRMED:
        return ""
    cents = row.policy.fee_cents(row.starts_at, now)
    return format_usd(cents) if cents else ""


def _may_move(row: Appointment, now: datetime) -> bool:
    return row.status == Status.CONFIRMED and row.policy.is_free(row.starts_at, now)


def _may_cancel(row: Appointment, now: datetime) -> bool:
    try:
        action = services.cancel_action(row, Party.CLIENT, now=now)
        target_of(action, row.status, Party.CLIENT)
    except NotAllowed:
        return False
    return True


def _too_late(request: HttpRequest, row: Appointment) -> HttpResponse:
    phone = Practice.get().phone
    messages.warning(request, NOT_ANY_MORE + (f" Please call us at {phone}." if phone else ""))
    return redirect("booking:appointment", row.public_id)


def _look(request: HttpRequest, now: datetime) -> Look:
    return Look(clocks_of(request), now, Practice.get().address_line)


def _read(
    request: HttpRequest, action: str, obj: Any, client: Client | None, now: datetime
) -> None:
    audit.record(
        action=action, by=request.user, obj=obj, client=client, source=source_of(request), now=now
    )
