"""Appointments go to the therapist's own calendar; what happens to them there changes none here.

An effect brings one event in line with its appointment as it stands when the effect runs, so it
may run late, twice or out of order. It writes only over the version that we know: where the
other side changed the event meanwhile, she sees both and decides.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from accounts.models import Practice
from booking import caldav
from booking.caldav import Item
from booking.calendar_problems import CalendarProblem, ChangedThere, NotThere, WrongPassword
from booking.models import Appointment, CalendarConnection, PushedEvent, PushState
from booking.own_event import Theirs, merged, read_theirs, text_of
from booking.services.calendar_connections import account_of, is_locked_out, note_failure
from booking.services.outside_view import SHOWN, outside
from portal.shared import outbox

TRIES = 3  # the other side may change it between our look and our write
MOST_AT_ONCE = 200
LONGEST_FAREWELL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Errand:
    """One appointment on its way to one calendar. `force`: ours counts, whatever stands there."""

    connection: CalendarConnection
    appointment: Appointment
    now: datetime
    force: bool = False

    @property
    def href(self) -> str:
        base = self.connection.calendar_url.rstrip("/")
        return f"{base}/{self.appointment.public_id}.ics"

    @property
    def is_shown(self) -> bool:
        return self.appointment.status in SHOWN


def later(appointment: Appointment, *, now: datetime) -> None:
    """Write down that the calendars are to follow, in the transaction of the change."""
    pushing = CalendarConnection.objects.filter(
        practitioner_id=appointment.practitioner_id, pushes=True
    ).exclude(calendar_url="")
    for connection_id in pushing.values_list("pk", flat=True):
        outbox.enqueue(
            kind="push_event",
            key=f"push:{connection_id}:{appointment.pk}:{now.isoformat()}",
            payload={"connection_id": connection_id, "appointment_id": appointment.pk},
            now=now,
        )


def push(*, connection_id: int, appointment_id: int, now: datetime) -> None:
    """Bring one event in line. Raises CalendarProblem, which the page then shows."""
    connection = (
        CalendarConnection.objects.filter(pk=connection_id, pushes=True)
        .exclude(calendar_url="")
        .first()
    )
    if connection is None or is_locked_out(connection):
        return  # the sync that follows a new password or choice finds what is missing
    try:
        bring_in_line(connection, appointment_id, now=now)
    except CalendarProblem as problem:
        note_failure(connection, problem, now=now)
        raise


def push_missing(connection: CalendarConnection, *, now: datetime) -> None:
    """Whatever an effect could not do: a new connection, a long silence, a lost answer."""
    pushed = PushedEvent.objects.filter(connection=connection)
    behind = pushed.filter(
        ~Q(appointment__status__in=SHOWN)
        | Q(state=PushState.PUSHED) & ~Q(sequence=F("appointment__sequence"))
    )
    new = Appointment.objects.filter(
        practitioner_id=connection.practitioner_id,
        status__in=SHOWN,
        client__isnull=False,
        ends_at__gt=now,
    ).exclude(pk__in=pushed.values("appointment"))
    wanted = [*behind.values_list("appointment", flat=True), *new.values_list("pk", flat=True)]
    for appointment_id in wanted[:MOST_AT_ONCE]:
        bring_in_line(connection, appointment_id, now=now)


def bring_in_line(
    connection: CalendarConnection, appointment_id: int, *, now: datetime, force: bool = False
) -> None:
    """Create, change or remove the event; keep a conflict where theirs is not the one we know."""
    for _ in range(TRIES):
        appointment = Appointment.objects.select_related("client").get(pk=appointment_id)
        try:
            _once(Errand(connection, appointment, now, force))
            return
        except ChangedThere:
            continue
    raise CalendarProblem("it changes faster than we can follow")


def remove_all(*, connection_id: int, now: datetime) -> None:
    """After a disconnection: our events out of the calendar, then the account forgotten.

    Raises CalendarProblem to be tried again; after a day, or a refused password, it gives up.
    """
    connection = CalendarConnection.objects.filter(
        pk=connection_id, pushes=False, pulls=False
    ).first()
    if connection is None:
        return
    try:
        for pushed in connection.pushed.all():
            with suppress(NotThere):
                caldav.delete(account_of(connection), pushed.href, "")
            pushed.delete()
    except CalendarProblem as problem:
        note_failure(connection, problem, now=now)
        waits = now < connection.updated_at + LONGEST_FAREWELL
        if waits and not isinstance(problem, WrongPassword):
            raise
    connection.delete()


def notice(
    pushed: PushedEvent, *, etag: str, theirs: Theirs | None, is_gone: bool, now: datetime
) -> None:
    """What a sync found out about an event of ours; writes it down for her to see."""
    appointment = pushed.appointment
    if appointment.status not in SHOWN:
        return  # it is to be taken away; `push_missing` does it and meets what stands there
    is_left_out = not pushed.etag and pushed.state == PushState.PUSHED
    if is_gone and (is_left_out or appointment.ends_at <= now):
        return
    if is_gone or (theirs and theirs.is_off):
        save(pushed, state=PushState.GONE, noticed_at=pushed.noticed_at or now)
    elif etag and etag == pushed.etag and pushed.state == PushState.PUSHED:
        return  # our own writing
    elif appointment.ends_at <= now or (theirs and _agrees(theirs, appointment)):
        save(pushed, state=PushState.PUSHED, etag=etag)
    else:
        _save_conflict(pushed, theirs, etag, now)


def _once(errand: Errand) -> None:
    pushed = PushedEvent.objects.filter(
        connection=errand.connection, appointment=errand.appointment
    ).first()
    if pushed is None and errand.is_shown:
        _create(errand)
    elif pushed is not None and errand.is_shown:
        _update(errand, pushed)
    elif pushed is not None:
        _remove(errand, pushed)


def _create(errand: Errand) -> None:
    """Where the event lies there already (a lost answer, an earlier connection), look at it."""
    account, text = account_of(errand.connection), _text(errand)
    try:
        etag = caldav.create(account, errand.href, text)
    except ChangedThere:
        _adopt(errand, caldav.fetch(account, errand.href))
        return
    etag = etag or caldav.fetch(account, errand.href).etag
    _pushed_row(errand, state=PushState.PUSHED, etag=etag)


def _adopt(errand: Errand, item: Item) -> None:
    theirs = _theirs(item)
    if theirs and _agrees(theirs, errand.appointment):
        _pushed_row(errand, state=PushState.PUSHED, etag=item.etag)
    else:
        row = _pushed_row(errand, state=PushState.PUSHED)
        _save_conflict(row, theirs, item.etag, errand.now)


def _update(errand: Errand, pushed: PushedEvent) -> None:
    account = account_of(errand.connection)
    try:
        item = caldav.fetch(account, pushed.href)
    except NotThere:
        _update_missing(errand, pushed)
        return
    theirs = _theirs(item)
    agrees = theirs is not None and _agrees(theirs, errand.appointment)
    if not (errand.force or _is_known(pushed, item) or agrees):
        _save_conflict(pushed, theirs, item.etag, errand.now)
        return
    text = _text(errand) if errand.force else _merged(errand, item)
    etag = caldav.update(account, pushed.href, text, item.etag)
    etag = etag or caldav.fetch(account, pushed.href).etag
    save(pushed, state=PushState.PUSHED, etag=etag, sequence=errand.appointment.sequence)


def _update_missing(errand: Errand, pushed: PushedEvent) -> None:
    if errand.force:
        pushed.delete()
        _create(errand)
    else:
        save(pushed, state=PushState.GONE, noticed_at=errand.now)


def _remove(errand: Errand, pushed: PushedEvent) -> None:
    """The appointment is off: the event goes, unless it became another one meanwhile."""
    account = account_of(errand.connection)
    try:
        item = caldav.fetch(account, pushed.href)
        theirs = _theirs(item)
        is_same = theirs is not None and (theirs.is_off or _agrees(theirs, errand.appointment))
        if not (errand.force or _is_known(pushed, item) or is_same):
            _save_conflict(pushed, theirs, item.etag, errand.now)
            return
        caldav.delete(account, pushed.href, item.etag)
    except NotThere:
        pass
    pushed.delete()


def _is_known(pushed: PushedEvent, item: Item) -> bool:
    """The version that we wrote or that she decided about, and no later one."""
    return pushed.state == PushState.PUSHED and bool(item.etag) and item.etag == pushed.etag


def _agrees(theirs: Theirs, appointment: Appointment) -> bool:
    same_time = (theirs.starts_at, theirs.ends_at) == (appointment.starts_at, appointment.ends_at)
    return same_time and theirs.is_plain and not theirs.is_off


def _theirs(item: Item) -> Theirs | None:
    return read_theirs(item.text, Practice.get().zone)


def _text(errand: Errand) -> str:
    return text_of(outside(errand.appointment, shows_initials=errand.connection.shows_initials))


def _merged(errand: Errand, item: Item) -> str:
    return merged(
        item.text, outside(errand.appointment, shows_initials=errand.connection.shows_initials)
    )


def _pushed_row(errand: Errand, **values: Any) -> PushedEvent:
    row, _ = PushedEvent.objects.update_or_create(
        connection=errand.connection,
        appointment=errand.appointment,
        defaults={
            "href": caldav.address_of(errand.connection.calendar_url, errand.href),
            "sequence": errand.appointment.sequence,
            **values,
        },
    )
    return row


def save(pushed: PushedEvent, *, state: PushState, **values: Any) -> None:
    cleared = {"their_starts_at": None, "their_ends_at": None, "noticed_at": None}
    PushedEvent.objects.filter(pk=pushed.pk).update(state=state, **cleared | values)


def _save_conflict(pushed: PushedEvent, theirs: Theirs | None, etag: str, now: datetime) -> None:
    """With the version that she will see; since when stays, so that she sees how long it waits."""
    save(
        pushed,
        state=PushState.GONE if theirs and theirs.is_off else PushState.CONFLICT,
        etag=etag,
        their_starts_at=theirs.starts_at if theirs else None,
        their_ends_at=theirs.ends_at if theirs else None,
        noticed_at=pushed.noticed_at or now,
    )
