"""The therapist closes or opens time by hand, beside the weekly hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from booking.models import Appointment, AvailabilityException, ExceptionKind, Practitioner
from booking.services import openings
from booking.states import Status
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()


class EndsBeforeItBegins(Exception):
    """The end is not after the start."""


class EntryGone(Exception):
    """It was taken back meanwhile."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was written, and the appointments that now stand in closed time."""

    exception: AvailabilityException
    still_booked: list[Appointment]


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
    """Close or open `[starts_at, ends_at)`; see `add_each`. Raises EndsBeforeItBegins."""
    return add_each(
        practitioner=practitioner,
        kind=kind,
        spans=[(starts_at, ends_at)],
        place=place,
        note=note,
        by=by,
        source=source,
        now=now,
    )


@transaction.atomic
def add_each(
    *,
    practitioner: Practitioner,
    kind: ExceptionKind,
    spans: Sequence[tuple[datetime, datetime]],
    by: User,
    now: datetime,
    place: str = "",
    note: str = "",
    source: Source = NOBODY,
) -> Change:
    """Close or open every `[starts_at, ends_at)`. Appointments stay; they are named, so that the
    therapist can move or cancel each one. The Change holds the first entry that was written.

    Raises EndsBeforeItBegins.
    """
    if any(ends_at <= starts_at for starts_at, ends_at in spans):
        raise EndsBeforeItBegins
    written = [
        AvailabilityException.objects.create(
            practitioner=practitioner,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            place=place,
            note=note or None,
        )
        for starts_at, ends_at in spans
    ]
    booked: dict[int, Appointment] = {}
    for one in written:
        if one.closes:
            found = booked_between(practitioner, one.starts_at, one.ends_at)
            booked |= {appointment.pk: appointment for appointment in found}
        else:
            _announce(one, now)
    detail = {"entries": len(written)}
    audit.record(
        action=f"time.{kind}", by=by, obj=written[0], source=source, detail=detail, now=now
    )
    return Change(written[0], list(booked.values()))


@transaction.atomic
def change(
    *,
    exception: AvailabilityException,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    now: datetime,
    place: str | None = None,
    note: str | None = None,
    source: Source = NOBODY,
) -> Change:
    """Other times for time off or extra time; `place` and `note` stay where they are None.

    Raises EndsBeforeItBegins; EntryGone when it was taken back meanwhile.
    """
    if ends_at <= starts_at:
        raise EndsBeforeItBegins
    row = AvailabilityException.objects.select_for_update().filter(pk=exception.pk).first()
    if row is None:
        raise EntryGone
    was = row.starts_at, row.ends_at
    row.starts_at, row.ends_at = starts_at, ends_at
    row.place = row.place if place is None else place
    row.note = row.note if note is None else note or None
    row.save(update_fields=["starts_at", "ends_at", "place", "note"])
    begins, ends = was if row.closes else (starts_at, ends_at)
    openings.announce(practitioner_id=row.practitioner_id, starts_at=begins, ends_at=ends, now=now)
    booked = booked_between(row.practitioner, starts_at, ends_at) if row.closes else []
    audit.record(
        action="time.change",
        by=by,
        obj=row,
        source=source,
        detail={"was": [moment.isoformat() for moment in was]},
        now=now,
    )
    return Change(row, booked)


@transaction.atomic
def remove(
    *, exception: AvailabilityException, by: User, now: datetime, source: Source = NOBODY
) -> None:
    """Take it back: the weekly hours hold again, and who waits for a time hears of it."""
    audit_id = str(exception.public_id)
    exception.delete()
    if exception.closes:
        _announce(exception, now)
    audit.record(
        action="time.remove", by=by, source=source, now=now, detail={"exception": audit_id}
    )


def _announce(exception: AvailabilityException, now: datetime) -> None:
    openings.announce(
        practitioner_id=exception.practitioner_id,
        starts_at=exception.starts_at,
        ends_at=exception.ends_at,
        now=now,
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
