"""The therapist places an appointment, also outside her hours: the time is opened for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Client, User
from booking.models import Appointment, AppointmentSeries, ExceptionKind, SessionType
from booking.services import appointments, time_off
from portal.shared.request import Source


@transaction.atomic
def book(
    *,
    session_type: SessionType,
    client: Client,
    starts_at: datetime,
    place: str,
    open_time: bool,
    by: User,
    now: datetime,
    source: Source,
    series: AppointmentSeries | None = None,
    number: int | None = None,
    tell: bool = True,
) -> Appointment:
    """Raises NotOpen with the reason; with `open_time` hours are no longer one."""
    if open_time:
        ends_at = starts_at + session_type.length
        _open_for(session_type, starts_at, ends_at, place, by=by, now=now, source=source)
    return appointments.book_for_client(
        session_type=session_type,
        client=client,
        starts_at=starts_at,
        place=place,
        by=by,
        now=now,
        source=source,
        series=series,
        number=number,
        tell=tell,
    )


@transaction.atomic
def move(
    *,
    appointment: Appointment,
    starts_at: datetime,
    place: str,
    open_time: bool,
    by: User,
    now: datetime,
    source: Source,
    batch: UUID | None = None,
) -> Appointment:
    """As `book`, for an appointment that is there."""
    if open_time:
        session_type = appointment.session_type
        ends_at = starts_at + (appointment.ends_at - appointment.starts_at)
        _open_for(session_type, starts_at, ends_at, place, by=by, now=now, source=source)
    return appointments.reschedule(
        appointment=appointment,
        starts_at=starts_at,
        place=place,
        by=by,
        now=now,
        source=source,
        batch=batch,
    )


def _open_for(
    session_type: SessionType,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    *,
    by: User,
    now: datetime,
    source: Source,
) -> None:
    time_off.add(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.EXTRA,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        by=by,
        now=now,
        source=source,
    )
