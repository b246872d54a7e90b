"""What the technical superuser sees: whether things run. No person, no clinical content."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.policies import superuser_only
from portal.shared import audit, outbox
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent, OutboxEntry
from portal.shared.request import source_of


@superuser_only
def technical(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    context = {
        "behind_seconds": round(outbox.oldest_due_seconds(now)),
        "waiting": outbox.due(now).count(),
        "dead": OutboxEntry.objects.filter(dead_at__isnull=False).order_by("-dead_at")[:50],
        "audit_events": AuditEvent.objects.count(),
    }
    return render(request, "journeys/technical.html", context)


@superuser_only
@require_POST
def outbox_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a dead letter again."""
    entry, now = get_object_or_404(OutboxEntry, pk=pk, dead_at__isnull=False), utc_now()
    with transaction.atomic():
        outbox.retry(entry, now=now)
        audit.record(
            action="outbox.retry", by=request.user, obj=entry, source=source_of(request), now=now
        )
    return redirect("journeys:technical")
