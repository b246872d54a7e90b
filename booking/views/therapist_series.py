"""Sessions that repeat, in the therapist's hands: plan, book, look, move or cancel several."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking import wording
from booking.availability import Reason
from booking.forms_series import SeriesCancelForm, SeriesForm, SeriesMoveForm
from booking.models import Appointment, AppointmentChange, AppointmentSeries, Place
from booking.services import series, series_changes
from booking.services.series import Choice, ConflictsLeft, NothingToBook, Occurrence, Wish
from booking.services.series_changes import Scope, Step, Target
from booking.states import NotAllowed, Status
from booking.views.calendar import parse_moment
from booking.views.series import NONE_LEFT
from booking.views.therapist_appointments import WHY_NOT
from booking.views.therapist_week import practitioner_of
from booking.views.undo import UndoOffer, mail_later, offer_of
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of

SKIPPED = "The clocks go forward in this hour."
OUTSIDE = "This is outside your hours for this way to meet."
NOTHING = "Choose at least one of them."
CHANGED = "Something has changed meanwhile, so nothing is booked yet. Please look again."
STAYED = "Something has changed meanwhile, so nothing has moved yet. Please look again."
OPENING = "open:"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to settle an occurrence: what the form sends, and what it says."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One occurrence of a plan in words. No `problem`: it can go ahead as it stands."""

    name: str
    title: str
    was: str
    problem: str
    ways: list[Way]


