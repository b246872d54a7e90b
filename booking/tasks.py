"""Periodic work of booking; called by Celery beat."""

from datetime import datetime
from typing import Any

from celery import shared_task

from booking.services import reminder_sending, reminders
from booking.services.holds import expire
from portal.shared import outbox
from portal.shared.clock import utc_now


@shared_task
def expire_holds() -> int:
    """End the holds whose time is over, so that the table says what is so."""
    return expire(now=utc_now())


@outbox.effect("send_reminder")
def send_reminder(payload: dict[str, Any], *, now: datetime) -> None:
    reminder_sending.send(reminder_id=payload["reminder_id"], due=payload["due"], now=now)


@outbox.effect("plan_reminders")
def plan_reminders(payload: dict[str, Any], *, now: datetime) -> None:
    """A client chose anew, or the practice did for all of them."""
    if "client_id" in payload:
        reminders.plan_for_client(client_id=payload["client_id"], now=now)
    else:
        reminders.plan_for_practice(now=now)
