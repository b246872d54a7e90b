"""What follows from every change of an appointment, as outbox rows of the same transaction."""

from datetime import datetime

from accounts.models import User
from booking.models import Appointment
from booking.services import calendar_push, reminders, waitlist
from portal.shared import outbox


def diary_changed(appointment: Appointment, *, now: datetime) -> None:
    """Called by every service that writes an agreed or asked-for appointment, after the write.

    Each line brings something in line with the appointment as it stands now, and may run again.
    """
    reminders.plan(appointment, now=now)
    calendar_push.later(appointment, now=now)
    waitlist.follow(appointment, now=now)


def money_and_papers(
    what: str,
    appointment: Appointment,
    *,
    by: User,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Other rooms (money, papers) follow by an effect: booking does not know them."""
    outbox.enqueue(
        kind="follow_appointment",
        key=f"appointment:{appointment.pk}:{what}:{now.isoformat()}",
        payload={"appointment_id": appointment.pk, "by_id": by.pk},
        due_at=due_at,
        now=now,
    )