@therapist_only
@never_cache
def series_create(request: HttpRequest) -> HttpResponse:
    """The wish, then its plan with every conflict, and only then the bookings."""
    practitioner = practitioner_of(request)
    initial = {"client": request.GET.get("client", "")}
    form = SeriesForm(request.POST or None, initial=initial, practitioner=practitioner)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "zone": Practice.get().zone}
        return render(request, "booking/therapist/series_create.html", context)
    wish = Wish(**form.cleaned_data | {"place": Place(form.cleaned_data["place"])})
    if "confirm" not in request.POST:
        return _plan_page(request, form, wish)
    try:
        made = series.book(
            wish=wish,
            choices=_choices(request, wish.count),
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except NothingToBook:
        return _plan_page(request, form, wish, refused=NOTHING, status=422)
    except ConflictsLeft:
        return _plan_page(request, form, wish, refused=CHANGED, status=409)
    count = made.occurrences.count()
    told = " The client has one mail with all." if wish.client.email else ""
    messages.success(request, f"{count} sessions are booked.{told}")
    return redirect("booking:therapist_series", made.public_id)


@therapist_only
@never_cache
def therapist_series(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All its sessions, past and to come."""
    rows = AppointmentSeries.objects.select_related("client__user", "session_type")
    found = get_object_or_404(rows, public_id=public_id, practitioner=practitioner_of(request))
    now, zone = utc_now(), Practice.get().zone
    audit.record(
        action="series.read",
        by=request.user,
        obj=found,
        client=found.client,
        source=source_of(request),
        now=now,
    )
    appointments = series.occurrences_of(found)
    coming = [one for one in appointments if one.status == Status.CONFIRMED and one.ends_at > now]
    context = {
        "series": found,
        "appointments": appointments,
        "next": coming[0] if coming else None,
        "undo": _undo(request, found, now, zone),
        "zone": zone,
    }
    return render(request, "booking/therapist/series.html", context)


@therapist_only
@never_cache
def series_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """This one, this and the following, or all that are still to come."""
    appointment = _load(request, public_id)
    if not series_changes.reach(appointment, Scope.ALL, now=utc_now()):
        return _none_left(request, appointment)
    form = SeriesCancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _cancel(request, appointment, form)
    context = {"form": form, "appointment": appointment, "zone": Practice.get().zone}
    return render(request, "booking/therapist/series_cancel.html", context)


@therapist_only
@never_cache
def series_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where to, then what stands against each, and only then the moves."""
    appointment, zone = _load(request, public_id), Practice.get().zone
    if not series_changes.reach(appointment, Scope.ALL, now=utc_now()):
        return _none_left(request, appointment)
    local = appointment.starts_at.astimezone(zone)
    initial = {"on": local.date(), "at": local.time(), "place": appointment.place}
    form = SeriesMoveForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "appointment": appointment, "zone": zone}
        return render(request, "booking/therapist/series_move.html", context)
    if "confirm" not in request.POST:
        return _move_page(request, form, appointment)
    return _move(request, form, appointment)


def _cancel(request: HttpRequest, appointment: Appointment, form: SeriesCancelForm) -> HttpResponse:
    now = utc_now()
    try:
        done = series_changes.cancel(
            appointment=appointment,
            scope=form.chosen,
            by=current_user(request),
            reason=form.cleaned_data["reason"],
            source=source_of(request),
            now=now,
        )
    except NotAllowed:
        messages.error(request, "One of them is over or called off already. Nothing has changed.")
    else:
        _say_done(request, len(done), "is cancelled", "are cancelled", now)
    return redirect("booking:therapist_series", _series_of(appointment).public_id)


def _move(request: HttpRequest, form: SeriesMoveForm, appointment: Appointment) -> HttpResponse:
    now, going = utc_now(), request.POST.getlist("go")
    reach = series_changes.reach(appointment, form.chosen, now=now)
    try:
        moved = series_changes.move(
            appointment=appointment,
            scope=form.chosen,
            to=_target(form),
            stay={row.pk for row in reach if str(row.public_id) not in going},
            outside_hours=True,
            by=current_user(request),
            source=source_of(request),
            now=now,
        )
    except NothingToBook:
        return _move_page(request, form, appointment, refused=NOTHING, status=422)
    except (ConflictsLeft, NotAllowed):
        return _move_page(request, form, appointment, refused=STAYED, status=409)
    _say_done(request, len(moved), "has moved", "have moved", now)
    return redirect("booking:therapist_series", _series_of(appointment).public_id)


def _none_left(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    messages.warning(request, NONE_LEFT)
    return redirect("booking:therapist_series", _series_of(appointment).public_id)


def _say_done(request: HttpRequest, count: int, one: str, several: str, now: datetime) -> None:
    later = mail_later(now, Practice.get().zone)
    messages.success(request, f"{wording.done(count, one, several)} {later}")


def _plan_page(
    request: HttpRequest, form: SeriesForm, wish: Wish, *, refused: str = "", status: int = 200
) -> HttpResponse:
    zone = Practice.get().zone
    plan = series.plan(wish, now=utc_now())
    context = {
        "form": form,
        "wish": wish,
        "rows": [_row(one, zone) for one in plan],
        "conflicts": sum(not one.is_open for one in plan),
        "refused": refused,
    }
    return render(request, "booking/therapist/series_plan.html", context, status=status)


def _move_page(
    request: HttpRequest,
    form: SeriesMoveForm,
    appointment: Appointment,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    zone, now = Practice.get().zone, utc_now()
    steps = series_changes.plan_move(
        appointment=appointment, scope=form.chosen, to=_target(form), now=now
    )
    context = {
        "form": form,
        "appointment": appointment,
        "rows": [_step_row(step, zone) for step in steps],
        "conflicts": sum(not step.is_open for step in steps),
        "refused": refused,
        "zone": zone,
    }
    return render(request, "booking/therapist/series_move_plan.html", context, status=status)


def _row(one: Occurrence, zone: ZoneInfo) -> Row:
    name = f"at-{one.number}"
    title = _title(one.starts_at, zone) or wording.day_and_year(one.on)
    if one.is_open and one.starts_at:
        way = Way(one.starts_at.isoformat(), "Book it", is_chosen=True)
        return Row(name, title, "", "", [way])
    ways = [Way(at.isoformat(), wording.clock(at, zone), is_chosen=False) for at in one.others]
    if one.opens_time and one.starts_at:
        value = f"{OPENING}{one.starts_at.isoformat()}"
        ways.insert(0, Way(value, "Book it all the same, outside my hours", is_chosen=False))
    ways.append(Way("", "Leave this one out", is_chosen=True))
    return Row(name, title, "", _problem(one.reason), ways)


def _step_row(step: Step, zone: ZoneInfo) -> Row:
    was = _title(step.appointment.starts_at, zone)
    title = _title(step.starts_at, zone) or was
    value = str(step.appointment.public_id)
    if step.is_open:
        return Row("go", title, was, "", [Way(value, "Move it", is_chosen=True)])
    ways = [Way(value, "Move it all the same, outside my hours", False)] if step.opens_time else []
    return Row("go", title, was, _problem(step.reason), ways)


def _title(moment: datetime | None, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    day = wording.day_and_year(moment.astimezone(zone).date())
    return f"{day}, {wording.clock(moment, zone)}"


def _problem(reason: Reason | None) -> str:
    if reason is None:
        return SKIPPED
    return OUTSIDE if reason == Reason.OUTSIDE_HOURS else WHY_NOT[reason]


def _choices(request: HttpRequest, count: int) -> Mapping[int, Choice]:
    found = {}
    for number in range(1, count + 1):
        value = request.POST.get(f"at-{number}", "")
        moment = parse_moment(value.removeprefix(OPENING))
        if moment:
            found[number] = Choice(moment, outside_hours=value.startswith(OPENING))
    return found


def _target(form: SeriesMoveForm) -> Target:
    values = form.cleaned_data
    return Target(on=values["on"], at=values["at"], place=Place(values["place"]))


def _undo(
    request: HttpRequest, found: AppointmentSeries, now: datetime, zone: ZoneInfo
) -> UndoOffer | None:
    """The last change of any of them that she may still take back."""
    by = current_user(request)
    own = AppointmentChange.objects.open(now).filter(appointment__series=found, made_by=by)
    last = own.select_related("appointment").last()
    return offer_of(last.appointment, by=by, now=now, zone=zone) if last else None


def _load(request: HttpRequest, public_id: UUID) -> Appointment:
    rows = Appointment.objects.filter(series__isnull=False).select_related(
        "client__user", "session_type__practitioner", "series"
    )
    return get_object_or_404(rows, public_id=public_id, practitioner=practitioner_of(request))


def _series_of(appointment: Appointment) -> AppointmentSeries:
    return get_object_or_404(AppointmentSeries, occurrences=appointment)
