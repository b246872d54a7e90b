"""Safety alerts: the open ones, each until it is said what was done, and those of the past."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from intake.escalation import MAILS
from intake.forms.alerts import AlertMailsForm, PastAlertsForm
from intake.models import SafetyAlert
from intake.services import alert_settings, safety
from intake.views.guards import own_alert
from intake.views.told_alerts import answers_url, see, told_alert
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

ON_A_PAGE = 25


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def alerts(request: HttpRequest) -> HttpResponse:
    """Looking among past ones is a POST, so that no client and no kind stands in an address."""
    own = SafetyAlert.objects.for_therapist(current_user(request)).select_related("client")
    unacknowledged = list(own.unacknowledged().order_by("raised_at"))
    form = PastAlertsForm(request.POST or None, therapist=current_user(request))
    past = form.narrow(own.filter(acknowledged_at__isnull=False))
    page = Paginator(past, ON_A_PAGE).get_page(request.POST.get("page"))
    _record_list(request, [*unacknowledged, *page])
    context = {
        "unacknowledged": unacknowledged,
        "page": page,
        "form": form,
        "is_narrowed": request.method == "POST",
    }
    status = 422 if form.errors else 200
    return render(request, "intake/alerts/alerts.html", context, status=status)


def _record_list(request: HttpRequest, shown: list[SafetyAlert]) -> None:
    audit.record(
        action="safety_alerts.list",
        by=current_user(request),
        source=source_of(request),
        detail={"clients": sorted({alert.client_id for alert in shown})},
        now=utc_now(),
    )


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = own_alert(request, public_id)
    if request.method == "GET":
        _record_read(request, row)
        see(request, row)
        return _show(request, row)
    try:
        safety.acknowledge(
            alert=row,
            by=current_user(request),
            what_was_done=request.POST.get("what_was_done", ""),
            now=utc_now(),
            source=source_of(request),
        )
    except safety.NothingSaid:
        return _show(request, row, error="Please write in a few words what you did, or decided.")
    except safety.AlreadyAcknowledged:
        messages.info(request, "Someone has already said what was done.")
    else:
        messages.success(request, "Noted. The alert is closed.")
    return redirect(answers_url(row.response))


@therapist_only
@require_POST
def alert_reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = own_alert(request, public_id)
    try:
        safety.reopen(
            alert=row,
            by=current_user(request),
            note=request.POST.get("note", ""),
            now=utc_now(),
            source=source_of(request),
        )
    except safety.NothingSaid:
        return _show(request, row, error="Please write in a few words why it is open again.")
    except safety.StillOpen:
        messages.info(request, "An alert about this answer is open already.")
    else:
        messages.success(request, "It is open again, and stands on every page until you close it.")
    return redirect("intake:therapist_alert", public_id=public_id)


def _show(request: HttpRequest, row: SafetyAlert, *, error: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        **told_alert(row),
        "client": row.client,
        "steps": row.steps.select_related("by"),
        "answers_url": answers_url(row.response),
        "error": error,
        "typed": request.POST.get("what_was_done") or request.POST.get("note", ""),
    }
    return render(request, "intake/alerts/alert.html", context, status=422 if error else 200)


def _record_read(request: HttpRequest, row: SafetyAlert) -> None:
    audit.record(
        action="safety_alert.read",
        by=current_user(request),
        obj=row,
        client=row.client,
        source=source_of(request),
        now=utc_now(),
    )


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def alert_mails(request: HttpRequest) -> HttpResponse:
    """How soon the practice is written to again, and who else is."""
    form = AlertMailsForm(request.POST or None, practice=Practice.get())
    if request.method == "POST" and form.is_valid():
        alert_settings.choose(
            **form.cleaned_data,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
        messages.success(request, "Saved. It holds from the next mail on.")
        return redirect("intake:alert_mails")
    status = 422 if form.errors else 200
    return render(request, "intake/alerts/mails.html", {"form": form, "most": MAILS}, status=status)
