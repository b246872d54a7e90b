"""The way around the portal, by role: the only place that knows all its front doors."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Practice, Role
from booking.zones import city
from intake.models import SafetyAlert


@dataclass(frozen=True, slots=True)
class Door:
    """A page by its URL's name, and in a few words what is behind it."""

    label: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    doors: tuple[Door, ...]


VISITOR = (
    ("How I work", "how_i_work"),
    ("Sessions and fees", "session_types"),
    ("First conversation", "consult"),
    ("Sign in", "account_login"),
)
BY_ROLE = {
    Role.CLIENT: (
        ("Home", "journeys:client_home"),
        ("Appointments", "booking:appointments"),
        ("Intake", "intake:home"),
        ("Documents", "journeys:documents"),
        ("Payments", "billing:payments"),
        ("My details", "accounts:details"),
    ),
    Role.THERAPIST: (
        ("Today", "journeys:therapist_today"),
        ("Calendar", "booking:therapist_week"),
        ("Clients", "journeys:therapist_clients"),
        ("Alerts", "intake:therapist_alerts"),
        ("Practice", "journeys:therapist_practice"),
        ("Account", "accounts:security"),
    ),
    Role.BILLING_ADMIN: (
        ("Desk", "billing:desk"),
        ("Account", "accounts:security"),
    ),
    Role.GUARDIAN: (
        ("Documents to sign", "intake:guardian_home"),
        ("Account", "accounts:security"),
    ),
    Role.SUPERUSER: (
        ("Technical state", "journeys:technical"),
        ("Account", "accounts:security"),
    ),
}
ACCOUNT = (
    ("Sign-in and security", "accounts:security"),
    ("Where you are signed in", "usersessions_list"),
    ("E-mail address", "account_email"),
    ("Password", "account_change_password"),
)
FOOTER = (
    ("How I work", "how_i_work"),
    ("Sessions and fees", "session_types"),
    ("First conversation", "consult"),
    ("Privacy notice", "intake:privacy_notice"),
)


PRACTICE = (
    Group(
        "Who waits",
        (
            Door(
                "Requests",
                "booking:therapist_requests",
                "Sessions that people ask for: agree, or decline with a few kind words.",
            ),
            Door(
                "Waitlist",
                "booking:therapist_waitlist",
                "Who hears when a time opens, and what was offered to them.",
            ),
        ),
    ),
    Group(
        "When you work",
        (
            Door(
                "Weekly hours",
                "booking:therapist_hours",
                "When people can book, week by week.",
            ),
            Door(
                "Time off and holidays",
                "booking:therapist_days_off",
                "Days and hours that are closed.",
            ),
            Door(
                "Other calendars",
                "booking:therapist_calendars",
                "What keeps you busy elsewhere is not offered here.",
            ),
            Door(
                "Unanswered safety alerts",
                "intake:alert_mails",
                "How soon you are written to again, and who else is.",
            ),
        ),
    ),
    Group(
        "What can be booked",
        (
            Door(
                "Sessions",
                "booking:therapist_sessions",
                "Length, fee, notice and cancelling, for each kind of session.",
            ),
            Door(
                "Limits",
                "booking:therapist_limits",
                "How many a day and a week, and the way between two places.",
            ),
            Door(
                "Your website",
                "booking:therapist_website",
                "Links, and open times on a page of your own.",
            ),
            Door(
                "Who can’t book",
                "booking:therapist_blocked",
                "Addresses and networks that keep booking and never come.",
            ),
        ),
    ),
    Group(
        "What people read",
        (
            Door(
                "How I work",
                "booking:therapist_way",
                "The page that people read before they book, and what they are asked in turn.",
            ),
            Door(
                "Consent texts",
                "intake:therapist_consents",
                "What clients sign, version by version.",
            ),
            Door(
                "Questionnaires",
                "intake:therapist_questionnaires",
                "What clients fill in: bring your own, try them out, publish a new version.",
            ),
            Door(
                "Before each session",
                "intake:therapist_plans",
                "Which questionnaires and consents each kind of session asks for, in which order.",
            ),
            Door(
                "Instruments",
                "intake:therapist_instruments",
                "Questionnaires with a score: where they are asked for, and by whose licence.",
            ),
            Door(
                "Reminders",
                "booking:therapist_reminders",
                "How long before a session, and when nobody is written to.",
            ),
        ),
    ),
)
BEHIND = {"journeys:therapist_practice": PRACTICE}
"""Doors that stand on the page of another one: in the menu, that one is where we are."""
BELOW_CALENDAR = ("appointments/", "book/", "extra-time/", "series/", "time-off/", "time/")
"""Pages that the calendar leads to, and that lead back to it."""


@dataclass(frozen=True)
class Link:
    """`current` is the value of `aria-current`: "page", "true" on a page behind it, or nothing."""

    label: str
    url: str
    current: str


def navigation(request: HttpRequest) -> dict[str, Any]:
    """What base.html asks for, and `practice_time`: "New York time", as every page says it.

    All but `demo` wait until a page asks, so a page that stands alone asks nothing of the
    database or the session.
    """
    practice = SimpleLazyObject(Practice.get)
    return {
        "nav": SimpleLazyObject(lambda: links(_entries(request), request.path)),
        "account_nav": SimpleLazyObject(lambda: links(ACCOUNT, request.path)),
        "footer_nav": SimpleLazyObject(lambda: links(FOOTER, request.path)),
        "open_alert_count": _open_alerts(request),
        "practice": practice,
        "practice_time": SimpleLazyObject(lambda: f"{city(practice.zone)} time"),
        "demo": settings.DEMO,
    }


def _open_alerts(request: HttpRequest) -> Callable[[], int]:
    """How many safety alerts wait for the therapist who is signed in; asked once, if at all."""

    @cache
    def count() -> int:
        user = getattr(request, "user", None)
        if not (user and user.is_authenticated and user.is_therapist):
            return 0
        return SafetyAlert.objects.for_therapist(user).unacknowledged().count()

    return count


def _entries(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    user = getattr(request, "user", None)
    return BY_ROLE[Role(user.role)] if user and user.is_authenticated else VISITOR


def links(entries: tuple[tuple[str, str], ...], path: str) -> list[Link]:
    """The doors, the nearest one above this path marked as where we are."""
    doors = [(label, reverse(name)) for label, name in entries]
    leads_to = {url: url for _, url in doors} | {
        reverse(door.name): reverse(name)
        for _, name in entries
        for group in BEHIND.get(name, ())
        for door in group.doors
    }
    if ("Calendar", "booking:therapist_week") in entries:
        today, week = reverse("journeys:therapist_today"), reverse("booking:therapist_week")
        leads_to |= {today + part: week for part in BELOW_CALENDAR}
    nearest = max((url for url in leads_to if path.startswith(url)), key=len, default="")
    here = leads_to.get(nearest)
    return [
        Link(label, url, current="" if url != here else "page" if path == url else "true")
        for label, url in doors
    ]
