"""Sending one reminder: look again whether it is still right, then once by mail or text message.

A worker may die at any moment, so this may run again for a reminder that went out already. A mail
has the same Message-ID then. A text message is looked for at the provider before it is sent again:
`reason` says "sending" from before the first try until the answer is stored. Twice is possible
only where the provider neither lists the message nor has told us of it (ADR 0015).
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts.models import Practice
from accounts.phone import NotUsNumber, to_e164
from accounts.services import reminder_choice
from booking import sms
from booking.models import Channel, Reminder, ReminderState
from booking.quiet_hours import is_quiet, next_allowed
from booking.services.notices import page_of
from booking.services.reminders import MOVED, NOT_CONFIRMED, SENDING, channels_of, drop
from booking.states import Status
from booking.wording import day_and_clock, full
from booking.zones import city
from portal.shared import mail, outbox

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 60
Line = tuple[str, str]
"""Words, and the address that they lead to."""
_further: list[Callable[..., Line | None]] = []
signer = Signer(salt="booking.reminder")


def say_along(line: Callable[..., Line | None]) -> None:
    """Register what another room has to say in the same mail: called with the appointment and
    `now`, it gives neutral words and an address, or None."""
    if line not in _further:
        _further.append(line)


def send(*, reminder_id: int, due: int, now: datetime) -> None:
    """The outbox entry of a planned time, in seconds since 1970; a row planned anew has another.

    Raises outbox.Later while it can't go out yet.
    """
    reminder = Reminder.objects.select_related("appointment__client__user").get(pk=reminder_id)
    if reminder.state != ReminderState.PLANNED or int(reminder.due_at.timestamp()) != due:
        return
    if reason := _why_not(reminder, now):
        _leave(reminder, reason, now)
        return
    _wait_for_the_morning(reminder, now)
    _wait_for_the_undo(reminder, now)
    if reminder.channel == Channel.MAIL:
        _send_mail(reminder, now)
    else:
        _send_text(reminder, now)


def reference_of(reminder: Reminder) -> str:
    """What the provider gives back with its news of this message."""
    return signer.sign(str(reminder.pk))


def reminder_of(reference: str) -> int | None:
    """The reminder's id, or None for a reference that is not ours."""
    try:
        return int(signer.unsign(reference))
    except (BadSignature, ValueError):
        return None


def settle(reminder: Reminder, state: ReminderState, *, now: datetime, **values: str) -> None:
    """Write down what came of it, unless something later is known already."""
    open_states = [ReminderState.PLANNED, ReminderState.DROPPED]
    Reminder.objects.filter(pk=reminder.pk, state__in=open_states).update(
        **{"state": state, "settled_at": now, "reason": "", **values}
    )


def _why_not(reminder: Reminder, now: datetime) -> str:
    """The reason why it would be wrong by now; empty when it is right."""
    appointment = reminder.appointment
    if appointment.status != Status.CONFIRMED:
        return NOT_CONFIRMED
    if appointment.starts_at != reminder.for_start:
        return MOVED
    if appointment.starts_at <= now:
        return "too_late"
    if reminder.channel not in channels_of(appointment.client):
        return "not_wanted"
    later = appointment.reminders.exclude(state=ReminderState.DROPPED).filter(
        channel=reminder.channel,
        for_start=reminder.for_start,
        hours_before__lt=reminder.hours_before,
        due_at__lte=now,
    )
    return "overtaken" if later.exists() else ""


def _leave(reminder: Reminder, reason: str, now: datetime) -> None:
    """Not sent; a fault where it was tried until the session began, otherwise in order."""
    if reason == "too_late" and reminder.reason == SENDING:
        settle(reminder, ReminderState.FAILED, now=now, reason="unreachable")
    else:
        drop(reminder, reason=reason, now=now)


def _wait_for_the_morning(reminder: Reminder, now: datetime) -> None:
    """A late worker must not wake anybody. `_why_not` ends the wait when the session begins."""
    practice = Practice.get()
    clock = {"quiet_from": practice.quiet_from, "quiet_until": practice.quiet_until}
    if is_quiet(now, zone=practice.zone, **clock):
        allowed = next_allowed(now, zone=practice.zone, **clock)
        raise outbox.Later(min(allowed, reminder.for_start).timestamp() - now.timestamp())


