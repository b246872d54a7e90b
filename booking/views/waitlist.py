"""Waiting for a time, as a client: join, change, leave, and answer an offer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import current_user, find_client_of
from accounts.models import Client, Practice
from accounts.policies import client_only
from accounts.services.sign_in import NotProved
from booking import wording
from booking.calendar_page import TimeButton
from booking.forms_waitlist import WishesForm
from booking.licence_words import only_at_the_office
from booking.models import (
    Appointment,
    OfferState,
    Place,
    SessionType,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistState,
)
from booking.services import waitlist as services
from booking.services.audiences import NotForYou
from booking.services.licence import NotLicensedThere
from booking.services.notices import PLACE_WORDS
from booking.services.protection import Blocked
from booking.views.calendar_request import asked_for
from booking.views.not_here import not_here
from booking.views.public import Fact
from booking.views.visitor import clocks_of
from booking.waitlist_words import wished
from booking.wishes import Wishes
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.money import format_usd
from portal.shared.request import source_of

DETAILS_FIRST = "First tell us who you are and how we reach you. Then you can join the waitlist."
JOINED = "You are on the waitlist. When a time opens that fits, we write to {email}."
CHANGED = "Saved. You keep your place in the line."
AGAIN = "You are on the waitlist again, now without a last day. We write to {email}."
LEFT = "You are off the waitlist. You can join again whenever you like."
DECLINED = "Thank you for telling us. You stay on the list for another time."
ENDED_SHOWN = timedelta(days=60)
"""So long after its last day a wait can be taken up again by one press."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One place in the line, in words."""

    public_id: UUID
    slug: str
    name: str
    wished: str
    since: str
    offer_id: UUID | None


@client_only
@never_cache
@require_safe
def waitlist(request: HttpRequest) -> HttpResponse:
    """What I wait for, the times that wait for my answer, and what I waited for in vain."""
    client, now = find_client_of(current_user(request)), utc_now()
    zone, today = Practice.get().zone, services.today_of(now)
    newest = _newest_of_each_type(client) if client else []
    context = {
        "rows": [_waiting(row, zone, now) for row in newest if _is_waiting(row, today)],
        "ended": [_waiting(row, zone, now) for row in newest if _may_go_on(row, today)],
    }
    if client:
        _read(request, "waitlist.list", client, client, now)
    return render(request, "booking/waitlist.html", context)


