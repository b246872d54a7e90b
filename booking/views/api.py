"""GET /api/slots: open times for other programs, without sign-in."""

import hashlib
import json
import math
import time
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from accounts.policies import public
from booking.answers import Answers, Kept
from booking.services.current_offer import OpenTimes, find_current, open_times
from booking.services.open_slots import instant
from booking.throttle import Throttle
from booking.wall_clock import day_interval, written
from booking.zones import UnknownZone, zone_named
from portal.shared.clock import utc_now
from portal.shared.express import express
from portal.shared.request import client_ip

MOST_DAYS = 62
CACHING = "private, no-cache"
NO_TYPE = "There is no session type with this slug."
throttle = Throttle()


class BadQuery(Exception):
    """A parameter is missing or wrong; `name` and `detail` go into the answer."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name, self.detail = name, detail


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked; without `tz`: in the practice's zone."""

    slug: str
    tz: str | None
    first: date
    last: date

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last


class Answer(NamedTuple):
    """A body that is written already, and its ETag."""

    body: bytes
    etag: str


answers: Answers[Answer] = Answers(most=256)


@express
@public
@require_safe
def slots(request: HttpRequest) -> HttpResponse:
    """Open starts between two inclusive dates of a zone, as the design's interface says.

    A type for clients of the practice is answered too: its times are true for those that it is
    for. Whoever it is not for is told when they want to hold one (booking/services/audiences.py).
    """
    wait = _wait(request)
    if wait:
        return _too_many(wait)
    try:
        answer = _answer(_query(request.META.get("QUERY_STRING", "")), utc_now())
    except BadQuery as error:
        return _problem(error)
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if answer.etag in [tag.removeprefix("W/") for tag in known]:
        return _finish(HttpResponseNotModified(), answer.etag)
    response = HttpResponse(answer.body, content_type="application/json")
    response["Content-Length"] = str(len(answer.body))
    return _finish(response, answer.etag)


@lru_cache(maxsize=256)
def _query(text: str) -> Query:
    """Read once: whoever polls asks the very same question. Raises BadQuery, each time."""
    asked = QueryDict(text)
    query = Query(
        asked.get("session_type", ""),
        asked.get("tz"),
        _date(asked, "from"),
        _date(asked, "to"),
    )
    if query.last < query.first:
        raise BadQuery("to", "'to' lies before 'from'.")
    if (query.last - query.first).days >= MOST_DAYS:
        raise BadQuery("to", f"At most {MOST_DAYS} days can be asked for at once.")
    return query


def _answer(query: Query, now: datetime) -> Answer:
    """Kept from before, where the diary still has the version of then; else worked out."""
    current = find_current(query.slug[:50])
    if current is None:
        raise BadQuery("session_type", NO_TYPE)
    # Inside a transaction the version may lag behind its own writes: nothing is kept there.
    version = None if connection.in_atomic_block else current.version
    key = (query, current.type_id, current.zone)
    kept = answers.get(key, version, now) if version else None
    if kept:
        return kept
    zone = _zone(current.zone if query.tz is None else query.tz)
    start, end = (instant(day_interval(zone, day)[n]) for n, day in enumerate(query.days))
    times = open_times(current, start, end, now)
    if times is None:
        raise BadQuery("session_type", NO_TYPE)
    answer = _written(query, zone, times)
    if version:
        answers.keep(key, Kept(version, now, times.until, answer))
    return answer


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_named(name)
    except UnknownZone:
        raise BadQuery("tz", "Give an IANA time zone such as America/New_York.") from None


def _date(asked: QueryDict, name: str) -> date:
    text = asked.get(name, "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if len(text) != 10 or not 2000 <= day.year < 2200:
        raise BadQuery(name, f"'{name}' is a date such as 2027-01-04.")
    return day


def _written(query: Query, zone: ZoneInfo, times: OpenTimes) -> Answer:
    starts = written(zone, times.starts)
    ends = written(zone, [start + times.length for start in times.starts])
    found = ", ".join(
        [f'{{"start": "{start}", "end": "{end}"}}' for start, end in zip(starts, ends, strict=True)]
    )
    # Moments need no escaping, and a month has hundreds: they are not passed to json.
    head = json.dumps({"session_type": query.slug, "time_zone": zone.key})
    body = f'{head[:-1]}, "slots": [{found}]}}'.encode()
    return Answer(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


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
