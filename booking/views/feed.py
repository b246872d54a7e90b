"""GET /calendar/<token>.ics: what a calendar program reads. The token is all that it needs."""

import math
import time

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from accounts.policies import machine
from booking.services import calendar_feed
from booking.throttle import Throttle
from portal.shared.clock import utc_now
from portal.shared.request import client_ip

READINGS_PER_MINUTE = 60
throttle = Throttle()


@machine
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, or that nothing changed (304); an address that ended looks like any other."""
    wait = throttle.wait(client_ip(request), per_minute=READINGS_PER_MINUTE, now=time.monotonic())
    if wait:
        return _too_many(wait)
    found, now = calendar_feed.find(token), utc_now()
    if found is None:
        return _private(HttpResponse("Not found.\n", status=404, content_type="text/plain"))
    calendar_feed.note_use(found, now=now)
    etag = calendar_feed.version(found, now=now)
    if etag in [
        tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))
    ]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(
            calendar_feed.content(found, now=now), content_type="text/calendar; charset=utf-8"
        )
        response["Content-Disposition"] = 'inline; filename="appointments.ics"'
    response["ETag"] = etag
    return _private(response)


def _too_many(wait: float) -> HttpResponse:
    response = HttpResponse("Please ask again later.\n", status=429, content_type="text/plain")
    response["Retry-After"] = str(math.ceil(wait))
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a secret: no shared cache, no search engine, no Referer may carry it on."""
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
