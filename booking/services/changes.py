"""Changes that can be taken back for a while: until then nothing is mailed and nothing charged.

A change keeps how the appointment stood before it. The time that was given up is held for the
same while, so that taking the change back can never lose against somebody else.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from booking.intervals import Interval, difference, merged
from booking.models import (
    KEPT_FOR_UNDO,
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
)
from booking.services import follow_ups
from booking.services.contention import retrying
from booking.services.diary_rows import Overlook
from booking.services.open_slots import SlotTaken, instant
from booking.services.placing import MOVED, end_holds, lock_diary, write
from booking.states import LIVE, Party, Status, check_undo
from portal.shared import audit, outbox
from portal.shared.request import Source

UNDO = timedelta(minutes=3)
GRACE = timedelta(seconds=20)
"""The time that was given up is held this much longer: an undo at the last moment takes a while."""
NOBODY = Source()
WAS = ("status", "place", "starts_at", "ends_at", "blocked_from", "blocked_until", "sequence")
RESTORED = (
    *MOVED, "status", "place", "sequence", "confirmed_at", "cancelled_at", "cancelled_by",
    "cancel_reason", "answer", "updated_at",
)  # fmt: skip


class UndoOver(Exception):
    """It can't be taken back any more: its time is over, or something else came after it."""


class UndoneAlready(UndoOver):
    """It is taken back; a second press of the button changes nothing."""


def party_of(user: User) -> Party:
    """Which side of the table a person sits on."""
    return Party.THERAPIST if user.is_therapist else Party.CLIENT


def begin(
    *, appointment: Appointment, action: str, by: User, now: datetime, batch: UUID | None = None
) -> AppointmentChange:
    """Note how it stands, before the write, and when the client is to be told of what it is then.

    A later change of the same appointment is told together with this one, in one mail.
    """
    change = AppointmentChange.objects.create(
        appointment=appointment,
        batch=batch or uuid4(),
        action=action,
        made_by=by,
        made_at=now,
        undo_until=now + UNDO,
        **{f"was_{name}": getattr(appointment, name) for name in WAS},
    )
    outbox.enqueue(
        kind="tell_change",
        key=f"change:{change.batch}",
        payload={"change_id": change.pk},
        due_at=change.undo_until,
        now=now,
    )
    return change


def make_room(
    change: AppointmentChange, wanted: dict[str, datetime], *, now: datetime
) -> list[AppointmentChange]:
    """What is kept for this appointment, or for others of its batch, gives way where it goes to.

    Returns the changes whose time it was, for `keep_time`.
    """
    start, end = wanted["blocked_from"], wanted["blocked_until"]
    own = Q(appointment=change.appointment_id) | Q(batch=change.batch)
    changes = {holder_of(each): each for each in AppointmentChange.objects.open(now).filter(own)}
    rows = list(_kept_rows(changes).filter(blocked_from__lt=end, blocked_until__gt=start))
    end_holds(rows)
    return [changes[holder] for holder in dict.fromkeys(row.holder for row in rows)]


def keep_time(*changes: AppointmentChange) -> None:
    """After the write: hold what was given up, for as long as it can be taken back."""
    for change in sorted(changes, key=lambda each: each.pk, reverse=True):
        if change.was_status in LIVE:
            for start, end in difference([_was(change)], _taken_beside(change)):
                write(_kept_row(change, instant(start), instant(end)))


def kept_until(change: AppointmentChange) -> datetime:
    """From when on the time that was given up is free for others."""
    return change.undo_until + GRACE


@retrying
@transaction.atomic
def undo(*, batch: UUID, by: User, now: datetime, source: Source = NOBODY) -> list[Appointment]:
    """Take back the changes that `by` made together: all of them, or none.

    Raises UndoOver, UndoneAlready. Nobody takes back what somebody else did.
    """
    rows = _lock_batch(batch, by)
    changes = list(AppointmentChange.objects.filter(batch=batch, made_by=by).order_by("pk"))
    _check_undoable(changes, rows, party_of(by), now=now)
    _lift(rows, changes, now=now)
    for change in changes:
        _put_back(change, rows[change.appointment_id], now=now)
    keep_time(*AppointmentChange.objects.open(now).filter(appointment__in=rows))
    for row in rows.values():
        follow_ups.diary_changed(row, now=now)
    for change in changes:
        _record(change, rows[change.appointment_id], by=by, source=source, now=now)
    return list(rows.values())


def last_open(appointment: Appointment, *, by: User, now: datetime) -> AppointmentChange | None:
    """The change that this person may take back now, if there is one."""
    change = AppointmentChange.objects.open(now).filter(appointment=appointment).last()
    return change if change and change.made_by_id == by.pk else None


