"""What the browser brings along: the visitor's time zone, and the secret that owns their hold."""

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.models import Practice
from booking.calendar_page import Clocks
from booking.services.holds import holder_id, new_secret
from booking.zones import UnknownZone, choices, zone_named

ZONE_COOKIE = "zone"
ZONE_AGE = timedelta(days=365)
SESSION_KEY = "holder"


def visitor_zone(request: HttpRequest, default: ZoneInfo) -> ZoneInfo:
    """What they chose just now, else chose or had found before, else the practice's zone."""
    for name in (request.GET.get("zone", ""), request.COOKIES.get(ZONE_COOKIE, "")):
        try:
            return zone_named(name)
        except UnknownZone:
            continue
    return default


def clocks_of(request: HttpRequest) -> Clocks:
    """The visitor's clock and the practice's."""
    zone = Practice.get().zone
    return Clocks(visitor_zone(request, zone), zone)


def remember_zone(request: HttpRequest, response: HttpResponse, zone: ZoneInfo) -> None:
    """Keep a choice that was made by the form; the script keeps what it found itself."""
    if request.GET.get("zone") == zone.key:
        response.set_cookie(
            ZONE_COOKIE,
            zone.key,
            max_age=ZONE_AGE,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


@lru_cache(maxsize=64)
def zone_options(chosen: str) -> SafeString:
    """The <optgroup>s of the zone's select: over four hundred lines, so written once a zone."""
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', _groups(chosen))


def _groups(chosen: str) -> Iterator[tuple[str, SafeString]]:
    for group, names in choices():
        rows = ((name, " selected" if name == chosen else "", label) for name, label in names)
        yield group, format_html_join("", '<option value="{}"{}>{}</option>', rows)


def holder_of(request: HttpRequest) -> str:
    """The holder id of this browser, empty for one that has kept nothing yet."""
    return holder_id(request.session.get(SESSION_KEY, ""))


def secret_of(request: HttpRequest) -> str:
    """The secret of this browser, else a new one that nobody has to remember yet."""
    return str(request.session.get(SESSION_KEY) or new_secret())


def remember_secret(request: HttpRequest, secret: str) -> None:
    """Only once it owns a hold: who keeps nothing needs no session. It survives signing in."""
    if request.session.get(SESSION_KEY) != secret:
        request.session[SESSION_KEY] = secret
