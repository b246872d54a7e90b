"""What the therapist decides: about events that differ on both sides, and the secret address."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.policies import therapist_only
from booking import calendar_words
from booking.calendar_problems import CalendarProblem
from booking.forms_calendars import FeedForm
from booking.models import CalendarFeed, PushedEvent
from booking.services import calendar_conflicts, calendar_feed
from booking.services.calendar_conflicts import NothingToMove
from booking.services.open_slots import NotOpen
from booking.states import NotAllowed
from booking.views.therapist_appointments import WHY_NOT
from booking.views.therapist_calendars import HOME, given_by, page, who
from booking.views.therapist_week import practitioner_of

DECISIONS = {
    "move": (calendar_conflicts.move_there, "The appointment has moved. You can undo it for three "
             "minutes; then the client gets a mail."),
    "put-back": (calendar_conflicts.put_back, "Your calendar shows the appointment as it is here."),
    "leave-out": (calendar_conflicts.leave_out, "It stays out of your calendar."),
}  # fmt: skip


@therapist_only
@require_POST
def calendar_decide(
    request: HttpRequest, public_id: UUID, appointment: UUID, decision: str
) -> HttpResponse:
    pushed = get_object_or_404(
        PushedEvent.objects.select_related("connection", "appointment__client"),
        connection__practitioner=practitioner_of(request),
        connection__public_id=public_id,
        appointment__public_id=appointment,
    )
    act, words = DECISIONS[decision]
    try:
        act(pushed=pushed, **who(request))
    except NotOpen as refusal:
        reason = WHY_NOT.get(refusal.reason, "This time can’t be had.")
        messages.error(request, f"It can’t move there. {reason}")
    except (NothingToMove, NotAllowed):
        messages.error(request, "It has changed meanwhile. Please look again.")
    except CalendarProblem as problem:
        said = calendar_words.problem(problem.code)
        messages.error(request, f"{said.what} {said.step}")
    else:
        messages.success(request, words)
    return redirect(HOME)


@therapist_only
def calendar_feed_make(request: HttpRequest) -> HttpResponse:
    """The address is shown in the answer to the post and never again."""
    practitioner = practitioner_of(request)
    feed = CalendarFeed.objects.filter(practitioner=practitioner).first()
    initial = {"titles": "initials" if feed and feed.shows_initials else ""}
    form = FeedForm(given_by(request), initial=initial)
    context: dict[str, Any] = {"form": form, "feed": feed}
    if request.method == "POST" and form.is_valid():
        made = calendar_feed.make(
            practitioner=practitioner,
            shows_initials=bool(form.cleaned_data["titles"]),
            **who(request),
        )
        path = reverse("booking:calendar_feed", args=[made.token])
        context |= {"address": f"{settings.PORTAL_URL}{path}"}
    return page(request, "booking/therapist/calendar_feed.html", context)


@therapist_only
def calendar_feed_end(request: HttpRequest) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed, practitioner=practitioner_of(request))
    if request.method == "POST":
        calendar_feed.end(feed=feed, **who(request))
        messages.success(request, "The address is closed.")
        return redirect(HOME)
    return page(request, "booking/therapist/calendar_feed_end.html", {"feed": feed})