def open_until(appointment_id: int, *, now: datetime) -> datetime | None:
    """Until when its last change may still be taken back; None: there is nothing to take back."""
    change = AppointmentChange.objects.open(now).filter(appointment=appointment_id).last()
    return change.undo_until if change else None


def no_obstacle(rows: Collection[Appointment], *, now: datetime) -> Overlook:
    """What does not count as taken when these move together: they, and what is kept for them."""
    opened = AppointmentChange.objects.open(now).filter(appointment__in=rows)
    kept = Appointment.objects.filter(
        status=Status.HELD, holder__in=[holder_of(change) for change in opened]
    )
    return Overlook(moving={row.pk for row in rows} | set(kept.values_list("pk", flat=True)))


def holder_of(change: AppointmentChange) -> str:
    """The holder of the time that this change gave up."""
    return f"{KEPT_FOR_UNDO}{change.public_id}"


def _lock_batch(batch: UUID, by: User) -> dict[int, Appointment]:
    own = Appointment.objects.filter(changes__batch=batch, changes__made_by=by)
    keys = sorted(set(own.values_list("pk", flat=True)))
    rows = Appointment.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    locked = {row.pk: row for row in rows}
    for practitioner_id in sorted({row.practitioner_id for row in locked.values()}):
        lock_diary(practitioner_id)
    return locked


def _check_undoable(
    changes: list[AppointmentChange], rows: dict[int, Appointment], party: Party, *, now: datetime
) -> None:
    if changes and all(change.undone_at for change in changes):
        raise UndoneAlready
    still_open = AppointmentChange.objects.open(now).filter(appointment__in=rows)
    last = {change.appointment_id: change.pk for change in still_open}
    if not changes or any(last.get(each.appointment_id) != each.pk for each in changes):
        raise UndoOver
    for change in changes:
        status = rows[change.appointment_id].status
        check_undo(change.action, status, change.was_status, party)


def _lift(rows: dict[int, Appointment], changes: list[AppointmentChange], *, now: datetime) -> None:
    """Off the diary, all at once, so that they can be put back in any order."""
    others = AppointmentChange.objects.open(now).filter(appointment__in=rows)
    end_holds(list(_kept_rows(map(holder_of, {*changes, *others}))))
    Appointment.objects.filter(pk__in=rows).update(status=Status.EXPIRED)


def _put_back(change: AppointmentChange, row: Appointment, *, now: datetime) -> None:
    sequence = row.sequence
    for name in WAS:
        setattr(row, name, getattr(change, f"was_{name}"))
    if row.sequence != sequence:
        row.sequence = sequence + 1  # a calendar that reads along may know the number that it had
    if row.status == Status.REQUESTED:
        row.confirmed_at = None
    row.cancelled_at = row.cancelled_by = row.cancel_reason = row.answer = None
    try:
        write(row, update_fields=RESTORED)
    except SlotTaken as error:
        raise UndoOver from error
    change.undone_at = now
    change.save(update_fields=["undone_at"])


def _kept_rows(holders: Iterable[str]) -> AppointmentQuerySet:
    return Appointment.objects.select_for_update().filter(
        status=Status.HELD, holder__in=list(holders)
    )


def _kept_row(change: AppointmentChange, start: datetime, end: datetime) -> Appointment:
    appointment = change.appointment
    return Appointment(
        practitioner_id=appointment.practitioner_id,
        session_type_id=appointment.session_type_id,
        status=Status.HELD,
        place=change.was_place,
        starts_at=start,
        ends_at=end,
        blocked_from=start,
        blocked_until=end,
        holder=holder_of(change),
        held_at=change.made_at,
        held_until=kept_until(change),
    )


def _taken_beside(change: AppointmentChange) -> list[Interval]:
    """What stands in the time that the change gave up: the moved appointment itself, say."""
    start, end = change.was_blocked_from, change.was_blocked_until
    rows = (
        Appointment.objects.live()
        .filter(practitioner=change.appointment.practitioner_id, blocked_until__gt=start)
        .beginning_between(start, end)
    )
    return merged(_span(row.blocked_from, row.blocked_until) for row in rows)


def _was(change: AppointmentChange) -> Interval:
    return _span(change.was_blocked_from, change.was_blocked_until)


def _span(start: datetime, end: datetime) -> Interval:
    return int(start.timestamp()), int(end.timestamp())


def _record(
    change: AppointmentChange, row: Appointment, *, by: User, source: Source, now: datetime
) -> None:
    audit.record(
        action="appointment.undo",
        by=by,
        obj=row,
        client=row.client,
        source=source,
        detail={"status": row.status, "taken_back": change.action},
        now=now,
    )
