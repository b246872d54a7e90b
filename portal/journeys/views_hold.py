"""The way from a kept time to a booked one: account, details, confirmed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.forms import ClientDetailsForm, EmailForm
from accounts.guards import current_user, find_client_of
from accounts.models import Practice
from accounts.policies import client_only, public
from accounts.services.clients import ClientDetails, TooYoung
from accounts.services.sign_in import NotProved
from accounts.us_states import NAMES
from billing.models import Charge, ChargeStatus
from booking import wording, zones
from booking.models import Appointment, Booking, Place
from booking.services import holds
from booking.services.audiences import NotForYou
from booking.services.holds import HoldEnded
from booking.services.licence import NotLicensedThere
from booking.services.notices import PLACE_WORDS
from booking.services.open_slots import NotOpen
from booking.services.protection import Blocked
from booking.states import Status
from booking.views.calendar import refusal_words
from booking.views.not_here import not_here
from booking.views.visitor import clocks_of
from intake.models import Intake
from portal.journeys import hold as journey
from portal.journeys.kept_time import ended, kept, own_hold, own_hold_or_decoy
from portal.shared.clock import utc_now
from portal.shared.money import format_usd
from portal.shared.request import source_of

TYPED = "hold_details"
"""What they typed, in their own encrypted session, until it is booked."""
ELSEWHERE = (
    "For a video session you have to be in {state} when we meet: that is where your therapist "
    "is licensed. If you will be there, choose {state}; if not, choose a time at the office."
)


@public
@never_cache
@own_hold_or_decoy
def hold(request: HttpRequest, row: Appointment) -> HttpResponse:
    """First step: the time is kept; whose is it?"""
    context: dict[str, Any] = {"kept": kept(request, row, utc_now())}
    if request.user.is_authenticated:
        if current_user(request).is_client:
            return redirect("journeys:hold_details", row.public_id)
        return render(request, "journeys/hold_staff.html", context)
    context |= {
        "form": EmailForm(),
        "sign_in_url": reverse("account_login"),
        "next_url": reverse("journeys:hold_details", args=[row.public_id]),
    }
    return render(request, "journeys/hold.html", context)


@client_only
@never_cache
def hold_details(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Second step: who are you, how do we reach you, where will you be?"""
    # First of all: also when the hold has just ended, nothing that was typed is lost.
    _keep_typed(request)
    return _details(request, public_id)


@own_hold
def _details(request: HttpRequest, row: Appointment) -> HttpResponse:
    try:
        _claim(request, row)
    except (Blocked, NotProved, HoldEnded) as error:
        return _not_theirs(request, row, error)
    known = _known(request)
    if request.method != "POST":
        form = ClientDetailsForm(details=known, initial=request.session.get(TYPED))
        return _details_page(request, row, form)
    if known and "as_known" in request.POST:
        return _confirm(request, row, known)
    form = ClientDetailsForm(request.POST, details=known)
    if not form.is_valid():
        return _details_page(request, row, form)
    return _confirm(request, row, form.details)


def _claim(request: HttpRequest, row: Appointment) -> None:
    user = current_user(request)
    if not holds.is_claimed(row, user):
        holds.claim(appointment=row, by=user, now=utc_now(), source=source_of(request))


def _not_theirs(request: HttpRequest, row: Appointment, error: Exception) -> HttpResponse:
    """Why this person can't have the time that their browser kept."""
    if isinstance(error, HoldEnded):
        return ended(request, row)
    if isinstance(error, NotProved):
        messages.warning(request, "Please prove your e-mail address first. The time stays kept.")
        return redirect("account_email")
    holds.release(appointment=row, source=source_of(request), now=utc_now())
    return not_here(request)


@public
@require_POST
@own_hold
def hold_extend(request: HttpRequest, row: Appointment) -> HttpResponse:
    """More time for those who need it; htmx puts the new time into the page as it is."""
    _keep_typed(request)
    try:
        row = holds.extend(appointment=row, now=utc_now())
    except HoldEnded:
        return ended(request, row)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"kept": kept(request, row, utc_now())}
        return render(request, "journeys/hold_time.html", context)
    return redirect("journeys:hold", row.public_id)


