"""The secret address that a calendar program reads: made, renewed, ended, and what stands there."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Sum

from accounts.models import User
from booking.models import LONGEST_HORIZON_DAYS, Appointment, CalendarFeed, Practitioner
from booking.own_event import file_of
from booking.services.outside_view import OFF, SHOWN, outside
from portal.shared import audit
from portal.shared.request import Source

TOKEN_BYTES = 32
KEPT_DAYS = 60
"""So long past sessions and cancelled ones stay, so that every program hears of them."""
USE_NOTED = timedelta(hours=1)
HOURS_BETWEEN_READINGS = 1
NAME = "Appointments"


@dataclass(frozen=True, slots=True)
class Made:
    """`token` is known now and never again."""

    feed: CalendarFeed
    token: str


@transaction.atomic
def make(
    *, practitioner: Practitioner, shows_initials: bool, by: User, source: Source, now: datetime
) -> Made:
    """A new secret address; the one before, if any, ends with it."""
    had_one = CalendarFeed.objects.filter(practitioner=practitioner).delete()[0] > 0
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed.objects.create(
        practitioner=practitioner,
        token_hash=hash_of(token),
        shows_initials=shows_initials,
        created_at=now,
    )
    audit.record(
        action="calendar_feed.renew" if had_one else "calendar_feed.make",
        by=by,
        obj=feed,
        source=source,
        detail={"initials": shows_initials},
        now=now,
    )
    return Made(feed, token)


@transaction.atomic
def end(*, feed: CalendarFeed, by: User, source: Source, now: datetime) -> None:
    """Nobody reads it any more."""
    feed.delete()
    audit.record(action="calendar_feed.end", by=by, obj=feed, source=source, now=now)


def find(token: str) -> CalendarFeed | None:
    """The feed that this token opens."""
    return CalendarFeed.objects.filter(token_hash=hash_of(token)).first()


def note_use(feed: CalendarFeed, *, now: datetime) -> None:
    """Written at most once an hour: programs ask often, and a write costs more than the answer."""
    if feed.last_used_at is None or feed.last_used_at <= now - USE_NOTED:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=now)


def version(feed: CalendarFeed, *, now: datetime) -> str:
    """A strong ETag of what `content` would give, by one query that reads no appointment."""
    rows = _rows(feed, now)
    told = {"count": Count("pk"), "sum": Sum("sequence"), "last": Max("updated_at")}
    if feed.shows_initials:
        told["names"] = Max("client__updated_at")
    parts = (feed.token_hash, feed.shows_initials, sorted(rows.aggregate(**told).items()))
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def content(feed: CalendarFeed, *, now: datetime) -> bytes:
    """The calendar file."""
    rows = _rows(feed, now).select_related("client").order_by("starts_at", "pk")
    events = (outside(row, shows_initials=feed.shows_initials) for row in rows)
    return file_of(events, name=NAME, hours_between_readings=HOURS_BETWEEN_READINGS)


def hash_of(token: str) -> str:
    """The token is random enough that a plain hash keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _rows(feed: CalendarFeed, now: datetime) -> QuerySet[Appointment]:
    """Whole days at the edges, so that the version changes once a day and not all the time."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=KEPT_DAYS)
    until = today + timedelta(days=LONGEST_HORIZON_DAYS + 1)
    return Appointment.objects.filter(
        Q(status__in=SHOWN) | Q(status__in=OFF, cancelled_at__gte=since),
        practitioner_id=feed.practitioner_id,
        client__isnull=False,
        blocked_from__gte=since,
        blocked_from__lt=until,
    ).order_by()
