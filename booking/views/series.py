"""A client ends several of the sessions that repeat."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import client_only
from booking import wording, zones
from booking.forms_series import OwnSeriesCancelForm
from booking.models import Appointment
from booking.services import series_changes
from booking.services.series_changes import Scope
from booking.states import NotAllowed
from booking.views.undo import mail_later
from booking.views.visitor import visitor_zone
from portal.shared.clock import utc_now
from portal.shared.money import format_usd
from portal.shared.request import source_of

NONE_LEFT = "None of them is still to come."
GONE = "One of them can’t be cancelled any more. Nothing has changed; please look again."


@dataclass(frozen=True, slots=True)
class Ending:
    """One session that would be called off, and what that would cost."""

    when: str
    fee: str
    follows: bool  # this one or one after it


@client_only
@never_cache
def own_series_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What each choice means, session by session, then the end of them."""
    rows = Appointment.objects.filter(client__user=current_user(request), series__isnull=False)
    row = get_object_or_404(rows, public_id=public_id)
    now, zone = utc_now(), visitor_zone(request, Practice.get().zone)
    coming = series_changes.reach(row, Scope.ALL, now=now)
    if not coming:
        messages.warning(request, NONE_LEFT)
        return redirect("booking:appointment", row.public_id)
    form = OwnSeriesCancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _cancel(request, row, form, now)
    context = {
        "form": form,
        "appointment": row,
        "when": wording.day_and_clock(row.starts_at, zone),
        "endings": [_ending(one, row, request, now) for one in coming],
        "city": zones.city(zone),
    }
    return render(request, "booking/series_cancel.html", context)


def _ending(one: Appointment, row: Appointment, request: HttpRequest, now: datetime) -> Ending:
    zone = visitor_zone(request, Practice.get().zone)
    cents = one.policy.fee_cents(one.starts_at, now)
    return Ending(
        when=wording.day_and_clock(one.starts_at, zone),
        fee=format_usd(cents) if cents else "",
        follows=(one.number or 0) >= (row.number or 0),
    )


def _cancel(
    request: HttpRequest, row: Appointment, form: OwnSeriesCancelForm, now: datetime
) -> HttpResponse:
    try:
        done = series_changes.cancel(
            appointment=row,
            scope=form.chosen,
            by=current_user(request),
            reason=form.cleaned_data["reason"],
            source=source_of(request),
            now=now,
        )
    except NotAllowed:
        messages.warning(request, GONE)
        return redirect("booking:own_series_cancel", row.public_id)
    later = mail_later(now, visitor_zone(request, Practice.get().zone))
    what = wording.done(len(done), "is cancelled", "are cancelled")
    messages.success(request, f"{what} {later}")
    return redirect("booking:appointment", row.public_id)
