"""Who waits for which session, as the therapist sees it."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking import wording
from booking.models import OfferState, WaitlistEntry, WaitlistOffer
from booking.services import waitlist as services
from booking.views.therapist_week import practitioner_of
from booking.waitlist_words import wished
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

ANSWERS = {
    OfferState.OPEN: "waits for an answer",
    OfferState.TAKEN: "taken",
    OfferState.DECLINED: "not wanted",
    OfferState.LAPSED: "no answer",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the line."""

    public_id: UUID
    client_id: UUID
    who: str
    wished: str
    since: str
    offers: list[str]


@therapist_only
@never_cache
def therapist_waitlist(request: HttpRequest) -> HttpResponse:
    """By session type, the longest waiting first, with the times that were offered to each."""
    zone, groups = Practice.get().zone, defaultdict(list)
    for entry in _waiting(request).prefetch_related("offers__appointment"):
        groups[entry.session_type.name].append(_row(entry, zone))
    audit.record(action="waitlist.list", by=request.user, source=source_of(request), now=utc_now())
    context = {"groups": [{"name": name, "rows": rows} for name, rows in groups.items()]}
    return render(request, "booking/therapist/waitlist.html", context)


@therapist_only
@never_cache
def therapist_waitlist_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take somebody off the list, once it was asked."""
    entry = get_object_or_404(_waiting(request), public_id=public_id)
    if request.method == "POST":
        services.leave(
            entry=entry, by=current_user(request), source=source_of(request), now=utc_now()
        )
        messages.success(request, f"{entry.client.display_name} is off the waitlist.")
        return redirect("booking:therapist_waitlist")
    context = {"row": _row(entry, Practice.get().zone), "name": entry.session_type.name}
    return render(request, "booking/therapist/waitlist_remove.html", context)


def _waiting(request: HttpRequest) -> QuerySet[WaitlistEntry]:
    """Those whose last day has not passed."""
    today = services.today_of(utc_now())
    return (
        WaitlistEntry.objects.waiting(today)
        .filter(session_type__practitioner=practitioner_of(request))
        .select_related("client__user", "session_type")
        .order_by("session_type__position", "session_type_id", "created_at", "pk")
    )


def _row(entry: WaitlistEntry, zone: ZoneInfo) -> Row:
    return Row(
        public_id=entry.public_id,
        client_id=entry.client.public_id,
        who=entry.client.display_name,
        wished=wished(entry),
        since=wording.day_and_year(entry.created_at.astimezone(zone).date()),
        offers=[_offered(one, zone) for one in entry.offers.all()],
    )


def _offered(offer: WaitlistOffer, zone: ZoneInfo) -> str:
    when = wording.day_and_clock(offer.appointment.starts_at, zone)
    return f"{when}: {ANSWERS[OfferState(offer.state)]}"