@client_only
@never_cache
def waitlist_join(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what would fit; again: change it and keep one's place."""
    types = SessionType.objects.filter(is_active=True).select_related("practitioner")
    session_type = get_object_or_404(types, slug=slug)
    client = find_client_of(current_user(request))
    if client is None or not (client.phone and client.state):
        messages.info(request, DETAILS_FIRST)
        return redirect(f"{reverse('accounts:details')}?{urlencode({'next': request.path})}")
    today = services.today_of(utc_now())
    waiting = WaitlistEntry.objects.waiting(today).filter(client=client)
    entry = waiting.filter(session_type=session_type).first()
    form = _form(request, session_type, entry, today)
    if request.method == "POST" and form.is_valid():
        said = CHANGED if entry else JOINED.format(email=client.email)
        try:
            return _join(
                request,
                session_type,
                said,
                lambda **who: services.join(
                    session_type=session_type, client=client, wishes=form.wishes, **who
                ),
            )
        except NotLicensedThere:
            form.add_error("place" if "place" in form.fields else None, only_at_the_office())
    context = _join_context(request, session_type, client) | {"form": form, "entry": entry}
    status = 422 if form.errors else 200
    return render(request, "booking/waitlist_join.html", context, status=status)


@client_only
@require_POST
def waitlist_renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Wait again for what I waited for until its last day."""
    entry = _own_entry(request, public_id)
    today = services.today_of(utc_now())
    if not entry.session_type.is_active:
        raise Http404
    if not services.is_over(entry, today):
        return redirect("booking:waitlist")
    said = AGAIN.format(email=entry.client.email)
    try:
        return _join(
            request, entry.session_type, said, lambda **who: services.renew(entry=entry, **who)
        )
    except NotLicensedThere:
        messages.warning(request, only_at_the_office())
        return redirect("booking:waitlist_join", entry.session_type.slug)


@client_only
@require_POST
def waitlist_leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Wait no longer."""
    entry = _own_entry(request, public_id)
    services.leave(entry=entry, by=current_user(request), source=source_of(request), now=utc_now())
    messages.success(request, LEFT)
    return redirect("booking:waitlist")


@client_only
@never_cache
@require_safe
def waitlist_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The time that opened: take it or let it go; kind words when it has ended."""
    offer, now = own_offer(request, public_id), utc_now()
    _read(request, "waitlist.read", offer, offer.entry.client, now)
    if offer.state == OfferState.TAKEN:
        return redirect("booking:appointment", offer.appointment.public_id)
    if offer.state != OfferState.OPEN or offer.expires_at <= now:
        return offer_ended(request, offer)
    return render(request, "booking/waitlist_offer.html", _offer_context(request, offer, now))


@client_only
@require_POST
def waitlist_decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Not for me: the next one is asked."""
    offer = own_offer(request, public_id)
    services.decline(
        offer=offer, by=current_user(request), source=source_of(request), now=utc_now()
    )
    messages.success(request, DECLINED)
    return redirect("booking:waitlist")


def own_offer(request: HttpRequest, public_id: UUID) -> WaitlistOffer:
    """An offer that was made to the one who is signed in. Raises Http404."""
    client = find_client_of(current_user(request))
    rows = WaitlistOffer.objects.select_related(
        "entry__client__user", "entry__session_type__practitioner", "appointment"
    )
    offer = rows.filter(public_id=public_id, entry__client=client).first() if client else None
    if offer is None:
        raise Http404
    return offer


def offer_ended(request: HttpRequest, offer: WaitlistOffer) -> HttpResponse:
    """It is no longer kept: say so kindly, and show the nearest times."""
    held, kind = offer.appointment, offer.entry.session_type
    asked = asked_for(request, kind, Practice.get().zone, now=utc_now(), place=held.place)
    nearest = [asked.clocks.button(slot.starts_at) for slot in asked.nearest(held.starts_at)]
    context = {
        "when": wording.day_and_clock(held.starts_at, asked.clocks.visitor),
        "is_declined": offer.state == OfferState.DECLINED,
        "is_waiting": offer.entry.state == WaitlistState.WAITING,
        "nearest": nearest,
        "place": asked.place,
        "action": reverse("booking:hold_create", args=[kind.slug]),
        "calendar_url": reverse("booking:calendar", args=[kind.slug]),
    }
    return render(request, "booking/waitlist_ended.html", context, status=410)


def _form(
    request: HttpRequest, session_type: SessionType, entry: WaitlistEntry | None, today: date
) -> WishesForm:
    return WishesForm(
        request.POST if request.method == "POST" else None,
        session_type=session_type,
        today=today,
        wishes=entry.wishes if entry else Wishes(),
    )


def _join(
    request: HttpRequest,
    session_type: SessionType,
    said: str,
    join: Callable[..., WaitlistEntry],
) -> HttpResponse:
    """Join by the given service; `said` is what they read when they are on the list.

    Raises NotLicensedThere.
    """
    try:
        join(by=current_user(request), source=source_of(request), now=utc_now())
    except Blocked:
        return not_here(request)
    except (NotForYou, NotProved):
        return redirect("booking:calendar", session_type.slug)
    messages.success(request, said)
    return redirect("booking:waitlist")


def _join_context(
    request: HttpRequest, session_type: SessionType, client: Client
) -> dict[str, Any]:
    now, zone = utc_now(), clocks_of(request).visitor
    own = Appointment.objects.of_client(client).upcoming(now).filter(session_type=session_type)
    booked = own.order_by("starts_at").first()
    return {
        "session_type": session_type,
        "calendar_url": reverse("booking:calendar", args=[session_type.slug]),
        "email": client.email,
        "booked": wording.day_and_clock(booked.starts_at, zone) if booked else "",
    }


def _waiting(row: WaitlistEntry, zone: ZoneInfo, now: datetime) -> Waiting:
    offers = [one for one in row.offers.all() if _awaits_answer(one, now)]
    return Waiting(
        public_id=row.public_id,
        slug=row.session_type.slug,
        name=row.session_type.name,
        wished=wished(row),
        since=wording.day_and_year(row.created_at.astimezone(zone).date()),
        offer_id=offers[0].public_id if offers else None,
    )


def _awaits_answer(offer: WaitlistOffer, now: datetime) -> bool:
    return offer.state == OfferState.OPEN and offer.expires_at > now


def _offer_context(request: HttpRequest, offer: WaitlistOffer, now: datetime) -> dict[str, Any]:
    held, clocks = offer.appointment, clocks_of(request)
    button: TimeButton = clocks.button(held.starts_at)
    own = Appointment.objects.of_client(offer.entry.client).upcoming(now)
    booked = own.filter(session_type=offer.entry.session_type).order_by("starts_at").first()
    return {
        "offer": offer,
        "name": offer.entry.session_type.name,
        "when": wording.day_and_clock(held.starts_at, clocks.visitor),
        "elsewhere": button.elsewhere,
        "until": wording.day_and_clock(offer.expires_at, clocks.visitor),
        "facts": _facts(held),
        "booked": booked,
        "booked_when": wording.day_and_clock(booked.starts_at, clocks.visitor) if booked else "",
    }


def _facts(held: Appointment) -> list[Fact]:
    office = Practice.get().address_line if held.place == Place.OFFICE else ""
    length = int((held.ends_at - held.starts_at).total_seconds() // 60)
    return [
        Fact("How we meet", PLACE_WORDS[Place(held.place)]),
        *([Fact("Where", office)] if office else []),
        Fact("Length", f"{length} minutes"),
        Fact("Fee", format_usd(held.price_cents) if held.price_cents else "None"),
        Fact("If plans change", held.policy.sentence, whole=True),
    ]


def _newest_of_each_type(client: Client) -> list[WaitlistEntry]:
    """What became of the others is of no interest any more."""
    rows = client.waitlist_entries.select_related("session_type").prefetch_related("offers")
    newest = {row.session_type_id: row for row in rows.order_by("created_at", "pk")}
    return sorted(newest.values(), key=lambda row: row.created_at)


def _is_waiting(entry: WaitlistEntry, today: date) -> bool:
    return entry.state == WaitlistState.WAITING and not services.is_over(entry, today)


def _may_go_on(entry: WaitlistEntry, today: date) -> bool:
    """Its last day has passed not long ago, and the type is still offered."""
    is_recent = entry.until_on is not None and today - entry.until_on <= ENDED_SHOWN
    return services.is_over(entry, today) and is_recent and entry.session_type.is_active


def _own_entry(request: HttpRequest, public_id: UUID) -> WaitlistEntry:
    client = find_client_of(current_user(request))
    if client is None:
        raise Http404
    rows = client.waitlist_entries.select_related("session_type__practitioner", "client__user")
    return get_object_or_404(rows, public_id=public_id)


def _read(request: HttpRequest, action: str, obj: Any, client: Client, now: datetime) -> None:
    audit.record(
        action=action, by=request.user, obj=obj, client=client, source=source_of(request), now=now
    )
