"""The therapist closes or opens time by hand, beside the weekly hours."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from booking.models import Appointment, AvailabilityException, ExceptionKind, Practitioner
from booking.states import Status
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()


class EndsBeforeItBegins(Exception):
    """The end is not after the start."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was written, and the appointments that now stand in closed time."""

    exception: AvailabilityException
    still_booked: list[Appointment]


@transaction.atomic
def add(
    *,
    practitioner: Practitioner,
    kind: ExceptionKind,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    now: datetime,
    place: str = "",
    note: str = "",
    source: Source = NOBODY,
) -> Change:
    """Close or open `[starts_at, ends_at)`. Appointments stay; they are named, so that the
    therapist can move or cancel each one. Raises EndsBeforeItBegins."""
    if ends_at <= starts_at:
        raise EndsBeforeItBegins
    exception = AvailabilityException.objects.create(
        practitioner=practitioner,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        note=note or None,
    )
    booked = booked_between(practitioner, starts_at, ends_at) if exception.closes else []
    audit.record(action=f"time.{kind}", by=by, obj=exception, source=source, now=now)
    return Change(exception, booked)


@transaction.atomic
def remove(
    *, exception: AvailabilityException, by: User, now: datetime, source: Source = NOBODY
) -> None:
    """Take it back: the weekly hours hold again."""
    audit_id = str(exception.public_id)
    exception.delete()
    audit.record(
        action="time.remove", by=by, source=source, now=now, detail={"exception": audit_id}
    )


def booked_between(
    practitioner: Practitioner, starts_at: datetime, ends_at: datetime
) -> list[Appointment]:
    """Agreed or requested appointments that touch `[starts_at, ends_at)`."""
    rows = Appointment.objects.filter(
        practitioner=practitioner,
        status__in=[Status.CONFIRMED, Status.REQUESTED],
        ends_at__gt=starts_at,
    ).beginning_between(starts_at, ends_at)
    return list(rows.filter(starts_at__lt=ends_at).select_related("client", "session_type"))
