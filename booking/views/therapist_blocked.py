"""The block list: who can't book online, added and taken off only after a second look."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking import wording
from booking.forms_blocked import BlockForm
from booking.models import BlockedVisitor, BlockKind
from booking.services import protection
from booking.services.protection import AlreadyBlocked
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

WORDS = {
    BlockKind.EMAIL: "The mail address {value}",
    BlockKind.DOMAIN: "Every mail address that ends in {value}",
    BlockKind.NETWORK: "Everybody at the internet address {value}",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the list."""

    public_id: UUID
    what: str
    note: str
    since: str


@therapist_only
@never_cache
@sensitive_post_parameters()
def therapist_blocked(request: HttpRequest) -> HttpResponse:
    """The list, and the form: what was typed is shown once more before it counts."""
    form = BlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _confirmed(request, form)
    zone = Practice.get().zone
    rows = [_row(entry, zone) for entry in BlockedVisitor.objects.all()]
    if request.method == "GET":
        audit.record(
            action="blocked.list", by=request.user, source=source_of(request), now=utc_now()
        )
    status = 422 if form.errors else 200
    context = {"form": form, "rows": rows}
    return render(request, "booking/therapist/blocked.html", context, status=status)


@therapist_only
@never_cache
def therapist_unblock(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an entry off the list, once it was asked."""
    entry = get_object_or_404(BlockedVisitor, public_id=public_id)
    row = _row(entry, Practice.get().zone)
    if request.method == "POST":
        protection.unblock(
            public_id=public_id, by=current_user(request), source=source_of(request), now=utc_now()
        )
        messages.success(request, f"{row.what} can book again.")
        return redirect("booking:therapist_blocked")
    return render(request, "booking/therapist/unblock.html", {"row": row})


def _confirmed(request: HttpRequest, form: BlockForm) -> HttpResponse:
    """Ask with the consequence; the second press blocks."""
    kind, value = BlockKind(form.cleaned_data["kind"]), form.cleaned_data["value"]
    what = WORDS[kind].format(value=value)
    if request.POST.get("sure") != "yes":
        return render(request, "booking/therapist/block.html", {"form": form, "what": what})
    try:
        protection.block(
            kind=kind,
            value=value,
            note=form.cleaned_data["note"],
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except AlreadyBlocked:
        messages.info(request, f"{what} is on the list already.")
    else:
        messages.success(request, f"{what} can’t book online any more.")
    return redirect("booking:therapist_blocked")


def _row(entry: BlockedVisitor, zone: ZoneInfo) -> Row:
    return Row(
        public_id=entry.public_id,
        what=WORDS[BlockKind(entry.kind)].format(value=entry.value),
        note=entry.note or "",
        since=wording.day_and_year(entry.blocked_at.astimezone(zone).date()),
    )
