"""The way around the portal, by role: the only place that knows all its front doors."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import Practice, Role

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
        ("Week", "booking:therapist_week"),
        ("Clients", "journeys:therapist_clients"),
        ("Account", "account_email"),
    ),
    Role.BILLING_ADMIN: (
        ("Desk", "billing:desk"),
        ("Account", "account_email"),
    ),
    Role.SUPERUSER: (("Account", "account_email"),),
}
FOOTER = (
    ("How I work", "how_i_work"),
    ("Sessions and fees", "session_types"),
    ("How a first conversation goes", "consult"),
)


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """What base.html asks for: `nav`, `footer_nav`, `practice`, `demo`."""
    user = getattr(request, "user", None)
    entries = BY_ROLE[user.role] if user and user.is_authenticated else VISITOR
    return {
        "nav": links(entries, request.path),
        "footer_nav": links(FOOTER, request.path),
        "practice": Practice.get(),
        "demo": settings.DEMO,
    }


def links(entries: tuple[tuple[str, str], ...], path: str) -> list[Link]:
    """A door whose page is not part of this installation is left out."""
    found = []
    for label, name in entries:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append(Link(label=label, url=url, current=_is_current(url, path)))
    return found


def _is_current(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