@public
@require_POST
@own_hold
def hold_release(request: HttpRequest, row: Appointment) -> HttpResponse:
    """Give the time back and choose again."""
    _keep_typed(request)
    holds.release(appointment=row, source=source_of(request), now=utc_now())
    messages.info(request, "The time is free again. Choose another one whenever you like.")
    return redirect("booking:calendar", row.session_type.slug)


@client_only
@never_cache
def hold_confirmed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Third step: it is booked; what comes next."""
    client, clocks = find_client_of(current_user(request)), clocks_of(request)
    rows = Appointment.objects.of_client(client) if client else Appointment.objects.none()
    row = rows.filter(public_id=public_id).select_related("session_type").first()
    if row is None:
        raise Http404
    practice, charge = Practice.get(), _open_charge(row)
    context = {
        "appointment": row,
        "is_request": row.status == Status.REQUESTED,
        "when": wording.day_and_clock(row.starts_at, clocks.visitor),
        "elsewhere": clocks.elsewhere(row.starts_at),
        "city": zones.city(clocks.visitor),
        "place": PLACE_WORDS[Place(row.place)],
        "where": practice.address_line if row.place == Place.OFFICE else "",
        "policy": row.policy.sentence,
        "email": current_user(request).email,
        "intake": Intake.objects.filter(appointment=row, completed_at__isnull=True).first(),
        "charge": charge,
        "amount": format_usd(charge.amount_cents) if charge else "",
    }
    return render(request, "journeys/hold_confirmed.html", context)


def _keep_typed(request: HttpRequest) -> None:
    if "legal_name" in request.POST:
        names = ClientDetailsForm.base_fields
        request.session[TYPED] = {name: request.POST.get(name, "") for name in names}


def _known(request: HttpRequest) -> ClientDetails | None:
    client = find_client_of(current_user(request))
    return ClientDetails.of(client) if client else None


def _details_page(request: HttpRequest, row: Appointment, form: ClientDetailsForm) -> HttpResponse:
    known, is_known = _known(request), False
    if known and not form.is_bound and "edit" not in request.GET:
        is_known = bool(known.phone and known.state)
    context = {
        "kept": kept(request, row, utc_now()),
        "form": form,
        "known": known,
        "is_known": is_known,
        "known_state": dict(NAMES).get(known.state, "") if known else "",
        "is_video": row.place == Place.TELEHEALTH,
        "policy": row.policy.sentence,
        "price": format_usd(row.price_cents) if row.price_cents else "",
        "is_request": row.session_type.booking == Booking.REQUEST,
        "email": current_user(request).email,
    }
    status = 422 if form.errors else 200
    return render(request, "journeys/hold_details.html", context, status=status)


def _confirm(request: HttpRequest, row: Appointment, details: ClientDetails) -> HttpResponse:
    try:
        booked = journey.confirm(
            hold=row,
            details=details,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except TooYoung as error:
        request.session.pop(TYPED, None)
        return render(request, "journeys/hold_too_young.html", {"phone": error.phone})
    except NotLicensedThere:
        return _elsewhere(request, row, details)
    except (Blocked, NotProved, HoldEnded) as error:
        return _not_theirs(request, row, error)
    except NotOpen as error:
        what = kept(request, row, utc_now()).what
        messages.warning(request, refusal_words(error).format(time=what))
        return redirect("booking:calendar", row.session_type.slug)
    except NotForYou:
        return redirect("booking:calendar", row.session_type.slug)
    request.session.pop(TYPED, None)
    return redirect("journeys:hold_confirmed", booked.appointment.public_id)


def _elsewhere(request: HttpRequest, row: Appointment, details: ClientDetails) -> HttpResponse:
    """The state's own message, next to its field, with everything typed still there."""
    form = ClientDetailsForm(request.session.get(TYPED) or _as_typed(details), details=details)
    form.is_valid()
    state = dict(NAMES).get(Practice.get().state, Practice.get().state)
    form.add_error("state", ELSEWHERE.format(state=state))
    return _details_page(request, row, form)


def _as_typed(details: ClientDetails) -> dict[str, Any]:
    """The details as a form would send them."""
    return dict(ClientDetailsForm(details=details).initial)


def _open_charge(row: Appointment) -> Charge | None:
    return Charge.objects.filter(appointment=row, status=ChargeStatus.OPEN).first()
