"""What a client fills in again and again: plans, charts with their tables, and single forms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.models import Client, Practice
from accounts.policies import therapist_only
from booking.models import Practitioner
from intake.forms.measures import PROBLEMS, MeasurePlanForm
from intake.models import Measure, MeasurePlan, MeasureState, PlanState, Questionnaire
from intake.services import measure_plans, measures, trends
from intake.services.pages import Pages
from intake.views.guards import client_form, client_of, own_plan
from intake.views.therapist import told_part
from intake.views.told_alerts import answers_url, shown_alerts
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

ACTS = {
    "pause": (measure_plans.pause, "Paused. Nothing new opens until you go on."),
    "go_on": (measure_plans.go_on, "It goes on from its next day."),
    "end": (measure_plans.end, "Ended. What was filled in stays."),
}


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def client_measures(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All of it on one page; asking for a form is its POST."""
    client, practice = client_of(request, public_id), Practice.get()
    form = MeasurePlanForm(
        request.POST or None,
        offered=measure_plans.offered(),
        today=utc_now().astimezone(practice.zone).date(),
    )
    if request.method == "POST" and form.is_valid() and _ask(request, client, form):
        return redirect("intake:client_measures", public_id=public_id)
    _record(request, client, "measures.read")
    context = {
        "client": client,
        "form": form,
        "trends": [
            (trend, [(row, answers_url(row.response)) for row in reversed(trend.rows)])
            for trend in trends.trends_of(
                client, therapist=current_user(request), zone=practice.zone
            )
        ],
        "others": _sent_without_score(request, client),
        **_planned(request, client),
    }
    status = 422 if form.errors else 200
    return render(request, "intake/measures/measures.html", context, status=status)


def _ask(request: HttpRequest, client: Client, form: MeasurePlanForm) -> bool:
    try:
        plan = measure_plans.make(
            client=client,
            practitioner=get_object_or_404(Practitioner, user=current_user(request)),
            slug=form.cleaned_data["slug"],
            rhythm=form.rhythm(),
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except tuple(PROBLEMS) as problem:
        form.add_problem(problem)
        return False
    is_open = plan.measures.filter(state=MeasureState.OPEN).exists()
    opened = "It is open for your client now, who gets a mail."
    messages.success(request, opened if is_open else "Planned. Your client gets a mail each time.")
    return True


def _planned(request: HttpRequest, client: Client) -> dict[str, Any]:
    """Plans that go on, and forms that are open; those of the past by their counts."""
    user, now, names = current_user(request), utc_now(), _names()
    plans = MeasurePlan.objects.for_therapist(user).of(client).annotate(**_counts())
    open_forms = Measure.objects.for_therapist(user).open().filter(plan__client=client)
    told = [_told_plan(plan, names, now) for plan in plans]
    return {
        "plans": [one for one in told if one["plan"].state != PlanState.ENDED],
        "ended": [one for one in told if one["plan"].state == PlanState.ENDED],
        "open_forms": [
            (one, names.get(one.plan.slug, "")) for one in open_forms.select_related("plan")
        ],
    }


def _counts() -> dict[str, Count]:
    """How often it was sent, put off and so on, by the name of the state."""
    return {
        f"{state.value}_count": Count("measures", filter=Q(measures__state=state))
        for state in MeasureState
    }


def _told_plan(plan: MeasurePlan, names: dict[str, str], now: datetime) -> dict[str, Any]:
    counts = [
        (MeasureState.SENT, "filled in"),
        (MeasureState.DECLINED, "not now"),
        (MeasureState.LAPSED, "not filled in"),
        (MeasureState.WITHDRAWN, "withdrawn"),
    ]
    found = ((getattr(plan, f"{state.value}_count"), words) for state, words in counts)
    return {
        "plan": plan,
        "name": names.get(plan.slug, plan.slug),
        "next_on": measure_plans.next_due(plan, now),
        "counts": ", ".join(f"{count} {words}" for count, words in found if count),
    }


def _names() -> dict[str, str]:
    """By the questionnaire's slug, as a therapist knows them."""
    rows = Questionnaire.objects.order_by("version").defer("resource")
    return {row.slug: measure_plans.name_of(row) for row in {r.slug: r for r in rows}.values()}


def _sent_without_score(request: HttpRequest, client: Client) -> Sequence[Measure]:
    sent = Measure.objects.for_therapist(current_user(request)).filter(
        plan__client=client, state=MeasureState.SENT, response__score=None
    )
    return list(sent.with_questionnaire())


@therapist_only
@require_GET
def client_measures_csv(request: HttpRequest, public_id: UUID) -> HttpResponse:
    client, zone = client_of(request, public_id), Practice.get().zone
    found = trends.trends_of(client, therapist=current_user(request), zone=zone)
    _record(request, client, "measures.export")
    return HttpResponse(
        trends.as_csv(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="measures.csv"'},
    )


@therapist_only
@require_POST
def plan_act(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Pause, go on, or end: one button each."""
    plan = own_plan(request, public_id)
    act, done = ACTS.get(request.POST.get("act", ""), (None, ""))
    try:
        if act is None:
            raise measure_plans.WrongState
        act(plan=plan, by=current_user(request), now=utc_now(), source=source_of(request))
    except measure_plans.WrongState:
        messages.info(request, "It was changed in another window. This is how it stands.")
    else:
        messages.success(request, done)
    return redirect("intake:client_measures", public_id=plan.client.public_id)


@therapist_only
@require_POST
def form_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    measure = client_form(request, public_id)
    try:
        measures.withdraw(
            measure=measure, by=current_user(request), now=utc_now(), source=source_of(request)
        )
    except measures.NotOpen:
        messages.info(request, "This form is closed already.")
    else:
        messages.success(request, "Withdrawn. Your client does not see it as open any more.")
    return redirect("intake:client_measures", public_id=measure.plan.client.public_id)


@therapist_only
@never_cache
@require_GET
def therapist_form(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The answers of one form, as far as they are given."""
    measure = client_form(request, public_id)
    _record(request, measure.plan.client, "measure.read")
    (part,) = Pages(measure).parts
    context = {
        "measure": measure,
        "client": measure.plan.client,
        "file_view": "intake:therapist_upload_file",
        "alerts": shown_alerts(request, response=measure.response_id),
        "told": told_part(part, Practice.get().zone),
    }
    return render(request, "intake/measures/form.html", context)


def _record(request: HttpRequest, client: Client, action: str) -> None:
    audit.record(
        action=action,
        by=current_user(request),
        obj=client,
        client=client,
        source=source_of(request),
        now=utc_now(),
    )
