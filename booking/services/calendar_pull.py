"""Busy times come from the therapist's own calendar, and news of our own events in it.

A sync asks the server first and the expander second, both outside of a transaction, and then
writes everything at once: what a reader sees is always one state of the other calendar.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import Practice
from booking import caldav
from booking.caldav import Item
from booking.calendar_problems import CalendarProblem, TokenExpired, TooMuch
from booking.foreign_events import Reading, Unreadable, read_events
from booking.models import (
    LONGEST_HORIZON_DAYS,
    Appointment,
    CalendarConnection,
    ExternalBusy,
    ExternalEvent,
    PushedEvent,
)
from booking.own_event import read_theirs
from booking.services import calendar_push
from booking.services.calendar_connections import (
    account_of,
    is_locked_out,
    note_failure,
    note_success,
)

logger = logging.getLogger(__name__)

NEEDED = timedelta(days=LONGEST_HORIZON_DAYS + 1)
"""So far ahead anybody can book, so so far the repeats of events must be counted."""
AHEAD = NEEDED + timedelta(days=31)
"""Counted a month further, so that the counting is done anew once a month, not at every sync."""
BEHIND = timedelta(days=1)
FIRST_LOOK = timedelta(days=4 * 366)
"""Single events so far off are known from the start; those beyond when they are next changed."""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class News:
    """What the server told: new versions, what is gone, and where we are now."""

    token: str
    items: list[Item]
    gone: set[str]


def waiting_ids() -> list[int]:
    """The connections to sync now: not those whose password was refused."""
    chosen = CalendarConnection.objects.exclude(calendar_url="")
    in_use = chosen.filter(Q(pushes=True) | Q(pulls=True))
    return [one.pk for one in in_use if not is_locked_out(one)]


def sync_quietly(*, connection_id: int, now: datetime) -> None:
    """For the clock and the worker: what goes wrong stands on the page."""
    connection = CalendarConnection.objects.filter(pk=connection_id).first()
    if connection is None or not connection.calendar_url:
        return
    with suppress(CalendarProblem):
        sync(connection, now=now)


def sync(connection: CalendarConnection, *, now: datetime) -> None:
    """Both ways. Raises CalendarProblem, which is noted for the page as well."""
    try:
        pull(connection, now=now)
        if connection.pushes:
            calendar_push.push_missing(connection, now=now)
    except CalendarProblem as problem:
        note_failure(connection, problem, now=now)
        raise
    note_success(connection, now=now)


def pull(connection: CalendarConnection, *, now: datetime) -> None:
    """Bring busy times and our events' states in line with the other calendar."""
    news = _ask(connection, now)
    stale = [] if not connection.pulls else list(_stale(connection, news, now))
    texts = [item.text for item in news.items] + [event.source for event in stale]
    zone = Practice.get().zone
    try:
        readings = read_events(texts, zone=zone, start=now - BEHIND, end=now + AHEAD)
    except Unreadable as problem:
        raise TooMuch from problem
    fresh = list(zip(news.items, readings, strict=False))
    again = list(zip(stale, readings[len(news.items) :], strict=True))
    _write(connection, news, fresh, again, now)


def _ask(connection: CalendarConnection, now: datetime) -> News:
    if connection.sync_token:
        try:
            return _ask_for_changes(connection)
        except TokenExpired:
            logger.info("calendar connection %s: read anew", connection.pk)
    return _ask_for_all(connection, now)


def _ask_for_changes(connection: CalendarConnection) -> News:
    account, url = account_of(connection), connection.calendar_url
    changes = caldav.changes(account, url, connection.sync_token)
    wanted = _worth_reading(connection, changes.changed)
    items = caldav.read(account, url, wanted) if wanted else []
    missing = set(wanted) - {item.href for item in items}  # deleted between the two questions
    return News(changes.token, items, {*changes.gone, *missing})


def _ask_for_all(connection: CalendarConnection, now: datetime) -> News:
    """The place in the list of changes comes first: what changes meanwhile is told twice."""
    account, url = account_of(connection), connection.calendar_url
    changes = caldav.changes(account, url, "")
    items = []
    if connection.pulls:
        items = caldav.between(account, url, now - BEHIND, now + FIRST_LOOK)
    ours = _hrefs(connection.pushed.all())
    read = {item.href for item in items}
    unread = sorted((ours & changes.changed.keys()) - read)
    items += caldav.read(account, url, unread) if unread else []
    known = ours | _hrefs(connection.events.all())
    return News(changes.token, items, known - changes.changed.keys())


