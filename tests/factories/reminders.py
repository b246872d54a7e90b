"""A reminder that stands planned, run as a worker would at a moment of the test's choice."""

from datetime import datetime, timedelta

import booking.tasks  # noqa: F401 - registers the effects
from booking.models import Reminder
from booking.reminder_words import lines
from booking.services import reminder_delivery, reminders
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from tests.factories.booking import MONDAY, NEW_YORK, NOW, ClientFactory, an_appointment, new_york

TEN = new_york(MONDAY, "10:00")
SATURDAY = new_york(MONDAY - timedelta(days=2), "10:00")
"""When the reminder two days before that is due."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def by_mail(starts_at=TEN, **fields) -> Reminder:
    client = ClientFactory(reminders_by_mail=True, **fields)
    return planned(client, starts_at)


def by_text(phone="212 555 0100") -> Reminder:
    return planned(ClientFactory(reminders_by_sms=True, phone=phone), TEN)


def planned(client, starts_at) -> Reminder:
    """The one two days before."""
    appointment = an_appointment(starts_at=starts_at, client=client)
    reminders.plan(appointment, now=NOW)
    return Reminder.objects.get(appointment=appointment, hours_before=48)


def entry_of(reminder) -> OutboxEntry:
    return OutboxEntry.objects.get(kind="send_reminder", payload__reminder_id=reminder.pk)


def run(reminder: Reminder, at: datetime = SATURDAY) -> OutboxEntry:
    entry = entry_of(reminder)
    outbox.run(entry.pk, clock=lambda: at)
    entry.refresh_from_db()
    reminder.refresh_from_db()
    return entry


def run_all(at: datetime) -> None:
    """Every reminder that is due then."""
    for entry in outbox.due(at).filter(kind="send_reminder"):
        outbox.run(entry.pk, clock=lambda: at)


def words(reminder) -> str:
    [line] = lines([reminder], NEW_YORK)
    return line.text


def tell(reminder, status, code="", sid="SM1", at=SATURDAY + MINUTE) -> Reminder:
    """What the provider says of a message."""
    reminder_delivery.note(
        reminder_id=reminder.pk, provider_id=sid, status=status, code=code, now=at
    )
    reminder.refresh_from_db()
    return reminder


def killed(*args, **kwargs):
    """In the place of a function: the worker dies there."""
    raise KeyboardInterrupt
