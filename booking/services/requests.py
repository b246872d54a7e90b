"""Times that are asked for: the therapist agrees or declines; no answer gives the time back."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import Practice, User
from booking.availability import bookable_range
from booking.models import Appointment, AppointmentQuerySet, Practitioner
from booking.services import changes, follow_ups, notices, openings
from booking.services.appointments import after_change
from booking.services.changes import party_of
from booking.services.contention import retrying
from booking.services.open_slots import seconds, terms_of
from booking.services.placing import lock_diary
from booking.states import NotAllowed, Party, Status, target_of
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()


def waiting(practitioner: Practitioner, *, now: datetime) -> AppointmentQuerySet:
    """Requests without an answer, those that are asked for soonest first."""
    return (
        Appointment.objects.filter(
            practitioner=practitioner, status=Status.REQUESTED, starts_at__gt=now
        )
        .select_related("client__user", "session_type")
        .order_by("starts_at")
    )


@retrying
@transaction.atomic
def approve(
    *, appointment: Appointment, by: User, now: datetime, source: Source = NOBODY
) -> Appointment:
    """Agree to it. Mail, price and papers follow once it can't be undone. Raises NotAllowed."""
    row = _lock_waiting(appointment, now=now)
    target = target_of("approve", row.status, party_of(by))
    change = changes.begin(appointment=row, action="approve", by=by, now=now)
    row.status, row.confirmed_at = target, now
    row.save(update_fields=["status", "confirmed_at", "updated_at"])
    after_change(change, row, "approved", by=by, now=now)
    _record("approve", row, by=by, source=source, now=now)
    return row


@retrying
@transaction.atomic
def decline(
    *,
    appointment: Appointment,
    message: str,
    by: User,
    now: datetime,
    source: Source = NOBODY,
) -> Appointment:
    """Say that it can't be, with kind words that are read behind sign-in. Raises NotAllowed."""
    row = _lock_waiting(appointment, now=now)
    target = target_of("decline", row.status, party_of(by))
    lock_diary(row.practitioner_id)
    change = changes.begin(appointment=row, action="decline", by=by, now=now)
    row.status, row.cancelled_at, row.cancelled_by = target, now, by
    row.answer = message or None
    row.save(update_fields=["status", "cancelled_at", "cancelled_by", "answer", "updated_at"])
    changes.keep_time(change)
    after_change(change, row, "declined", by=by, now=now)
    _record("decline", row, by=by, source=source, now=now)
    return row


def lapse_unanswered(*, now: datetime) -> int:
    """Give back the time of requests that came too near; returns how many. Safe to run twice."""
    rows = Appointment.objects.filter(status=Status.REQUESTED).order_by("starts_at")
    rows = rows.select_related("session_type__practitioner")
    due = [row.pk for row in rows if is_too_near(row, now=now)]
    return sum(_lapse(pk, now=now) for pk in due)


def is_too_near(appointment: Appointment, *, now: datetime) -> bool:
    """Nearer than the type's notice, and half of the time since it was asked for has gone.

    The second keeps a request that was made at the edge of the notice from lapsing at once.
    """
    asked_at = appointment.held_at or appointment.created_at
    half_way = asked_at + (appointment.starts_at - asked_at) / 2
    terms = replace(terms_of(appointment.session_type), open_from=None)
    nearest = bookable_range(Practice.get().zone, terms, seconds(now))[0]
    return now >= half_way and appointment.starts_at.timestamp() < nearest


@transaction.atomic
def _lapse(pk: int, *, now: datetime) -> int:
    row = Appointment.objects.select_for_update().filter(pk=pk, status=Status.REQUESTED).first()
    if row is None:
        return 0
    row.status, row.cancelled_at = target_of("lapse", row.status, Party.PORTAL), now
    row.save(update_fields=["status", "cancelled_at", "updated_at"])
    notices.lapsed(row, now=now)
    follow_ups.diary_changed(row, now=now)
    openings.announce(
        practitioner_id=row.practitioner_id,
        starts_at=row.blocked_from,
        ends_at=row.blocked_until,
        now=now,
    )
    _record("lapse", row, by=None, source=NOBODY, now=now)
    return 1


def _lock_waiting(appointment: Appointment, *, now: datetime) -> Appointment:
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if row.starts_at <= now:
        raise NotAllowed("an answer after the start")
    return row


def _record(
    action: str, row: Appointment, *, by: User | None, source: Source, now: datetime
) -> None:
    audit.record(
        action=f"appointment.{action}",
        by=by,
        obj=row,
        client=row.client,
        source=source,
        detail={"status": row.status},
        now=now,
    )
