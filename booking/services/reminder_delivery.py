"""What the provider of text messages tells later: delivered, or not and why.

Its news may come twice, out of order, or before our own worker has stored that it handed the
message over; then they are the first that we know of it, and keep it from being sent again.
"""

from datetime import datetime

from django.db import transaction

from accounts.services import reminder_choice
from booking import sms
from booking.models import Reminder, ReminderState

DELIVERED = frozenset({"delivered", "read"})
NOT_DELIVERED = frozenset({"undelivered", "failed", "canceled"})
FINAL = frozenset({ReminderState.DELIVERED, ReminderState.FAILED})


@transaction.atomic
def note(*, reminder_id: int, provider_id: str, status: str, code: str, now: datetime) -> None:
    """Bring the reminder in line with the news. Raises Reminder.DoesNotExist."""
    reminder = Reminder.objects.select_for_update().get(pk=reminder_id)
    if reminder.state in FINAL or reminder.provider_id not in ("", provider_id):
        return
    reminder.state, reminder.reason = _meaning(status, code)
    reminder.provider_id, reminder.settled_at = provider_id[:80], now
    reminder.save(update_fields=["state", "reason", "provider_id", "settled_at"])
    client = reminder.appointment.client
    if code == sms.OPTED_OUT and client is not None:
        reminder_choice.stop_texts(client=client, now=now)


def _meaning(status: str, code: str) -> tuple[ReminderState, str]:
    if status in DELIVERED:
        return ReminderState.DELIVERED, ""
    if status in NOT_DELIVERED:
        return ReminderState.FAILED, (code or status)[:80]
    return ReminderState.SENT, ""
