"""An event of ours was changed or deleted in the other calendar: the therapist decides."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from booking.models import PushedEvent, PushState
from booking.services import appointments, calendar_push
from portal.shared import audit
from portal.shared.request import Source


class NothingToMove(Exception):
    """The other side has no time of its own for it (any more)."""


@transaction.atomic
def move_there(*, pushed: PushedEvent, by: User, source: Source, now: datetime) -> None:
    """Theirs counts: the appointment moves to their start, its length stays.

    Raises NotOpen and NotAllowed as `appointments.reschedule` does, and NothingToMove.
    """
    row = PushedEvent.objects.select_for_update().get(pk=pushed.pk)
    if row.state != PushState.CONFLICT or row.their_starts_at is None:
        raise NothingToMove
    calendar_push.save(row, state=PushState.PUSHED)  # the version that she saw may be written over
    appointments.reschedule(
        appointment=row.appointment,
        starts_at=row.their_starts_at,
        place=row.appointment.place,
        by=by,
        source=source,
        now=now,
    )


def put_back(*, pushed: PushedEvent, by: User, source: Source, now: datetime) -> None:
    """Ours counts: the event stands there as it stands here. Raises CalendarProblem."""
    calendar_push.bring_in_line(pushed.connection, pushed.appointment_id, now=now, force=True)
    _record("put_back", pushed, by=by, source=source, now=now)


@transaction.atomic
def leave_out(*, pushed: PushedEvent, by: User, source: Source, now: datetime) -> None:
    """She deleted it there and wants it so, at least until the appointment changes."""
    calendar_push.save(
        pushed, state=PushState.PUSHED, etag="", sequence=pushed.appointment.sequence
    )
    _record("leave_out", pushed, by=by, source=source, now=now)


def _record(what: str, pushed: PushedEvent, *, by: User, source: Source, now: datetime) -> None:
    audit.record(
        action=f"calendar.{what}",
        by=by,
        obj=pushed.appointment,
        client=pushed.appointment.client,
        source=source,
        detail={"connection": pushed.connection_id},
        now=now,
    )