def _worth_reading(connection: CalendarConnection, changed: dict[str, str]) -> list[str]:
    """All of them where busy times are wanted; else those of ours that we did not write."""
    ours = dict(connection.pushed.values_list("href", "etag"))
    others = [href for href in changed if href not in ours] if connection.pulls else []
    touched = [href for href, etag in ours.items() if changed.get(href, etag) != etag]
    return sorted(others + touched)


def _stale(connection: CalendarConnection, news: News, now: datetime) -> Iterator[ExternalEvent]:
    """Whose repeats were not counted far enough for today, and which did not change."""
    told = news.gone | {item.href for item in news.items}
    behind = connection.events.filter(expanded_until__lt=now + NEEDED, is_bad=False)
    return (event for event in behind if event.href not in told)


def _write(
    connection: CalendarConnection,
    news: News,
    fresh: Sequence[tuple[Item, Reading]],
    again: Sequence[tuple[ExternalEvent, Reading]],
    now: datetime,
) -> None:
    with transaction.atomic():
        row = CalendarConnection.objects.select_for_update().filter(pk=connection.pk).first()
        if row is None or row.sync_token != connection.sync_token or row.pulls != connection.pulls:
            return  # another sync, or she, was quicker; what we know is out of date
        _notice_ours(connection, news, fresh, now)
        foreign = list(_not_ours(connection, fresh)) if connection.pulls else []
        _forget(connection, [*news.gone, *(item.href for item, _ in fresh)])
        _forget(connection, [event.href for event, _ in again])
        _keep(connection, foreign, now)
        _keep(connection, [(_item_of(event), reading) for event, reading in again], now)
        row.sync_token = news.token
        row.save(update_fields=["sync_token", "updated_at"])


def _notice_ours(
    connection: CalendarConnection,
    news: News,
    fresh: Iterable[tuple[Item, Reading]],
    now: datetime,
) -> None:
    """Our events by their address: new versions, and those that are gone."""
    zone, told = Practice.get().zone, {item.href: item for item, _ in fresh}
    for pushed in connection.pushed.select_related("appointment"):
        item = told.get(pushed.href)
        if item or pushed.href in news.gone:
            calendar_push.notice(
                pushed,
                etag=item.etag if item else "",
                theirs=read_theirs(item.text, zone) if item else None,
                is_gone=item is None,
                now=now,
            )


def _not_ours(
    connection: CalendarConnection, fresh: Sequence[tuple[Item, Reading]]
) -> Iterator[tuple[Item, Reading]]:
    """Without copies of our appointments: those are in the diary already."""
    ours = set(
        Appointment.objects.filter(
            practitioner_id=connection.practitioner_id,
            public_id__in=[reading.uid for _, reading in fresh if reading.uid],
        ).values_list("public_id", flat=True)
    )
    return (pair for pair in fresh if pair[1].uid not in ours)


def _forget(connection: CalendarConnection, hrefs: Iterable[str]) -> None:
    wanted = list(hrefs)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        ExternalEvent.objects.filter(connection=connection, href__in=chunk).delete()


def _keep(
    connection: CalendarConnection, pairs: Iterable[tuple[Item, Reading]], now: datetime
) -> None:
    """What takes time, may take it later, or can't be read; the rest is none of our business."""
    kept = [
        (item, reading)
        for item, reading in pairs
        if len(item.href) <= caldav.LONGEST_HREF
        and (reading.is_bad or reading.busy or reading.comes_later)
    ]
    events = ExternalEvent.objects.bulk_create(
        ExternalEvent(
            connection=connection,
            href=item.href,
            etag=item.etag[:200],
            source="" if reading.is_bad else item.text,
            expanded_until=now + AHEAD,
            is_bad=reading.is_bad,
        )
        for item, reading in kept
    )
    ExternalBusy.objects.bulk_create(
        ExternalBusy(
            event=event, practitioner_id=connection.practitioner_id, starts_at=start, ends_at=end
        )
        for event, (_, reading) in zip(events, kept, strict=True)
        for start, end in reading.busy
    )


def _item_of(event: ExternalEvent) -> Item:
    return Item(event.href, event.etag, event.source)


def _hrefs(rows: Iterable[ExternalEvent | PushedEvent]) -> set[str]:
    return {row.href for row in rows}
