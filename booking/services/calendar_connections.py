"""The therapist's own calendars: connected, chosen, failing, well again, disconnected."""

import logging
from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from accounts.models import User
from booking import caldav
from booking.caldav import Account, FoundCalendar
from booking.calendar_problems import CalendarProblem, NoCalendar, WrongPassword
from booking.models import CalendarConnection, ExternalEvent, Practitioner
from portal.shared import audit, outbox
from portal.shared.request import Source

logger = logging.getLogger(__name__)

NEVER_PUSHED = 2**31 - 1
"""No appointment's SEQUENCE, so what carries it is brought in line at the next sync."""


class NothingChosen(Exception):
    """A calendar that neither gets appointments nor gives busy times is not connected."""


def account_of(connection: CalendarConnection) -> Account:
    """With the password in clear: only for a call of `booking.caldav`."""
    return Account(connection.server_url, connection.username, connection.password)


def connect(
    *,
    practitioner: Practitioner,
    account: Account,
    by: User,
    source: Source,
    now: datetime,
) -> CalendarConnection:
    """Keep the account once the server has let us in. Raises CalendarProblem.

    Nothing is exchanged until a calendar is chosen.
    """
    if not caldav.calendars(account):
        raise NoCalendar
    with transaction.atomic():
        CalendarConnection.objects.filter(practitioner=practitioner, calendar_url="").delete()
        connection = CalendarConnection.objects.create(
            practitioner=practitioner,
            name=(urlsplit(account.url).hostname or "")[:120],
            server_url=account.url,
            username=account.username,
            password=account.password,
        )
        _record("connect", connection, by=by, source=source, now=now)
    return connection


def found(connection: CalendarConnection) -> list[FoundCalendar]:
    """The calendars of the account, as the server lists them now. Raises CalendarProblem."""
    return caldav.calendars(account_of(connection))


@transaction.atomic
def choose(
    *,
    connection: CalendarConnection,
    calendars: Collection[FoundCalendar],
    push_to: str,
    pull_from: Collection[str],
    shows_initials: bool,
    by: User,
    source: Source,
    now: datetime,
) -> list[CalendarConnection]:
    """One row a calendar: `push_to` is the address of one, `pull_from` of any number.

    Raises NothingChosen.
    """
    chosen = [one for one in calendars if one.url == push_to or one.url in pull_from]
    if not chosen:
        raise NothingChosen
    rows = [connection, *(_sibling(connection) for _ in chosen[1:])]
    for row, one in zip(rows, chosen, strict=True):
        row.calendar_url, row.name = one.url, one.name
        row.pushes, row.pulls = one.url == push_to, one.url in pull_from
        row.shows_initials = shows_initials
        row.save()
        _sync_soon(row, now)
    for row in rows:
        _record("choose", row, by=by, source=source, now=now, **_ways(row))
    return rows


@transaction.atomic
def change(
    *,
    connection: CalendarConnection,
    pushes: bool,
    pulls: bool,
    shows_initials: bool,
    by: User,
    source: Source,
    now: datetime,
) -> None:
    """Other ways, or other titles; what was read is read anew. Raises NothingChosen."""
    if not (pushes or pulls):
        raise NothingChosen
    row = CalendarConnection.objects.select_for_update().get(pk=connection.pk)
    retitled = row.shows_initials != shows_initials
    row.pushes, row.pulls, row.shows_initials, row.sync_token = pushes, pulls, shows_initials, ""
    row.save(update_fields=["pushes", "pulls", "shows_initials", "sync_token", "updated_at"])
    if not pulls:
        ExternalEvent.objects.filter(connection=row).delete()
    if retitled:
        row.pushed.update(sequence=NEVER_PUSHED)
    _sync_soon(row, now)
    _record("change", row, by=by, source=source, now=now, **_ways(row))


def renew_password(
    *, connection: CalendarConnection, password: str, by: User, source: Source, now: datetime
) -> None:
    """For all calendars of the account, once the server accepts it. Raises CalendarProblem."""
    account = account_of(connection)
    caldav.calendars(Account(account.url, account.username, password))
    with transaction.atomic():
        for row in CalendarConnection.objects.filter(practitioner=connection.practitioner_id):
            if (row.server_url, row.username) == (account.url, account.username):
                row.password, row.failing_since, row.failure = password, None, ""
                row.save(update_fields=["password", "failing_since", "failure", "updated_at"])
                _sync_soon(row, now)
        _record("password", connection, by=by, source=source, now=now)


@transaction.atomic
def disconnect(
    *,
    connection: CalendarConnection,
    remove_pushed: bool,
    by: User,
    source: Source,
    now: datetime,
) -> None:
    """Forget the password and what was read, at once; or as soon as our events are out of there."""
    row = CalendarConnection.objects.select_for_update().get(pk=connection.pk)
    _record("disconnect", row, by=by, source=source, now=now, removes=remove_pushed)
    if not remove_pushed or not row.pushed.exists():
        row.delete()
        return
    ExternalEvent.objects.filter(connection=row).delete()
    row.pushes = row.pulls = False
    row.save(update_fields=["pushes", "pulls", "updated_at"])
    outbox.enqueue(
        kind="end_calendar",
        key=f"end_calendar:{row.public_id}",
        payload={"connection_id": row.pk},
        now=now,
    )


def note_failure(
    connection: CalendarConnection, problem: CalendarProblem, *, now: datetime
) -> None:
    """Since when and why, for her to see; the time of the first failure stays."""
    logger.warning("calendar connection %s: %s", connection.pk, problem.code)
    rows = CalendarConnection.objects.filter(pk=connection.pk)
    rows.filter(failing_since__isnull=True).update(failing_since=now, failure=problem.code)
    rows.update(failure=problem.code)


def note_success(connection: CalendarConnection, *, now: datetime) -> None:
    """Both ways are as they should be."""
    CalendarConnection.objects.filter(pk=connection.pk).update(
        synced_at=now, failing_since=None, failure=""
    )


def is_locked_out(connection: CalendarConnection) -> bool:
    """The password was refused: asking on and on would lock the account at its service."""
    return connection.failure == WrongPassword.code


def _sibling(connection: CalendarConnection) -> CalendarConnection:
    """Another calendar of the same account."""
    return CalendarConnection(
        practitioner_id=connection.practitioner_id,
        server_url=connection.server_url,
        username=connection.username,
        password=connection.password,
    )


def _sync_soon(connection: CalendarConnection, now: datetime) -> None:
    outbox.enqueue(
        kind="sync_calendar",
        key=f"sync_calendar:{connection.public_id}:{now.isoformat()}",
        payload={"connection_id": connection.pk},
        now=now,
    )


def _ways(connection: CalendarConnection) -> dict[str, bool]:
    return {
        "pushes": connection.pushes,
        "pulls": connection.pulls,
        "initials": connection.shows_initials,
    }


def _record(
    what: str,
    connection: CalendarConnection,
    *,
    by: User,
    source: Source,
    now: datetime,
    **detail: object,
) -> None:
    audit.record(
        action=f"calendar.{what}",
        by=by,
        obj=connection,
        source=source,
        detail=dict(detail),
        now=now,
    )
