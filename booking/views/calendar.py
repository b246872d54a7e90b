"""The public calendar of a session type, and choosing a time in it."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import rate_limit
from accounts.guards import find_client_of
from accounts.policies import public
from booking import wording
from booking.availability import Reason
from booking.calendar_years import YEARS
from booking.models import Audience, Booking, SessionType
from booking.services import holds
from booking.services.audiences import NotForYou, OnceOnly, check_audience
from booking.services.diary_rows import practice_zone
from booking.services.holds import TooManyHolds, holder_id
from booking.services.notices import PLACE_WORDS
from booking.services.open_slots import NotOpen, Overlook, check_open
from booking.services.protection import Blocked
from booking.views import decoy
from booking.views.calendar_request import Asked, asked_for, page_of
from booking.views.not_here import not_here
from booking.views.public import Fact
from booking.views.visitor import (
    holder_of,
    remember_secret,
    remember_zone,
    secret_of,
    zone_options,
)
from portal.shared.clock import utc_now
from portal.shared.money import format_usd
from portal.shared.request import client_ip, neighbourhood, source_of

WORDS = {
    Reason.TAKEN: "Someone else has just taken {time}. Nothing is lost: choose another time.",
    Reason.PAST: "{time} has passed. Please choose another time.",
    Reason.TOO_SOON: "{time} is too soon to book here. Please choose a later time, or call us.",
    Reason.TOO_FAR: "{time} is further ahead than we plan. Please choose an earlier time.",
    Reason.DAY_FULL: "That day is full. Please choose another day.",
    Reason.WEEK_FULL: "That week is full. Please choose another week.",
    Reason.OUTSIDE_HOURS: "{time} is outside our hours for this way to meet. "
    "Please choose another time, or another way to meet.",
    Reason.NO_TIME_TO_TRAVEL: "At {time} we could not be there in time for this way to meet. "
    "Please choose another time, or another way to meet.",
    Reason.WRONG_PLACE: "This kind of session is not offered in that way to meet. "
    "Please choose another one above.",
    Reason.WRONG_LENGTH: "The length of this session has changed since you opened the page. "
    "Please look at it once more, and choose a time.",
    Reason.LEAVES_HOLE: "We don't begin a session at {time}: it would leave a gap in the day that "
    "nobody could use. Please choose one of the times below.",
    Reason.OFF_GRID: "We don't begin a session at {time}. Please choose one of the times below.",
}
NOT_OPEN = "{time} is no longer open. Please choose another time."
TOO_MANY_HOLDS = (
    "Two times are already being kept for you, or from where you are. "
    "Finish one of them, or wait until one is free again (at most 15 minutes)."
)
TOO_FAST = "That was a lot of tries in a short while. Please wait a minute, then choose again."
ASKED_FIRST = "You ask for a time; your therapist answers by mail. Until then it is kept for you."
NO_TIME = "Please choose one of the open times."


@public
@require_safe
@never_cache
@vary_on_headers("HX-Request")
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The open times of one session type: month, day, times. Htmx gets the calendar alone.

    `start` is a time that was chosen elsewhere (in the widget): it can be held with one press.
    """
    session_type = _session_type(slug)
    asked, wanted = _asked(request, session_type, holder_of(request)), _chosen_elsewhere(request)
    context = calendar_context(request, asked, wanted) | _around(request, session_type)
    if wanted and not context["closed_to"]:
        context |= _wanted_context(asked, wanted)
    partial = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "booking/calendar.html#calendar" if partial else "booking/calendar.html"
    response = render(request, template, context)
    remember_zone(request, response, asked.clocks.visitor)
    return response


@public
@never_cache
def hold_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the chosen time for this visitor, and go on to the hold's page."""
    session_type = _session_type(slug)
    starts_at = parse_moment(request.POST.get("start", ""))
    if request.method != "POST":
        return redirect("booking:calendar", slug)
    if starts_at is None:
        return _refused(request, session_type, None, NO_TIME, 400)
    secret = secret_of(request)
    try:
        _check_rate(request)
        if decoy.is_trapped(request):
            public_id = decoy.begin(request, session_type, starts_at, utc_now())
            return redirect("journeys:hold", public_id)
        held = holds.hold(
            session_type=session_type,
            starts_at=starts_at,
            place=request.POST.get("place", ""),
            minutes=_minutes_shown(request),
            holder=holder_id(secret),
            by=request.user if request.user.is_authenticated else None,
            source=source_of(request),
            now=utc_now(),
        )
    except NotOpen as error:
        return _refused(request, session_type, starts_at, refusal_words(error), 409)
    except TooManyHolds:
        return _refused(request, session_type, starts_at, TOO_MANY_HOLDS, 429)
    except rate_limit.TooMany:
        return _refused(request, session_type, starts_at, TOO_FAST, 429)
    except NotForYou:
        return redirect("booking:calendar", slug)
    except Blocked:
        return not_here(request)
    remember_secret(request, secret)
    return redirect("journeys:hold", held.public_id)


def _chosen_elsewhere(request: HttpRequest) -> datetime | None:
    return parse_moment(request.GET.get("start", ""))


