"""Three views to compare with: "hello", the same with one query, and a month of open times.

The month is as plain as Django allows, and does what a good first version would do: one range
query that meets the index, one sweep with two pointers over weekday hours and busy times, JSON.
It knows no buffers of others, no time off, no caps, no notice, no second place, and writes the
very same starts.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.urls import path

NEW_YORK = ZoneInfo("America/New_York")
LENGTH, BLOCK, GRID = timedelta(minutes=50), timedelta(minutes=60), timedelta(minutes=30)
NOTICE, DAY = timedelta(hours=12), timedelta(days=1)


class Busy(models.Model):
    """The portal's own table of appointments."""

    practitioner_id = models.BigIntegerField()
    blocked_from = models.DateTimeField()
    blocked_until = models.DateTimeField()
    status = models.CharField(max_length=20)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "booking_appointment"

    def __str__(self) -> str:
        return f"busy {self.pk}"


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello", headers={"Content-Length": "5"})


def asking(request: HttpRequest) -> HttpResponse:
    """The least that an answer costs which asks the database anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return hello(request)


def month(request: HttpRequest) -> HttpResponse:
    first, last = (date.fromisoformat(request.GET[name]) for name in ("from", "to"))
    start, end = _midnight(first), _midnight(last + DAY)
    busy = list(
        Busy.objects.filter(
            practitioner_id=int(os.environ["BENCH_PRACTITIONER"]),
            status__in=("held", "requested", "confirmed", "completed", "no_show"),
            blocked_from__gte=start - DAY,
            blocked_from__lt=end,
        )
        .order_by("blocked_from")
        .values_list("blocked_from", "blocked_until")
    )
    slots = [
        {"start": one.isoformat(), "end": (one + LENGTH).isoformat()}
        for one in _free(first, last, busy, datetime.now(UTC) + NOTICE)
    ]
    body = json.dumps({"slots": slots}).encode()
    return HttpResponse(
        body, content_type="application/json", headers={"Content-Length": str(len(body))}
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), NEW_YORK)


def _free(
    first: date, last: date, busy: list[tuple[datetime, datetime]], earliest: datetime
) -> Iterator[datetime]:
    """Weekdays from nine to six; both lists ascend, so each is walked once."""
    i = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() > 4:
            continue
        start, closes = (datetime.combine(day, time(hour), NEW_YORK) for hour in (9, 18))
        while start + LENGTH <= closes:
            while i < len(busy) and busy[i][1] <= start:
                i += 1
            is_busy = i < len(busy) and busy[i][0] < start + BLOCK
            if not is_busy and start >= earliest:
                yield start
            start += GRID


urlpatterns = [path("", hello), path("asking", asking), path("month", month)]
