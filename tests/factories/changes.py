"""Time goes by: what waits until a change can't be undone any more happens."""

import base64
from datetime import datetime

import pytest
from icalendar import Calendar

from booking.models import Appointment, Status
from booking.services import appointments, change_mails
from booking.services.changes import UNDO
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from tests.factories.booking import MONDAY, NOW, new_york

OVER = NOW + UNDO
"""When a change that was made at NOW can't be taken back any more."""
NINE = new_york(MONDAY, "09:00")


def undo_is_over(now: datetime = OVER) -> None:
    """Run the due effects that tell of changes, as a worker would at this moment."""
    due = outbox.due(now).filter(kind="tell_change")
    for entry in due:
        change_mails.tell(**entry.payload, now=now)
        OutboxEntry.objects.filter(pk=entry.pk).update(done_at=now)


def undo_is_over_or_later(now) -> None:
    with pytest.raises(outbox.Later):
        undo_is_over(now)


def move(row, starts_at=NINE, *, by=None, now=NOW, place="office", batch=None) -> Appointment:
    by = by or row.client.user
    return appointments.reschedule(
        appointment=row, starts_at=starts_at, place=place, by=by, now=now, batch=batch
    )


def cancel(row, *, by=None, now=NOW, reason="", batch=None):
    by = by or row.client.user
    return appointments.cancel(appointment=row, by=by, now=now, reason=reason, batch=batch)


def kept() -> list[tuple]:
    rows = Appointment.objects.filter(status=Status.HELD).order_by("blocked_from")
    return [(row.blocked_from, row.blocked_until, row.held_until) for row in rows]


def events_in(mail) -> list[tuple]:
    files = [Calendar.from_ical(base64.b64decode(one["content"])) for one in mail.attachments]
    return [
        (str(file["METHOD"]), str(event["UID"]), event["SEQUENCE"], event["DTSTART"].dt)
        for file in files
        for event in file.walk("VEVENT")
    ]
