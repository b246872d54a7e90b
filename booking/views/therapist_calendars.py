"""The therapist's calendars outside: connect, choose, look after, disconnect."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.models import Practice
from accounts.policies import therapist_only
from booking import calendar_words
from booking.caldav import Account
from booking.calendar_problems import CalendarProblem
from booking.forms_calendars import ChangeForm, ChooseForm, ConnectForm, EndForm, PasswordForm
from booking.models import CalendarConnection, CalendarFeed
from booking.services import calendar_connections, calendar_overview, calendar_pull
from booking.views.therapist_week import practitioner_of
from portal.shared.clock import utc_now
from portal.shared.request import source_of

HOME = "booking:therapist_calendars"


@therapist_only
def therapist_calendars(request: HttpRequest) -> HttpResponse:
    practitioner = practitioner_of(request)
    context = {
        "cards": calendar_overview.cards(practitioner),
        "conflicts": calendar_overview.conflicts(practitioner),
        "feed": CalendarFeed.objects.filter(practitioner=practitioner).first(),
    }
    return page(request, "booking/therapist/calendars.html", context)


@therapist_only
def calendar_connect(request: HttpRequest) -> HttpResponse:
    """The account first: the server must let us in before anything is kept."""
    service = calendar_words.service(request.GET.get("service", ""))
    form = ConnectForm(given_by(request), service=service)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        account = Account(given["server_url"], given["username"], given["password"])
        try:
            connection = calendar_connections.connect(
                practitioner=practitioner_of(request), account=account, **who(request)
            )
        except CalendarProblem as problem:
            _tell(form, problem, "password" if problem.code == "refused" else "server_url")
        else:
            return redirect("booking:calendar_choose", connection.public_id)
    context = {"form": form, "service": service, "services": calendar_words.SERVICES}
    return page(request, "booking/therapist/calendar_connect.html", context)


@therapist_only
def calendar_choose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Which of the account's calendars serves which way."""
    connection = _load(request, public_id, calendar_url="")
    try:
        calendars = calendar_connections.found(connection)
    except CalendarProblem as problem:
        context = {"problem": calendar_words.problem(problem.code), "connection": connection}
        return page(request, "booking/therapist/calendar_choose.html", context)
    form = ChooseForm(given_by(request), calendars=calendars)
    if request.method == "POST" and form.is_valid():
        calendar_connections.choose(
            connection=connection,
            calendars=calendars,
            push_to=form.cleaned_data["push_to"],
            pull_from=form.cleaned_data["pull_from"],
            shows_initials=bool(form.cleaned_data["titles"]),
            **who(request),
        )
        messages.success(request, "Connected. The first exchange is on its way.")
        return redirect(HOME)
    context = {"form": form, "connection": connection}
    return page(request, "booking/therapist/calendar_choose.html", context)


@therapist_only
def calendar_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    connection = _load(request, public_id)
    initial = {
        "pushes": connection.pushes,
        "pulls": connection.pulls,
        "titles": "initials" if connection.shows_initials else "",
    }
    form = ChangeForm(given_by(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        calendar_connections.change(
            connection=connection,
            pushes=form.cleaned_data["pushes"],
            pulls=form.cleaned_data["pulls"],
            shows_initials=bool(form.cleaned_data["titles"]),
            **who(request),
        )
        messages.success(request, "Changed.")
        return redirect(HOME)
    context = {"form": form, "connection": connection}
    return page(request, "booking/therapist/calendar_change.html", context)


@therapist_only
def calendar_password(request: HttpRequest, public_id: UUID) -> HttpResponse:
    connection = _load(request, public_id)
    form = PasswordForm(given_by(request))
    if request.method == "POST" and form.is_valid():
        try:
            calendar_connections.renew_password(
                connection=connection, password=form.cleaned_data["password"], **who(request)
            )
        except CalendarProblem as problem:
            _tell(form, problem, "password")
        else:
            messages.success(request, "The new password works. The calendars are in step again.")
            return redirect(HOME)
    context = {"form": form, "connection": connection}
    return page(request, "booking/therapist/calendar_password.html", context)


@therapist_only
@require_POST
def calendar_sync(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Now, while she waits, so that the page then says how it went."""
    connection = _load(request, public_id)
    try:
        calendar_pull.sync(connection, now=utc_now())
    except CalendarProblem as problem:
        words = calendar_words.problem(problem.code)
        messages.error(request, f"{words.what} {words.step}")
    else:
        messages.success(request, f"“{connection.name}” is up to date.")
    return redirect(HOME)


@therapist_only
def calendar_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    connection = _load(request, public_id)
    form = EndForm(given_by(request))
    if request.method == "POST" and form.is_valid():
        calendar_connections.disconnect(
            connection=connection, remove_pushed=form.cleaned_data["remove"], **who(request)
        )
        messages.success(request, "Disconnected. Its busy times are open again.")
        return redirect(HOME)
    context = {"form": form, "connection": connection}
    return page(request, "booking/therapist/calendar_end.html", context)


def _load(request: HttpRequest, public_id: UUID, **wanted: Any) -> CalendarConnection:
    own = CalendarConnection.objects.filter(practitioner=practitioner_of(request))
    return get_object_or_404(own, public_id=public_id, **wanted)


def given_by(request: HttpRequest) -> QueryDict | None:
    """What was posted; a form of boxes that are all empty posts nothing and still counts."""
    return request.POST if request.method == "POST" else None


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """With the practice's clock."""
    return render(request, template, {"zone": Practice.get().zone, **context})


def who(request: HttpRequest) -> dict[str, Any]:
    """Who does it, from where, and when: what every service asks."""
    return {"by": request.user, "source": source_of(request), "now": utc_now()}


def _tell(form: forms.Form, problem: CalendarProblem, field: str) -> None:
    words = calendar_words.problem(problem.code)
    form.add_error(field, f"{words.what} {words.step}")
