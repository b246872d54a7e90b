"""The therapist writes her page "How I work", sees it as clients will, and reads its history."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking.forms_way import WayForm, initial_of
from booking.models import Practitioner, WayOfWorking
from booking.services import ways_of_working
from booking.views.therapist_week import practitioner_of
from booking.ways.differences import Difference, differences
from booking.ways.page import page_of
from booking.ways.starter import starter_way
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A version, and what it changed."""

    way: WayOfWorking
    differences: list[Difference]
    is_current: bool


@therapist_only
@require_http_methods(["GET", "POST"])
def therapist_way(request: HttpRequest) -> HttpResponse:
    practitioner = practitioner_of(request)
    current = WayOfWorking.objects.current(practitioner)
    seen = current.version if current else 0
    if request.method == "GET":
        initial = initial_of(current or starter_way(practitioner), seen=seen)
        return _editor(request, practitioner, current, {"form": WayForm(initial=initial)})
    form = WayForm(request.POST)
    if not form.is_valid():
        return _editor(request, practitioner, current, {"form": form}, status=422)
    way = form.way(practitioner)
    if request.POST.get("act") == "preview":
        return _editor(request, practitioner, current, {"form": form, "preview": page_of(way)})
    try:
        ways_of_working.publish(
            way=way,
            seen=form.cleaned_data["seen"] or 0,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except ways_of_working.ChangedMeanwhile as changed:
        again = request.POST.copy()
        again["seen"] = str(changed.version)
        context = {"form": WayForm(again), "changed_meanwhile": True}
        return _editor(request, practitioner, current, context, status=409)
    messages.success(request, "Your page is published. Clients read it from now on.")
    return redirect("booking:therapist_way")


def _editor(
    request: HttpRequest,
    practitioner: Practitioner,
    current: WayOfWorking | None,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    context |= {
        "current": current,
        "practitioner": practitioner,
        "zone": Practice.get().zone,
    }
    return render(request, "booking/therapist/way.html", context, status=status)


@therapist_only
@require_GET
def therapist_way_history(request: HttpRequest) -> HttpResponse:
    """All versions, the newest first, each with what it changed."""
    practitioner = practitioner_of(request)
    ways = list(practitioner.ways_of_working.order_by("version"))
    before = [WayOfWorking(practitioner=practitioner), *ways]
    kept = [
        Kept(way, differences(old, way) if way.version > 1 else [], way is ways[-1])
        for old, way in zip(before, ways, strict=False)
    ]
    context = {"kept": kept[::-1], "zone": Practice.get().zone}
    return render(request, "booking/therapist/way_history.html", context)


@therapist_only
@require_GET
def therapist_way_version(request: HttpRequest, version: int) -> HttpResponse:
    """One version as clients read it."""
    practitioner = practitioner_of(request)
    way = get_object_or_404(practitioner.ways_of_working, version=version)
    context = {
        "way": way,
        "way_page": page_of(way),
        "zone": Practice.get().zone,
        "practitioner": practitioner,
    }
    return render(request, "booking/therapist/way_version.html", context)
