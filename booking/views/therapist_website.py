"""What the therapist puts on their own website: booking links, and the widget's few lines."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.policies import therapist_only
from booking.models import Audience, Booking, SessionType
from booking.offer_words import AUDIENCES
from booking.views.embed import THEMES, Around, all_page, one_page, theme_of
from booking.views.therapist_week import practitioner_of

SELF = "'self'"
HEIGHT = 760
"""Pixels that the frame has until the script knows better; with no script it scrolls."""


@dataclass(frozen=True, slots=True)
class BookingLink:
    """The address of one kind of session, to be sent to somebody."""

    slug: str
    name: str
    url: str
    who: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@therapist_only
@require_safe
@never_cache
def therapist_website(request: HttpRequest) -> HttpResponse:
    """Links, snippet, preview, and what the setting must hold."""
    practitioner = practitioner_of(request)
    types = list(practitioner.session_types.filter(is_active=True))
    slug = next((one.slug for one in types if one.slug == request.GET.get("show")), "")
    theme = theme_of(request)
    context = {
        "links": [_link(item) for item in types],
        "shown": _shown(types, slug),
        "themes": _themes(theme),
        "snippet": snippet(_path("booking:embed", slug, theme), f"Book with {practitioner.name}"),
        "preview_url": _path("booking:website_preview", slug, theme),
        "origins": settings.EMBED_ORIGINS,
        "height": HEIGHT,
    }
    response = render(request, "booking/therapist/website.html", context)
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response


@therapist_only
@require_safe
@never_cache
@xframe_options_sameorigin
def website_preview_all(request: HttpRequest) -> HttpResponse:
    """The widget as visitors see it, also before any site may show it."""
    return _framed_here(all_page(request, _preview()))


@therapist_only
@require_safe
@never_cache
@xframe_options_sameorigin
def website_preview(request: HttpRequest, slug: str) -> HttpResponse:
    return _framed_here(one_page(request, slug, _preview()))


def snippet(path: str, title: str) -> str:
    """The lines for the practice's site: a frame that works alone, and the script for its height.

    Neither has inline script or style, so a site with a strict policy can take them as they are.
    """
    return (
        f'<iframe src="{escape(settings.PORTAL_URL + path)}" title="{escape(title)}"\n'
        f'        width="100%" height="{HEIGHT}" loading="lazy"></iframe>\n'
        f'<script src="{settings.PORTAL_URL}{reverse("booking:embed_script")}" async></script>'
    )


def _preview() -> Around:
    return Around((settings.PORTAL_URL,), "booking:website_preview_all", "booking:website_preview")


def _framed_here(response: HttpResponse) -> HttpResponse:
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response


def _path(name: str, slug: str, theme: str) -> str:
    path = reverse(name, args=[slug]) if slug else reverse(f"{name}_all")
    return f"{path}?{urlencode({'theme': theme})}" if theme else path


def _link(item: SessionType) -> BookingLink:
    who = AUDIENCES[Audience(item.audience)]
    how = "you approve each one" if item.booking == Booking.REQUEST else "booked at once"
    url = settings.PORTAL_URL + reverse("booking:calendar", args=[item.slug])
    return BookingLink(item.slug, item.name, url, f"{who}, {how}.")


def _shown(types: list[SessionType], slug: str) -> list[Choice]:
    every = Choice("", "Every kind of session that a visitor may book", not slug)
    return [every, *(Choice(one.slug, one.name, one.slug == slug) for one in types)]


def _themes(theme: str) -> list[Choice]:
    own = Choice("", "As the visitor’s own device is set", not theme)
    return [own, *(Choice(one, f"Always {one}", one == theme) for one in THEMES)]
