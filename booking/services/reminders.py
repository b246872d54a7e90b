"""Which reminders an appointment gets, and when: rows, each with an outbox entry due at its time.

`plan` may be called after anything, any number of times: it brings the rows in line with the
appointment, the client's choice and the practice's hours as they are now.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import Client, Practice
from accounts.services.reminder_choice import texts_offered
from booking.models import Appointment, Channel, Reminder, ReminderState
from booking.quiet_hours import next_allowed, reminder_time
from booking.states import Status
from portal.shared import outbox

SENDING = "sending"
"""The reason of a planned row that was begun: what came of it is not known yet."""
NOT_CONFIRMED, MOVED = "not_confirmed", "moved"
Slot = tuple[str, int]  # channel, hours before the start


def channels_of(client: Client | None) -> list[Channel]:
    """The ways in which this person asked to be reminded, and can be."""
    if client is None:
        return []
    wanted = {
        Channel.MAIL: client.reminders_by_mail and bool(client.email),
        Channel.SMS: client.reminders_by_sms and bool(client.phone) and texts_offered(),
    }
    return [channel for channel, is_wanted in wanted.items() if is_wanted]


def plan(appointment: Appointment, *, now: datetime) -> None:
    """Drop what does not fit any more, plan what is missing; in the caller's transaction.

    What was sent stays as it is, and is never planned again for the same start.
    """
    rows = list(appointment.reminders.select_for_update())
    known = {_slot(row): row for row in rows if row.for_start == appointment.starts_at}
    wanted = dict(_wanted(appointment, known, now))
    kept = {known[slot].pk for slot in wanted if slot in known}
    for row in rows:
        if row.state == ReminderState.PLANNED and row.pk not in kept:
            drop(row, reason=_why_dropped(row, appointment), now=now)
    for (channel, hours), due_at in wanted.items():
        row = known.get((channel, hours)) or Reminder(
            appointment=appointment,
            channel=channel,
            hours_before=hours,
            for_start=appointment.starts_at,
        )
        _plan_one(row, due_at, now)


def plan_for_client(*, client_id: int, now: datetime) -> None:
    """After the client chose anew: every appointment that lies ahead of them."""
    _plan_all(Q(client_id=client_id), now)


def plan_for_practice(*, now: datetime) -> None:
    """After the practice chose other hours: every appointment ahead whose client wants any."""
    _plan_all(Q(client__reminders_by_mail=True) | Q(client__reminders_by_sms=True), now)


def drop(row: Reminder, *, reason: str, now: datetime) -> None:
    """It is no longer needed; unless it has gone out meanwhile."""
    Reminder.objects.filter(pk=row.pk, state=ReminderState.PLANNED).update(
        state=ReminderState.DROPPED, settled_at=now, reason=reason
    )


def _plan_all(whose: Q, now: datetime) -> None:
    ahead = Appointment.objects.upcoming(now).filter(whose).order_by("pk")
    for pk in list(ahead.values_list("pk", flat=True)):
        with transaction.atomic():
            plan(Appointment.objects.select_for_update().get(pk=pk), now=now)


def _wanted(
    appointment: Appointment, known: Mapping[Slot, Reminder], now: datetime
) -> Iterator[tuple[Slot, datetime]]:
    """What should stand planned, with its time; the one nearest to the start comes first.

    One that would not come before the next one of its channel says nothing new and is left out.
    """
    channels = channels_of(appointment.client)
    if appointment.status != Status.CONFIRMED or appointment.starts_at <= now or not channels:
        return
    practice = Practice.get()
    for channel in channels:
        following = appointment.starts_at
        for hours in sorted(practice.reminder_hours):
            row = known.get((channel, hours))
            due_at = _due_at(appointment, hours, row, practice, now)
            if due_at is None or due_at >= following:
                continue
            following = due_at
            if row is None or row.state in (ReminderState.PLANNED, ReminderState.DROPPED):
                yield (channel, hours), due_at


def _due_at(
    appointment: Appointment,
    hours: int,
    row: Reminder | None,
    practice: Practice,
    now: datetime,
) -> datetime | None:
    """When it goes out. None: there is no more sense in it."""
    if row and _keeps_its_time(row, now):
        return row.due_at
    clock = {"quiet_from": practice.quiet_from, "quiet_until": practice.quiet_until}
    if row and _was_missed(row, appointment, now):
        soon = next_allowed(now, zone=practice.zone, **clock)
        return soon if soon < appointment.starts_at else None
    due_at = reminder_time(
        appointment.starts_at - timedelta(hours=hours),
        starts_at=appointment.starts_at,
        now=now,
        zone=practice.zone,
        **clock,
    )
    if due_at is None and row and row.state == ReminderState.PLANNED:
        return row.due_at  # it waits for the end of quiet hours
    return due_at


def _keeps_its_time(row: Reminder, now: datetime) -> bool:
    """It is over, or on its way."""
    if row.state == ReminderState.PLANNED:
        return row.due_at <= now or row.reason == SENDING
    return row.state != ReminderState.DROPPED


def _was_missed(row: Reminder, appointment: Appointment, now: datetime) -> bool:
    """Its time went by while the appointment was cancelled or moved for a moment (`changes`)."""
    is_dropped = row.state == ReminderState.DROPPED and row.reason in (NOT_CONFIRMED, MOVED)
    if not is_dropped or row.due_at > now:
        return False
    return appointment.changes.filter(made_at__lte=row.settled_at, undo_until__gt=now).exists()


def _plan_one(row: Reminder, due_at: datetime, now: datetime) -> None:
    if row.pk and row.state == ReminderState.PLANNED and row.due_at == due_at:
        return
    row.state, row.settled_at, row.reason = ReminderState.PLANNED, None, ""
    row.due_at = due_at
    row.save(update_fields=["state", "settled_at", "reason", "due_at"] if row.pk else None)
    second = int(due_at.timestamp())
    outbox.enqueue(
        kind="send_reminder",
        key=f"reminder:{row.pk}:{second}",
        payload={"reminder_id": row.pk, "due": second},
        due_at=due_at,
        now=now,
    )


def _why_dropped(row: Reminder, appointment: Appointment) -> str:
    if appointment.status != Status.CONFIRMED:
        return NOT_CONFIRMED
    if row.for_start != appointment.starts_at:
        return MOVED
    return "not_wanted"


def _slot(row: Reminder) -> Slot:
    return row.channel, row.hours_before
