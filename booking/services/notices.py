"""Mails about an appointment: one for each change, in words that tell a stranger nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import Practice
from booking.calendar_file import FILE_NAME, CalendarEntry, calendar_file
from booking.models import Appointment, Place
from booking.states import Status
from booking.wording import full
from portal.shared import mail

PLACE_WORDS = {Place.TELEHEALTH: "Video", Place.OFFICE: "In person"}


def confirmed(appointment: Appointment, *, now: datetime) -> None:
    """It is agreed; with the calendar file and the policy."""
    _send(appointment, "confirmed", "Your appointment is confirmed", now=now)


def requested(appointment: Appointment, *, now: datetime) -> None:
    """It is asked for; an answer follows."""
    _send(appointment, "requested", "We have your request", now=now, with_file=False)


def moved(appointment: Appointment, *, was: datetime, now: datetime) -> None:
    """Same appointment, other time: the calendar file replaces the old one."""
    _send(appointment, "moved", "Your appointment has moved", now=now, was=was)


def cancelled(appointment: Appointment, *, by_practice: bool, now: datetime) -> None:
    """It is off; the calendar file takes it out of a calendar again."""
    _send(
        appointment, "cancelled", "Your appointment is cancelled", now=now, by_practice=by_practice
    )


def entry_of(appointment: Appointment, *, now: datetime) -> CalendarEntry:
    """What the calendar file of this appointment says, as of now."""
    return CalendarEntry(
        uid=appointment.public_id,
        sequence=appointment.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        stamped_at=now,
        organizer=Practice.get().email or settings.DEFAULT_FROM_EMAIL,
        url=page_of(appointment),
        place=PLACE_WORDS[Place(appointment.place)],
        is_cancelled=appointment.status in (Status.CANCELLED, Status.LATE_CANCELLED),
    )


def page_of(appointment: Appointment) -> str:
    """The appointment's page, with the portal's address."""
    return str(settings.PORTAL_URL) + reverse("booking:appointment", args=[appointment.public_id])


def _send(
    appointment: Appointment,
    what: str,
    subject: str,
    *,
    now: datetime,
    with_file: bool = True,
    was: datetime | None = None,
    by_practice: bool = False,
) -> None:
    client = appointment.client
    if client is None or not client.email:
        return
    mail.queue(
        to=client.email,
        subject=subject,
        template=f"email/booking/{what}",
        context=_context(appointment, was)
        | {"name": client.display_name, "by_practice": by_practice},
        attachments=(_attachment(appointment, now),) if with_file else (),
        key=f"appointment:{appointment.pk}:{what}:{appointment.sequence}",
        now=now,
    )


def _context(appointment: Appointment, was: datetime | None) -> dict[str, Any]:
    practice = Practice.get()
    return {
        "practice": practice,
        "when": full(appointment.starts_at, practice.zone),
        "facts": list(_facts(appointment, practice, was)),
        "policy": appointment.policy.sentence,
        "page": page_of(appointment),
    }


def _facts(
    appointment: Appointment, practice: Practice, was: datetime | None
) -> Iterator[dict[str, str]]:
    yield {"label": "When", "value": full(appointment.starts_at, practice.zone)}
    if was:
        yield {"label": "It was", "value": full(was, practice.zone)}
    yield {"label": "How we meet", "value": PLACE_WORDS[Place(appointment.place)]}
    if appointment.place == Place.OFFICE and practice.address_line:
        yield {"label": "Where", "value": practice.address_line}


def _attachment(appointment: Appointment, now: datetime) -> mail.Attachment:
    entry = entry_of(appointment, now=now)
    return mail.Attachment(FILE_NAME, entry.content_type, calendar_file(entry))
