"""Writing a time into the practitioner's diary: the one place that meets the constraint."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from booking.availability import Terms
from booking.models import Appointment, Practitioner, SessionType
from booking.services import openings
from booking.services.contention import is_overlap
from booking.services.open_slots import SlotTaken, lengths_of
from booking.states import Status
from portal.shared import audit

MOVED = ("starts_at", "ends_at", "blocked_from", "blocked_until")


def lock_diary(practitioner_id: int) -> None:
    """One writer of a practitioner's time at once, so that the others wait and then see it taken.

    Without it PostgreSQL finds overlapping inserts to wait for each other, a second at a time.
    """
    Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner_id)


def times(terms: Terms, starts_at: datetime) -> dict[str, datetime]:
    """The session and what it blocks, buffers included."""
    ends_at = starts_at + timedelta(seconds=terms.length)
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "blocked_from": starts_at - timedelta(seconds=terms.before),
        "blocked_until": ends_at + timedelta(seconds=terms.after),
    }


def draft(session_type: SessionType, starts_at: datetime, place: str, **values: Any) -> Appointment:
    """An unsaved appointment with the price and the policy as they are promised today."""
    return Appointment(
        practitioner_id=session_type.practitioner_id,
        session_type=session_type,
        place=place,
        price_cents=session_type.price_cents,
        cancel_hours=session_type.cancel_hours,
        late_fee_cents=session_type.late_fee_cents,
        **times(lengths_of(session_type), starts_at),
        **values,
    )


def write(appointment: Appointment, *, update_fields: Collection[str] | None = None) -> None:
    """Save; raises SlotTaken where the database says that the time overlaps another."""
    try:
        with transaction.atomic():
            appointment.save(update_fields=update_fields)
    except IntegrityError as error:
        if is_overlap(error):
            raise SlotTaken from error
        raise


def clear_lapsed(appointment: Appointment, *, now: datetime) -> list[Appointment]:
    """End holds that are over but still in the way: the constraint looks at the status alone."""
    in_the_way = (
        Appointment.objects.lapsed(now)
        .filter(practitioner_id=appointment.practitioner_id)
        .beginning_between(appointment.blocked_from, appointment.blocked_until)
        .filter(blocked_until__gt=appointment.blocked_from)
    )
    ended = end_holds(list(in_the_way.select_for_update()))
    openings.freed(ended, now=now)
    return ended


def end_holds(holds: list[Appointment]) -> list[Appointment]:
    """Mark them ended and forget where they came from; the caller writes the audit events."""
    for held in holds:
        held.status, held.held_from, held.held_for = Status.EXPIRED, "", ""
        held.save(update_fields=["status", "held_from", "held_for", "updated_at"])
    return holds


def record_ended(holds: list[Appointment], *, action: str, now: datetime) -> None:
    """One audit event for each hold that ended; what was kept for undo has the change's own."""
    for held in holds:
        if not held.is_kept_for_undo:
            audit.record(action=action, by=None, obj=held, now=now)
