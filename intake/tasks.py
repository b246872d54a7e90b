"""Effects of the intake, run from the outbox."""

from datetime import date, datetime
from typing import Any

from intake.services import alert_mails, measure_plans, measures
from portal.shared import outbox


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
