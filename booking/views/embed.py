"""Open times inside the practice's own website: an iframe that needs no cookie and no session.

A browser keeps no cookies for another site's frame, so everything that is chosen stands in the
address, and choosing a time leaves the frame for the portal itself.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import condition, require_safe

from accounts.models import Practice
from accounts.policies import public
from booking.models import Audience, Practitioner, SessionType
from booking.offer_words import headline
from booking.services.audiences import for_client
from booking.views.calendar import calendar_context
from booking.views.calendar_request import asked_for
from booking.zones import UnknownZone, zone_named
from portal.shared.clock import utc_now

THEMES = ("light", "dark")
SCRIPT = settings.BASE_DIR / "portal" / "static" / "js" / "embed.js"
AN_HOUR = 60 * 60


@dataclass(frozen=True, slots=True)
class Around:
    """Where a widget stands: which sites may frame it, and its own addresses."""

    parents: tuple[str, ...]
    all_name: str
    one_name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of session to choose from."""

    item: SessionType
    headline: str
    url: str


@public
@require_safe
@never_cache
def embed_all(request: HttpRequest) -> HttpResponse:
    """Every kind of session that a visitor may book."""
    return framable(all_page(request, _public()), settings.EMBED_ORIGINS)


@public
@require_safe
@never_cache
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The open times of one kind of session."""
    return framable(one_page(request, slug, _public()), settings.EMBED_ORIGINS)


@lru_cache(maxsize=1)
def _script() -> tuple[bytes, str]:
    text = SCRIPT.read_bytes()
    return text, f'"{sha256(text).hexdigest()[:32]}"'


@public
@require_safe
@cache_control(public=True, max_age=AN_HOUR)
@condition(etag_func=lambda request: _script()[1])
def embed_script(request: HttpRequest) -> HttpResponse:
    """The script of the practice's own page. Its address never changes, so no upgrade breaks it."""
    response = HttpResponse(_script()[0], content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def framable(response: HttpResponse, sources: list[str]) -> HttpResponse:
    """Let these frame the page, and nobody else; every other rule of the policy stays."""
    if sources:
        response._csp_replace = {"frame-ancestors": sources}  # type: ignore[attr-defined]
        # It knows no list of sites, and a browser that reads frame-ancestors ignores it.
        response.xframe_options_exempt = True
    return response


def all_page(request: HttpRequest, around: Around) -> HttpResponse:
    carried = _carried(request) | {"all": "1"}
    rows = [
        Row(
            item,
            headline(item),
            f"{reverse(around.one_name, args=[item.slug])}?{urlencode(carried)}",
        )
        for item in visitors_types()
    ]
    return render(request, "booking/embed/all.html", _frame(request, around) | {"rows": rows})


def one_page(request: HttpRequest, slug: str, around: Around) -> HttpResponse:
    types = SessionType.objects.filter(is_active=True).select_related("practitioner")
    session_type = get_object_or_404(types, slug=slug)
    context = _frame(request, around) | {
        "session_type": session_type,
        "headline": headline(session_type),
        "is_for_existing": session_type.audience == Audience.EXISTING,
        "all_url": _all_url(request, around),
    }
    if not context["is_for_existing"]:
        context |= _times(request, session_type, around)
    partial = request.htmx and not context["is_for_existing"]  # type: ignore[attr-defined]
    name = "booking/parts/calendar.html" if partial else "booking/embed/calendar.html"
    return render(request, name, context)


def visitors_types() -> list[SessionType]:
    """What somebody whom nobody knows yet may book."""
    practitioner = Practitioner.objects.first()
    types = practitioner.session_types.filter(is_active=True) if practitioner else []
    return for_client(types, None)


def theme_of(request: HttpRequest) -> str:
    """Light or dark as the practice's page asks; empty: as the visitor's system is set."""
    theme = request.GET.get("theme", "")
    return theme if theme in THEMES else ""


def _public() -> Around:
    return Around(tuple(settings.EMBED_ORIGINS), "booking:embed_all", "booking:embed")


def _frame(request: HttpRequest, around: Around) -> dict[str, Any]:
    return {"theme": theme_of(request), "parents": around.parents}


def _times(request: HttpRequest, session_type: SessionType, around: Around) -> dict[str, Any]:
    practice = Practice.get().zone
    zone = _zone(request) or practice
    asked = asked_for(request, session_type, practice, now=utc_now(), zone=zone)
    carried = _carried(request)
    return calendar_context(request, asked) | {
        "calendar_url": reverse(around.one_name, args=[session_type.slug]),
        "pick_url": reverse("booking:calendar", args=[session_type.slug]),
        "verb": "Choose",
        "carried": f"&{urlencode(carried)}" if carried else "",
        "kept_in_form": {name: value for name, value in carried.items() if name != "zone"},
        "pushed": "false",
    }


def _zone(request: HttpRequest) -> ZoneInfo | None:
    """The zone that the address names: a cookie of the portal's own pages does not count here."""
    try:
        return zone_named(request.GET.get("zone", ""))
    except UnknownZone:
        return None


def _carried(request: HttpRequest) -> dict[str, str]:
    """What stays in the address from page to page of the frame."""
    zone, theme = _zone(request), theme_of(request)
    found = {"zone": zone.key if zone else "", "theme": theme, "all": request.GET.get("all", "")}
    found["all"] = "1" if found["all"] == "1" else ""
    return {name: value for name, value in found.items() if value}


def _all_url(request: HttpRequest, around: Around) -> str:
    """The way back to all kinds of session, for who came from there."""
    carried = _carried(request)
    if not carried.pop("all", ""):
        return ""
    url = reverse(around.all_name)
    return f"{url}?{urlencode(carried)}" if carried else url
