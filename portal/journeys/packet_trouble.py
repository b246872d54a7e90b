"""Packets that could not be made: the therapist sees them and can have them tried again."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from booking.models import Practitioner
from intake.models import Intake
from portal.shared import audit, outbox
from portal.shared.clock import utc_now
from portal.shared.models import OutboxEntry
from portal.shared.request import source_of

KINDS = ("make_packet", "make_data_packet")
TRIES_UNTIL_SAID = 3
"""A hiccup mends itself within half a minute; what lasts longer is for a person."""


def packet_key(intake: Intake) -> str:
    return f"packet:{intake.pk}:{intake.packet_version}"


def data_key(intake: Intake) -> str:
    """Of the copy with data inside."""
    return f"{packet_key(intake)}:data"


def entries_in_trouble() -> QuerySet[OutboxEntry]:
    """Given up, or tried several times in vain."""
    late = Q(dead_at__isnull=False) | Q(tries__gte=TRIES_UNTIL_SAID)
    return OutboxEntry.objects.filter(late, kind__in=KINDS, done_at__isnull=True)


def keys_in_trouble(intakes: Iterable[Intake]) -> set[str]:
    keys = [packet_key(intake) for intake in intakes]
    return set(entries_in_trouble().filter(key__in=keys).values_list("key", flat=True))


def intakes_in_trouble(practitioner: Practitioner) -> list[Intake]:
    """Those of this therapist whose newest packet is missing; one query when there is none."""
    keys = dict(entries_in_trouble().values_list("key", "payload"))
    if not keys:
        return []
    found = Intake.objects.filter(
        pk__in=[payload["intake_id"] for payload in keys.values()],
        appointment__practitioner=practitioner,
    ).select_related("client")
    return [intake for intake in found if keys.keys() & {packet_key(intake), data_key(intake)}]


@therapist_only
@require_POST
def packet_retry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    own = Intake.objects.filter(appointment__practitioner__user=current_user(request))
    intake, now = get_object_or_404(own.select_related("client"), public_id=public_id), utc_now()
    entries = list(entries_in_trouble().filter(key__in=[packet_key(intake), data_key(intake)]))
    if entries:
        with transaction.atomic():
            for entry in entries:
                outbox.retry(entry, now=now)
            audit.record(
                action="packet.retry",
                by=request.user,
                obj=intake,
                client=intake.client,
                source=source_of(request),
                now=now,
            )
    messages.success(request, "The packet is being made again. It appears in the chart by itself.")
    return redirect("journeys:therapist_client", intake.client.public_id)