def _wanted_context(asked: Asked, wanted: datetime) -> dict[str, Any]:
    """The chosen time while it is open, else why not and the nearest ones."""
    try:
        check_open(
            session_type=asked.session_type,
            zone=asked.clocks.practice,
            starts_at=wanted,
            place=asked.place,
            now=asked.now,
            overlook=asked.overlook,
        )
    except NotOpen as error:
        return refused_context(asked, wanted, refusal_words(error))
    return {
        "title": "Is this the time you want?",
        "wanted": asked.clocks.button(wanted),
        "wanted_place": PLACE_WORDS[asked.place],
    }


def calendar_context(
    request: HttpRequest, asked: Asked, wanted: datetime | None = None
) -> dict[str, Any]:
    """What the calendar's template asks for, wherever it stands."""
    page, next_open = page_of(request, asked, wanted)
    return {
        "page": page,
        "place": asked.place,
        "places": asked.places,
        "zone": asked.clocks.visitor.key,
        "zone_options": zone_options(asked.clocks.visitor.key),
        "next_open": next_open and _next_words(asked, next_open.starts_at),
    }


def refusal_words(error: NotOpen) -> str:
    """Why this time can't be had, with `{time}` still to be filled in."""
    return WORDS.get(error.reason, NOT_OPEN)


def refused_context(asked: Asked, wanted: datetime | None, words: str) -> dict[str, Any]:
    """The note above the calendar: what happened, and the nearest open times."""
    if wanted is None:
        return {"refused": words, "nearest": []}
    time = wording.day_and_clock(wanted, asked.clocks.visitor)
    nearest = [asked.clocks.button(slot.starts_at) for slot in asked.nearest(wanted)]
    return {"refused": words.format(time=time), "nearest": nearest}


def _refused(
    request: HttpRequest,
    session_type: SessionType,
    wanted: datetime | None,
    words: str,
    status: int,
) -> HttpResponse:
    asked = _asked(request, session_type, holder_of(request), request.POST.get("place", ""))
    if wanted:
        asked.read_around(wanted)
    context = calendar_context(request, asked, wanted) | _around(request, session_type)
    context |= refused_context(asked, wanted, words)
    return render(request, "booking/calendar.html", context, status=status)


def _session_type(slug: str) -> SessionType:
    types = SessionType.objects.filter(is_active=True).select_related("practitioner")
    return get_object_or_404(types, slug=slug)


def _asked(request: HttpRequest, session_type: SessionType, holder: str, place: str = "") -> Asked:
    return asked_for(
        request,
        session_type,
        practice_zone(),
        now=utc_now(),
        place=place,
        overlook=Overlook(holder=holder),
    )


def _around(request: HttpRequest, session_type: SessionType) -> dict[str, Any]:
    return {
        "session_type": session_type,
        "title": "Choose a time for your first conversation"
        if session_type.is_consult
        else "Choose a time",
        "facts": facts_of(session_type),
        "calendar_url": reverse("booking:calendar", args=[session_type.slug]),
        "action": reverse("booking:hold_create", args=[session_type.slug]),
        "waitlist_url": reverse("booking:waitlist_join", args=[session_type.slug]),
        "verb": "Hold",
        "kept_minutes": int(holds.KEPT.total_seconds() // 60),
        "closed_to": _closed_to(request, session_type),
    }


def facts_of(session_type: SessionType) -> list[Fact]:
    """Length, fee and policy, beside the calendar."""
    price = format_usd(session_type.price_cents) if session_type.price_cents else "None"
    is_request = session_type.booking == Booking.REQUEST
    return [
        Fact("Length", f"{session_type.minutes} minutes"),
        Fact("Fee", price),
        *([Fact("How it is booked", ASKED_FIRST, whole=True)] if is_request else []),
        Fact("If plans change", session_type.policy.sentence, whole=True),
    ]


def _closed_to(request: HttpRequest, session_type: SessionType) -> str:
    """Which words tell this visitor that the type is not for them; empty: it is."""
    user = request.user if request.user.is_authenticated else None
    try:
        check_audience(session_type, find_client_of(user))
    except OnceOnly:
        return "once"
    except NotForYou:
        return "existing" if session_type.audience == Audience.EXISTING else "new"
    return ""


def _next_words(asked: Asked, moment: datetime) -> dict[str, str]:
    zone = asked.clocks.visitor
    return {
        "label": wording.day_and_clock(moment, zone),
        "day": moment.astimezone(zone).date().isoformat(),
    }


def _check_rate(request: HttpRequest) -> None:
    limit: int = settings.HOLD_REQUESTS_PER_MINUTE
    if limit:
        rate_limit.check(f"hold:{neighbourhood(client_ip(request))}", limit, 60)
        if request.user.is_authenticated:
            rate_limit.check(f"hold-person:{request.user.email}", limit, 60)


def _minutes_shown(request: HttpRequest) -> int | None:
    """The length that stood on the page; None where the form does not say."""
    text = request.POST.get("minutes", "")
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def parse_moment(text: str) -> datetime | None:
    """A moment with its offset, in UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and moment.year in YEARS else None
