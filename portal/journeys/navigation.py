"""The way around the portal, by role: the only place that knows all its front doors."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Practice, Role
from booking.zones import city

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
        ("Requests", "booking:therapist_requests"),
        ("Clients", "journeys:therapist_clients"),
        ("Hours", "booking:therapist_hours"),
        ("Sessions", "booking:therapist_sessions"),
        ("Other calendars", "booking:therapist_calendars"),
        ("Consent texts", "intake:therapist_consents"),
        ("Account", "accounts:security"),
    ),
    Role.BILLING_ADMIN: (
        ("Desk", "billing:desk"),
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


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


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
        "practice": practice,
        "practice_time": SimpleLazyObject(lambda: f"{city(practice.zone)} time"),
        "demo": settings.DEMO,
    }


def _entries(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    user = getattr(request, "user", None)
    return BY_ROLE[Role(user.role)] if user and user.is_authenticated else VISITOR


def links(entries: tuple[tuple[str, str], ...], path: str) -> list[Link]:
    """The doors, the nearest one above this path marked as where we are."""
    doors = [(label, reverse(name)) for label, name in entries]
    here = max((url for _, url in doors if path.startswith(url)), key=len, default="")
    return [Link(label=label, url=url, current=url == here) for label, url in doors]
