"""Telling the client of changes, once they can't be taken back any more.

One mail for all that was done together, and one for several changes of an appointment in a row:
what the client was told last is compared with what is so now.
"""

from datetime import datetime

from django.db import transaction

from booking.models import Appointment, AppointmentChange, ChangeQuerySet
from booking.services import notices
from booking.services.notices import Story
from portal.shared import outbox


def tell(*, change_id: int, now: datetime) -> None:
    """Mail what came of a batch. Raises outbox.Later where something was changed after it."""
    batch = AppointmentChange.objects.get(pk=change_id).batch
    waits_until = _tell(AppointmentChange.objects.filter(batch=batch).order_by("pk"), now=now)
    if waits_until:
        raise outbox.Later((waits_until - now).total_seconds())


@transaction.atomic
def _tell(batch: ChangeQuerySet, *, now: datetime) -> datetime | None:
    """Returns when those can be told that may still be taken back."""
    keys = sorted(batch.untold().values_list("appointment_id", flat=True))
    rows = Appointment.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    stories, waits = [], []
    for row in list(rows):
        changes = list(row.changes.untold())
        if not batch.untold().filter(appointment=row).exists():
            continue  # told meanwhile, together with a later change
        if changes[-1].undo_until > now:
            waits.append(changes[-1].undo_until)
            continue
        stories.append(Story(row, changes[0], changes[-1]))
        row.changes.untold().update(told_at=now)
    notices.tell_of_changes(stories, now=now)
    return max(waits, default=None)
