"""Time goes by: what waits until a change can't be undone any more happens."""

from datetime import datetime

from booking.services import change_mails
from booking.services.changes import UNDO
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from tests.factories.booking import NOW

OVER = NOW + UNDO
"""When a change that was made at NOW can't be taken back any more."""


def undo_is_over(now: datetime = OVER) -> None:
    """Run the due effects that tell of changes, as a worker would at this moment."""
    due = outbox.due(now).filter(kind="tell_change")
    for entry in due:
        change_mails.tell(**entry.payload, now=now)
        OutboxEntry.objects.filter(pk=entry.pk).update(done_at=now)
