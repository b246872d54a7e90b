"""Effects and background work of intake, and its periodic work, called by Celery beat."""

from datetime import date, datetime
from typing import Any

from celery import shared_task

from intake.services import (
    alert_mails,
    blank_packets,
    intake_reminders,
    measure_plans,
    measures,
    uploads,
)
from portal.shared import outbox, work
from portal.shared.clock import utc_now
from portal.shared.models import BackgroundWork


@shared_task
def plan_intake_reminders() -> None:
    intake_reminders.plan_ahead(now=utc_now())


@outbox.effect("escalate_alert")
def escalate_alert(payload: dict[str, Any], *, now: datetime) -> None:
    alert_mails.escalate(
        alert_id=payload["alert_id"], turn=payload["turn"], number=payload["number"], now=now
    )


@outbox.effect("open_measure")
def open_measure(payload: dict[str, Any], *, now: datetime) -> None:
    """A mail goes out with it, so a worker that comes late waits for the end of quiet hours."""
    begins = measure_plans.first_moment(now=now)
    if begins > now:
        raise outbox.Later((begins - now).total_seconds())
    measure_plans.open_due(
        plan_id=payload["plan_id"],
        turn=payload["turn"],
        due_on=date.fromordinal(payload["due_on"]),
        now=now,
    )


@outbox.effect("lapse_measure")
def lapse_measure(payload: dict[str, Any], *, now: datetime) -> None:
    measures.lapse(measure_id=payload["measure_id"], now=now)


@outbox.effect("send_intake_reminder")
def send_intake_reminder(payload: dict[str, Any], *, now: datetime) -> None:
    intake_reminders.send(**payload, now=now)


@work.does(blank_packets.KIND)
def make_blank_packet(row: BackgroundWork, tell: work.Tell, *, now: datetime) -> work.Made:
    return blank_packets.make(row, tell)


@outbox.effect("erase_upload")
def erase_upload(payload: dict[str, Any], *, now: datetime) -> None:
    uploads.erase(upload_id=payload["upload_id"])
