"""Reminders of an intake that is not finished, before its appointment: outbox rows with a due time.

`plan` may be called at any time and any number of times. When a row is due everything is looked at
again: a finished intake, an appointment that was moved or called off, or a client who wants no
mails gets none. A booking reminder that goes out in the same hour says it along (`line_for`).
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from accounts.models import Practice
from booking.models import Appointment, Channel, ReminderState
from booking.quiet_hours import is_quiet, next_allowed, reminder_time
from booking.services.reminders import channels_of
from booking.states import Status
from intake.models import Intake, ResponseStatus
from intake.services.consent_state import is_settled
from portal.shared import audit, mail, outbox

SUBJECT = "Something waits for you before your appointment"
LINE = "A few pages still wait for you before we meet. You find them here:"
FARTHEST = timedelta(days=15)
SAME_HOUR = timedelta(hours=1)


def is_unfinished(intake: Intake, *, now: datetime) -> bool:
    """The client has something to do: a part that is not on paper either, or a text to sign."""
    if intake.completed_at:
        return False
    to_do = intake.responses.filter(status=ResponseStatus.IN_PROGRESS, paper__isnull=True)
    return to_do.exists() or not is_settled(intake, now=now)


def plan(intake: Intake, *, now: datetime) -> None:
    """Write down what is to come for the appointment as it stands; in the caller's transaction."""
    appointment, practice = intake.appointment, Practice.get()
    if appointment.status != Status.CONFIRMED or intake.completed_at:
        return
    for hours in practice.intake_reminder_hours:
        due_at = _due_at(appointment, hours, practice, now)
        if due_at is not None:
            start = int(appointment.starts_at.timestamp())
            outbox.enqueue(
                kind="send_intake_reminder",
                key=_key(intake, start, hours),
                payload={"intake_id": intake.pk, "start": start, "hours": hours},
                due_at=due_at,
                now=now,
            )


def plan_ahead(*, now: datetime) -> None:
    """For every open intake whose appointment comes near: the practice may have chosen anew."""
    ahead = Intake.objects.filter(
        completed_at=None,
        appointment__status=Status.CONFIRMED,
        appointment__starts_at__gt=now,
        appointment__starts_at__lt=now + FARTHEST,
    )
    for intake in ahead.select_related("appointment"):
        plan(intake, now=now)


def send(*, intake_id: int, start: int, hours: int, now: datetime) -> None:
    """One row that is due. Raises outbox.Later in quiet hours and while a change can be undone."""
    intake = Intake.objects.select_related("appointment", "client__user").get(pk=intake_id)
    appointment, practice = intake.appointment, Practice.get()
    if not _is_right(intake, start, hours, practice, now):
        return
    _wait(appointment, practice, now)
    if _is_said_along(appointment, now) or not is_unfinished(intake, now=now):
        return
    mail.queue(
        to=intake.client.email,
        subject=SUBJECT,
        template="email/intake/unfinished",
        context={"practice": practice, "page": _page(), "details": _details()},
        key=_key(intake, start, hours),
        now=now,
    )
    audit.record(
        action="intake.remind",
        by=None,
        obj=intake,
        client=intake.client,
        detail={"hours": hours},
        now=now,
    )


def line_for(appointment: Appointment, *, now: datetime) -> tuple[str, str] | None:
    """What a booking reminder says along, and where it leads; None when nothing is open."""
    intake = Intake.objects.filter(appointment=appointment).first()
    if intake is None or not Practice.get().intake_reminder_hours:
        return None
    return (LINE, _page()) if is_unfinished(intake, now=now) else None


def _due_at(
    appointment: Appointment, hours: int, practice: Practice, now: datetime
) -> datetime | None:
    return reminder_time(
        appointment.starts_at - timedelta(hours=hours),
        starts_at=appointment.starts_at,
        now=now,
        zone=practice.zone,
        quiet_from=practice.quiet_from,
        quiet_until=practice.quiet_until,
    )


def _is_right(intake: Intake, start: int, hours: int, practice: Practice, now: datetime) -> bool:
    appointment = intake.appointment
    is_as_planned = (
        appointment.status == Status.CONFIRMED
        and int(appointment.starts_at.timestamp()) == start
        and appointment.starts_at > now
        and hours in practice.intake_reminder_hours
        and Channel.MAIL in channels_of(intake.client)
    )
    return is_as_planned and not _is_overtaken(start, hours, practice, now)


def _is_overtaken(start: int, hours: int, practice: Practice, now: datetime) -> bool:
    """A worker that was down does not send yesterday's and today's at once."""
    begins = datetime.fromtimestamp(start, UTC)
    return any(
        begins - timedelta(hours=later) <= now
        for later in practice.intake_reminder_hours
        if later < hours
    )


def _wait(appointment: Appointment, practice: Practice, now: datetime) -> None:
    clock = {"quiet_from": practice.quiet_from, "quiet_until": practice.quiet_until}
    if is_quiet(now, zone=practice.zone, **clock):
        allowed = next_allowed(now, zone=practice.zone, **clock)
        raise outbox.Later((min(allowed, appointment.starts_at) - now).total_seconds())
    change = appointment.changes.open(now).last()
    if change is not None:
        raise outbox.Later((change.undo_until - now).total_seconds())


def _is_said_along(appointment: Appointment, now: datetime) -> bool:
    """A booking reminder by mail went out within this hour, or is about to."""
    near = Q(due_at__gt=now - SAME_HOUR, due_at__lt=now + SAME_HOUR)
    return appointment.reminders.filter(
        near,
        channel=Channel.MAIL,
        for_start=appointment.starts_at,
        state__in=[ReminderState.PLANNED, ReminderState.SENT],
    ).exists()


def _page() -> str:
    return str(settings.PORTAL_URL) + reverse("journeys:client_home")


def _details() -> str:
    return str(settings.PORTAL_URL) + reverse("accounts:details")


def _key(intake: Intake, start: int, hours: int) -> str:
    return f"intake_reminder:{intake.pk}:{start}:{hours}"
