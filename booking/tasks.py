"""Periodic work of booking, called by Celery beat, and its effects, run from the outbox."""

from datetime import UTC, datetime
from typing import Any

from celery import shared_task

from booking.calendar_problems import CalendarProblem
from booking.services import (
    calendar_pull,
    calendar_push,
    change_mails,
    reminder_sending,
    reminders,
    requests,
    waitlist,
    waitlist_offers,
)
from booking.services.holds import expire
from booking.services.waitlist_offers import Opening
from portal.shared import outbox
from portal.shared.clock import utc_now

SYNC_SECONDS = 300  # the clock syncs again by then
AGAIN_SECONDS = 300


@shared_task
def expire_holds() -> int:
    """End the holds whose time is over, so that the table says what is so."""
    return expire(now=utc_now())


@shared_task
def lapse_requests() -> int:
    """Give back the time of requests that came too near without an answer."""
    return requests.lapse_unanswered(now=utc_now())


@shared_task
def expire_waits() -> int:
    """End the waits whose last day has passed."""
    return waitlist.expire(now=utc_now())


@shared_task
def sync_calendars() -> None:
    """Each calendar by a task of its own: a slow server keeps no other one waiting."""
    for connection_id in calendar_pull.waiting_ids():
        sync_calendar.apply_async([connection_id], expires=SYNC_SECONDS)


@shared_task
def sync_calendar(connection_id: int) -> None:
    """One calendar, both ways; what goes wrong stands on the therapist's page."""
    calendar_pull.sync_quietly(connection_id=connection_id, now=utc_now())


@outbox.effect("sync_calendar")
def sync_new_calendar(payload: dict[str, Any], *, now: datetime) -> None:
    """A calendar that was just chosen does not wait for the clock."""
    calendar_pull.sync_quietly(connection_id=payload["connection_id"], now=now)


@outbox.effect("push_event")
def push_event(payload: dict[str, Any], *, now: datetime) -> None:
    try:
        calendar_push.push(
            connection_id=payload["connection_id"],
            appointment_id=payload["appointment_id"],
            now=now,
        )
    except CalendarProblem as problem:
        raise outbox.Later(AGAIN_SECONDS) from problem


@outbox.effect("end_calendar")
def end_calendar(payload: dict[str, Any], *, now: datetime) -> None:
    try:
        calendar_push.remove_all(connection_id=payload["connection_id"], now=now)
    except CalendarProblem as problem:
        raise outbox.Later(AGAIN_SECONDS) from problem


@outbox.effect("offer_opening")
def offer_opening(payload: dict[str, Any], *, now: datetime) -> None:
    """Ask those who wait; in quiet hours not before the morning."""
    begins = waitlist_offers.first_moment(now=now)
    if begins > now:
        raise outbox.Later((begins - now).total_seconds())
    opening = Opening(
        practitioner_id=payload["practitioner_id"],
        starts_at=datetime.fromtimestamp(payload["starts_at"], UTC),
        ends_at=datetime.fromtimestamp(payload["ends_at"], UTC),
    )
    waitlist_offers.offer(opening=opening, now=now)


@outbox.effect("lapse_offer")
def lapse_offer(payload: dict[str, Any], *, now: datetime) -> None:
    waitlist.lapse(offer_id=payload["offer_id"], now=now)


@outbox.effect("tell_change")
def tell_change(payload: dict[str, Any], *, now: datetime) -> None:
    change_mails.tell(change_id=payload["change_id"], now=now)


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
