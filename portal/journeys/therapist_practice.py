"""The therapist's way to everything that is set once and seldom changed, and to who waits."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.policies import therapist_only
from booking.models import Practitioner, WaitlistEntry
from booking.services import requests
from booking.services.waitlist import today_of
from portal.journeys.navigation import PRACTICE
from portal.shared.clock import utc_now


@dataclass(frozen=True, slots=True)
class Way:
    """One line of the page; `waiting`: how many wait behind it."""

    label: str
    url: str
    about: str
    waiting: int


@therapist_only
@never_cache
def therapist_practice(request: HttpRequest) -> HttpResponse:
    practitioner = get_object_or_404(Practitioner, user_id=request.user.pk)
    waiting = _waiting(practitioner)
    groups = [
        {
            "title": group.title,
            "ways": [
                Way(door.label, reverse(door.name), door.about, waiting.get(door.name, 0))
                for door in group.doors
            ],
        }
        for group in PRACTICE
    ]
    return render(request, "journeys/therapist_practice.html", {"groups": groups})


def _waiting(practitioner: Practitioner) -> dict[str, int]:
    """How many, by the name of the page that lists them."""
    now = utc_now()
    line = WaitlistEntry.objects.waiting(today_of(now))
    return {
        "booking:therapist_requests": requests.waiting(practitioner, now=now).count(),
        "booking:therapist_waitlist": line.filter(session_type__practitioner=practitioner).count(),
    }