def _wait_for_the_undo(reminder: Reminder, now: datetime) -> None:
    """Nobody hears of a change that may still be taken back, and not by a reminder first."""
    change = reminder.appointment.changes.open(now).last()
    if change is not None:
        raise outbox.Later((change.undo_until - now).total_seconds())


def _begin(reminder: Reminder) -> bool:
    """Note that it is about to leave; False when it was dropped this very moment."""
    rows = Reminder.objects.filter(pk=reminder.pk, state=ReminderState.PLANNED)
    return bool(rows.update(reason=SENDING))


def _send_mail(reminder: Reminder, now: datetime) -> None:
    appointment, practice = reminder.appointment, Practice.get()
    client = appointment.client
    assert client is not None  # noqa: S101 - channels_of has looked
    with transaction.atomic():
        message = mail.word(
            to=client.email,
            subject="A reminder of your appointment",
            template="email/booking/reminder",
            context={
                "practice": practice,
                "name": client.display_name,
                "when": full(appointment.starts_at, practice.zone),
                "page": page_of(appointment),
                "further": [line for say in _further if (line := say(appointment, now=now))],
                "details": str(settings.PORTAL_URL) + reverse("accounts:details"),
            },
            key=f"reminder:{reminder.pk}",
            now=now,
        )
        if not _begin(reminder):
            return
    try:
        mail.send(message.pk, now=now)
    except smtplib.SMTPRecipientsRefused as refusal:
        if all(code >= 500 for code, _ in refusal.recipients.values()):
            settle(reminder, ReminderState.FAILED, now=now, reason="address_refused")
            return
        raise outbox.Later(AGAIN_SECONDS) from None
    except Exception as error:
        _try_again(reminder, type(error).__name__)
    settle(reminder, ReminderState.SENT, now=now, provider_id=message.message_id[:80])


def _send_text(reminder: Reminder, now: datetime) -> None:
    client = reminder.appointment.client
    assert client is not None  # noqa: S101 - channels_of has looked
    text, provider = words_of(reminder), sms.sender(callback_url)
    was_begun = reminder.reason == SENDING
    if not _begin(reminder):
        return
    try:
        to = to_e164(client.phone or "")
        sent = provider.find(to=to, text=text, since=reminder.due_at) if was_begun else None
        sent = sent or provider.send(to=to, text=text, reference=reference_of(reminder))
    except NotUsNumber:
        settle(reminder, ReminderState.FAILED, now=now, reason="no_us_number")
    except sms.OptedOut as refusal:
        settle(reminder, ReminderState.FAILED, now=now, reason=refusal.code)
        reminder_choice.stop_texts(client=client, now=now)
    except sms.NumberRefused as refusal:
        settle(reminder, ReminderState.FAILED, now=now, reason=refusal.code)
    except sms.AccountRefused as refusal:
        settle(reminder, ReminderState.FAILED, now=now, reason="account")
        raise outbox.GiveUp(
            f"the text message provider refuses our account: {refusal.code}"
        ) from None
    except sms.RateLimited as limit:
        raise outbox.Later(limit.seconds) from None
    except sms.Unreachable as error:
        _try_again(reminder, error.code)
    else:
        settle(reminder, ReminderState.SENT, now=now, provider_id=sent)


def _try_again(reminder: Reminder, what: str) -> None:
    """Until the session begins: a provider that is down for hours must not lose a reminder."""
    logger.warning("reminder %s: not taken (%s), tried again", reminder.pk, what)
    raise outbox.Later(AGAIN_SECONDS) from None


def words_of(reminder: Reminder) -> str:
    """Neutral, and short enough for one message: no name, no kind of session, no practice."""
    zone = Practice.get().zone
    when = f"{day_and_clock(reminder.appointment.starts_at, zone)}, {city(zone)} time"
    page = str(settings.PORTAL_URL) + reverse("booking:appointments")
    return f"You have an appointment on {when}. {page} Reply STOP to end texts."


def callback_url(reference: str) -> str:
    return str(settings.PORTAL_URL) + reverse("booking:text_status", args=[reference])
