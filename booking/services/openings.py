"""A time opens: those who wait for one are asked, by an effect that is never lost."""

from collections.abc import Iterable
from datetime import datetime

from booking.models import Appointment, WaitlistEntry, WaitlistState
from portal.shared import outbox


def announce(
    *,
    practitioner_id: int,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Tell the waitlist at `due_at` that `[starts_at, ends_at)` may be free, buffers included.

    Whether it is, and for which sessions, is asked then. Saying it too often does no harm.
    """
    due_at = due_at or now
    if due_at <= now and not _anybody_waits(practitioner_id):
        return  # nobody can join meanwhile
    start, end = int(starts_at.timestamp()), int(ends_at.timestamp())
    outbox.enqueue(
        kind="offer_opening",
        key=f"opening:{practitioner_id}:{start}:{end}:{due_at.isoformat()}",
        payload={"practitioner_id": practitioner_id, "starts_at": start, "ends_at": end},
        due_at=due_at,
        now=now,
    )


def freed(holds: Iterable[Appointment], *, now: datetime) -> None:
    """Holds that have ended: their time may be free now."""
    for held in holds:
        announce(
            practitioner_id=held.practitioner_id,
            starts_at=held.blocked_from,
            ends_at=held.blocked_until,
            now=now,
        )


def _anybody_waits(practitioner_id: int) -> bool:
    return WaitlistEntry.objects.filter(
        session_type__practitioner_id=practitioner_id, state=WaitlistState.WAITING
    ).exists()
