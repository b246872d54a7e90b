"""What each kind of session asks for before it: questionnaires and consents, in their order."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user
from accounts.policies import therapist_only
from booking.models import SessionType
from intake.models import ClinicianOnly, IntakePlan
from intake.services.plan_reading import Newest, newest_versions, read_plan
from intake.services.plans import (
    AlreadyThere,
    NotPublished,
    NotThere,
    PlanPart,
    add_to_plan,
    move_in_plan,
    take_out_of_plan,
)
from portal.shared.clock import utc_now
from portal.shared.request import source_of

ACTS: dict[str, tuple[Callable[..., IntakePlan], dict[str, int]]] = {
    "add": (add_to_plan, {}),
    "remove": (take_out_of_plan, {}),
    "up": (move_in_plan, {"steps": -1}),
    "down": (move_in_plan, {"steps": 1}),
}
SAID = {"add": "Added, as the last one.", "remove": "Taken out.", "up": "Moved.", "down": "Moved."}


@therapist_only
@require_GET
def therapist_plans(request: HttpRequest) -> HttpResponse:
    plans = {plan.session_type_id: plan for plan in IntakePlan.objects.all()}
    newest = newest_versions()
    rows = [read_plan(kind, plans.get(kind.pk), newest) for kind in _session_types(request)]
    return render(request, "intake/questionnaires/plans.html", {"rows": rows})


def _session_types(request: HttpRequest) -> Any:
    own = SessionType.objects.filter(practitioner__user=current_user(request))
    return own.order_by("position", "pk")


@therapist_only
@require_http_methods(["GET", "POST"])
def therapist_plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    kind = get_object_or_404(_session_types(request), public_id=public_id)
    if request.method == "POST":
        return _change(request, kind)
    newest = newest_versions()
    plan = IntakePlan.objects.filter(session_type=kind).first()
    read = read_plan(kind, plan, newest)
    context = {
        "kind": kind,
        "plan": read,
        "parts": [
            _part(PlanPart.QUESTIONNAIRES, "Questionnaires", read.questionnaires, newest),
            _part(PlanPart.CONSENTS, "To read and sign", read.consents, newest),
        ],
    }
    return render(request, "intake/questionnaires/plan.html", context)


def _part(part: PlanPart, title: str, asked: Any, newest: Newest) -> dict[str, Any]:
    there = {one.slug for one in asked}
    return {
        "name": part.value,
        "title": title,
        "asked": asked,
        "others": [row for row in _could_ask(part, newest) if row.slug not in there],
    }


def _could_ask(part: PlanPart, newest: Newest) -> list[Any]:
    if part is PlanPart.CONSENTS:
        texts = [row for row in newest.consents.values() if row.slug not in newest.retired_texts]
        return sorted(texts, key=lambda row: row.title.casefold())
    return sorted(
        (
            row
            for row in newest.questionnaires.values()
            if row.slug not in newest.retired and not row.is_clinician_only
        ),
        key=lambda row: row.title.casefold(),
    )


def _change(request: HttpRequest, kind: SessionType) -> HttpResponse:
    """One act of one button; the page comes back at what was acted on."""
    verb, _, slug = request.POST.get("act", "").partition(" ")
    slug = slug or request.POST.get("slug", "")
    part = request.POST.get("part", "")
    here = reverse("intake:therapist_plan", args=[kind.public_id])
    if verb not in ACTS or part not in list(PlanPart) or not slug:
        messages.info(request, "Please choose what to add.")
        return redirect(here)
    do, more = ACTS[verb]
    try:
        do(
            session_type=kind,
            part=PlanPart(part),
            slug=slug,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
            **more,
        )
    except ClinicianOnly:
        messages.error(request, "A clinician asks this in person. It is not sent to clients.")
    except (AlreadyThere, NotThere, NotPublished):
        messages.info(request, "The plan has changed meanwhile. This is how it is now.")
    else:
        messages.success(request, f"{SAID[verb]} Intakes that are open stay as they are.")
    return redirect(f"{here}#{part}" if verb == "remove" else f"{here}#{part}-{slug}")
