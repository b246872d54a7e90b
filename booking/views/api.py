"""GET /api/slots: open times for other programs, without sign-in."""

import hashlib
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from accounts.models import Practice
from accounts.policies import public
from booking.models import SessionType
from booking.services.open_slots import instant, open_seconds, terms_of
from booking.throttle import Throttle
from booking.wall_clock import day_interval
from booking.zones import UnknownZone, zone_named
from portal.shared.clock import utc_now
from portal.shared.request import client_ip

MOST_DAYS = 62
CACHING = "private, no-cache"
throttle = Throttle()


class BadQuery(Exception):
    """A parameter is missing or wrong; `name` and `detail` go into the answer."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name, self.detail = name, detail


@dataclass(frozen=True, slots=True)
class Query:
    session_type: SessionType
    zone: ZoneInfo
    first: date
    last: date


@public
@require_safe
def slots(request: HttpRequest) -> HttpResponse:
    """Open starts between two inclusive dates of a zone, as the design's interface says."""
    wait = _wait(request)
    if wait:
        return _too_many(wait)
    practice_zone = Practice.get().zone
    try:
        query = _query(request, practice_zone)
    except BadQuery as error:
        return _problem(error)
    found = _open(query, practice_zone)
    etag = _etag(query, found)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in [tag.removeprefix("W/") for tag in known]:
        return _finish(HttpResponseNotModified(), etag)
    return _finish(JsonResponse(_body(query, found)), etag)


def _query(request: HttpRequest, practice_zone: ZoneInfo) -> Query:
    session_type = _session_type(request.GET.get("session_type", ""))
    zone = _zone(request.GET.get("tz", practice_zone.key))
    first, last = _date(request, "from"), _date(request, "to")
    if last < first:
        raise BadQuery("to", "'to' lies before 'from'.")
    if (last - first).days >= MOST_DAYS:
        raise BadQuery("to", f"At most {MOST_DAYS} days can be asked for at once.")
    return Query(session_type, zone, first, last)


def _session_type(slug: str) -> SessionType:
    try:
        types = SessionType.objects.select_related("practitioner")
        return types.get(slug=slug[:50], is_active=True)
    except SessionType.DoesNotExist:
        raise BadQuery("session_type", "There is no session type with this slug.") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_named(name)
    except UnknownZone:
        raise BadQuery("tz", "Give an IANA time zone such as America/New_York.") from None


def _date(request: HttpRequest, name: str) -> date:
    text = request.GET.get(name, "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if len(text) != 10 or not 2000 <= day.year < 2200:
        raise BadQuery(name, f"'{name}' is a date such as 2027-01-04.")
    return day


def _open(query: Query, practice_zone: ZoneInfo) -> list[int]:
    found = open_seconds(
        query.session_type,
        terms_of(query.session_type),
        practice_zone,
        start=instant(day_interval(query.zone, query.first)[0]),
        end=instant(day_interval(query.zone, query.last)[1]),
        now=utc_now(),
    )
    return list(found)


def _etag(query: Query, found: Sequence[int]) -> str:
    """Of the answer's meaning, before it is written out: a 304 costs no formatting."""
    parts = (query.session_type.slug, query.session_type.minutes, query.zone.key, found)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _body(query: Query, found: Sequence[int]) -> dict[str, object]:
    zone, length = query.zone, query.session_type.minutes * 60
    return {
        "session_type": query.session_type.slug,
        "time_zone": zone.key,
        "slots": [
            {"start": _iso(second, zone), "end": _iso(second + length, zone)} for second in found
        ],
    }


def _iso(second: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(second, zone).isoformat()


def _finish(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = CACHING
    return response


def _problem(error: BadQuery) -> HttpResponse:
    return _as_problem(400, "This question can't be answered", error.detail, parameter=error.name)


def _too_many(wait: float) -> HttpResponse:
    response = _as_problem(429, "Too many questions", "Please ask again in a moment.")
    response["Retry-After"] = str(math.ceil(wait))
    return response


def _as_problem(status: int, title: str, detail: str, **extra: str) -> HttpResponse:
    """RFC 9457."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **extra}
    response = HttpResponse(
        json.dumps(body), status=status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    return response


def _wait(request: HttpRequest) -> float:
    limit: int = settings.SLOT_REQUESTS_PER_MINUTE
    if not limit:
        return 0.0
    return throttle.wait(client_ip(request), per_minute=limit, now=time.monotonic())
