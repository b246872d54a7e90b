"""Mails about an appointment: one for each change, in words that tell a stranger nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import Client, Practice
from booking.calendar_file import FILE_NAME, CalendarEntry, calendar_file
from booking.models import Appointment, AppointmentChange, Place
from booking.states import Status
from booking.wording import full
from portal.shared import mail

PLACE_WORDS = {Place.TELEHEALTH: "Video", Place.OFFICE: "In person"}
OFF = (Status.CANCELLED, Status.LATE_CANCELLED)
SUBJECTS = {
    "confirmed": "Your appointment is confirmed",
    "requested": "We have your request",
    "moved": "Your appointment has moved",
    "cancelled": "Your appointment is cancelled",
    "declined": "There is an answer to your request",
    "withdrawn": "Your request is withdrawn",
    "lapsed": "We could not answer your request in time",
}
WITHOUT_FILE = ("requested", "declined", "withdrawn", "lapsed")
"""Of a request nothing ever came into their calendar, so nothing has to leave it."""
TAKEN_BACK = ("cancelled", "declined", "withdrawn")
SEVERAL = {
    "confirmed": ("Your appointments are confirmed", "Confirmed"),
    "moved": ("Your appointments have moved", "Moved"),
    "cancelled": ("Your appointments are cancelled", "Cancelled"),
}
MIXED = "Your appointments have changed"


@dataclass(frozen=True, slots=True)
class Story:
    """What the client was told last (before `first`), and what is so now (after `last`)."""

    appointment: Appointment
    first: AppointmentChange
    last: AppointmentChange

    @property
    def mail(self) -> str:
        """Which mail tells it; empty: all is as they know it, or the session is over."""
        was, now = self.first.was_status, self.appointment.status
        if now == Status.CONFIRMED:
            if was == Status.REQUESTED:
                return "confirmed"
            return "moved" if self.is_elsewhere else ""
        if now == Status.CANCELLED and was == Status.REQUESTED:
            return "declined" if self.by_practice else "withdrawn"
        return "cancelled" if now in OFF else ""

    @property
    def is_elsewhere(self) -> bool:
        """Another time or another way to meet than they know of."""
        row, was = self.appointment, self.first
        return (row.starts_at, row.place) != (was.was_starts_at, was.was_place)

    @property
    def by_practice(self) -> bool:
        """Whose last word it was."""
        return self.last.made_by.is_staff


def confirmed(appointment: Appointment, *, now: datetime) -> None:
    """It is agreed; with the calendar file and the policy."""
    _send(appointment, "confirmed", now=now)


def confirmed_together(appointments: Sequence[Appointment], *, now: datetime) -> None:
    """Sessions of one series that were booked together, in one mail with one calendar file."""
    client = appointments[0].client
    if client is None or not client.email:
        return
    practice, (subject, label) = Practice.get(), SEVERAL["confirmed"]
    rows = sorted(appointments, key=lambda row: row.starts_at)
    entries = [entry_of(row, now=now) for row in rows]
    mail.queue(
        to=client.email,
        subject=subject,
        template="email/booking/changed",
        context={
            "practice": practice,
            "name": client.display_name,
            "subject": subject,
            "facts": [{"label": label, "value": _when_and_how(row, practice)} for row in rows],
            "by_practice": False,
            "all_off": False,
            "page": str(settings.PORTAL_URL) + reverse("booking:appointments"),
        },
        attachments=(
            mail.Attachment("appointments.ics", entries[0].content_type, calendar_file(*entries)),
        ),
        key=f"series:{rows[0].series_id}:confirmed",
        now=now,
    )


def requested(appointment: Appointment, *, now: datetime) -> None:
    """It is asked for; an answer follows, and the therapist is told that there is a question."""
    _send(appointment, "requested", now=now)
    practice = Practice.get()
    mail.queue(
        to=appointment.practitioner.user.email,
        subject="Somebody asks for a time",
        template="email/booking/asked",
        context={
            "practice": practice,
            "when": full(appointment.starts_at, practice.zone),
            "page": str(settings.PORTAL_URL) + reverse("booking:therapist_requests"),
        },
        key=f"appointment:{appointment.pk}:asked",
        now=now,
    )


def lapsed(appointment: Appointment, *, now: datetime) -> None:
    """Nobody answered a request before its time came near."""
    _send(appointment, "lapsed", now=now)


def tell_of_changes(stories: Iterable[Story], *, now: datetime) -> None:
    """One mail for each client, with all that is news to them."""
    news = [story for story in stories if story.mail]
    for client_id in dict.fromkeys(story.appointment.client_id for story in news):
        theirs = [story for story in news if story.appointment.client_id == client_id]
        if len(theirs) > 1 and all(story.mail in SEVERAL for story in theirs):
            _tell_several(sorted(theirs, key=_start), now=now)
        else:
            for story in theirs:
                _tell_one(story, now=now)


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
        is_cancelled=appointment.status in OFF,
    )


def page_of(appointment: Appointment) -> str:
    """The appointment's page, with the portal's address."""
    return str(settings.PORTAL_URL) + reverse("booking:appointment", args=[appointment.public_id])


def _start(story: Story) -> datetime:
    return story.appointment.starts_at


def _tell_one(story: Story, *, now: datetime) -> None:
    was = story.first.was_starts_at
    _send(story.appointment, story.mail, now=now, was=was, by_practice=story.by_practice)


def _tell_several(news: list[Story], *, now: datetime) -> None:
    client = news[0].appointment.client
    if client is None or not client.email:
        return
    kinds = {story.mail for story in news}
    subject = SEVERAL[kinds.pop()][0] if len(kinds) == 1 else MIXED
    mail.queue(
        to=client.email,
        subject=subject,
        template="email/booking/changed",
        context=_context_of_several(news, client) | {"subject": subject},
        attachments=_files(news, now),
        key=f"changes:{news[0].last.batch}:{client.pk}",
        now=now,
    )


def _context_of_several(news: list[Story], client: Client) -> dict[str, Any]:
    practice = Practice.get()
    facts = [{"label": SEVERAL[story.mail][1], "value": _line(story, practice)} for story in news]
    return {
        "practice": practice,
        "name": client.display_name,
        "facts": facts,
        "by_practice": news[0].by_practice,
        "all_off": all(story.mail == "cancelled" for story in news),
        "page": str(settings.PORTAL_URL) + reverse("booking:appointments"),
    }


def _line(story: Story, practice: Practice) -> str:
    was = full(story.first.was_starts_at, practice.zone)
    if story.mail == "cancelled":
        return was
    now = _when_and_how(story.appointment, practice)
    return f"{now} (it was: {was})" if story.mail == "moved" else now


def _when_and_how(row: Appointment, practice: Practice) -> str:
    return f"{full(row.starts_at, practice.zone)}, {PLACE_WORDS[Place(row.place)].lower()}"


def _files(news: list[Story], now: datetime) -> tuple[mail.Attachment, ...]:
    """One file to put in and one to take out: a calendar file has one method."""
    entries = [entry_of(story.appointment, now=now) for story in news]
    named = {
        "appointments.ics": [one for one in entries if not one.is_cancelled],
        "cancelled.ics": [one for one in entries if one.is_cancelled],
    }
    return tuple(
        mail.Attachment(name, some[0].content_type, calendar_file(*some))
        for name, some in named.items()
        if some
    )


def _send(
    appointment: Appointment,
    what: str,
    *,
    now: datetime,
    was: datetime | None = None,
    by_practice: bool = False,
) -> None:
    client = appointment.client
    if client is None or not client.email:
        return
    mail.queue(
        to=client.email,
        subject=SUBJECTS[what],
        template=f"email/booking/{what}",
        context=_context(appointment, what, was)
        | {"name": client.display_name, "by_practice": by_practice},
        attachments=() if what in WITHOUT_FILE else (_attachment(appointment, now),),
        key=f"appointment:{appointment.pk}:{what}:{appointment.sequence}",
        now=now,
    )


def _context(appointment: Appointment, what: str, was: datetime | None) -> dict[str, Any]:
    """Of what is off, the time that they knew of."""
    practice = Practice.get()
    when = was if was and what in TAKEN_BACK else appointment.starts_at
    return {
        "practice": practice,
        "when": full(when, practice.zone),
        "facts": list(_facts(appointment, practice, when, was if what == "moved" else None)),
        "policy": appointment.policy.sentence,
        "page": page_of(appointment),
    }


def _facts(
    appointment: Appointment, practice: Practice, when: datetime, was: datetime | None
) -> Iterator[dict[str, str]]:
    yield {"label": "When", "value": full(when, practice.zone)}
    if was:
        yield {"label": "It was", "value": full(was, practice.zone)}
    yield {"label": "How we meet", "value": PLACE_WORDS[Place(appointment.place)]}
    if appointment.place == Place.OFFICE and practice.address_line:
        yield {"label": "Where", "value": practice.address_line}


def _attachment(appointment: Appointment, now: datetime) -> mail.Attachment:
    entry = entry_of(appointment, now=now)
    return mail.Attachment(FILE_NAME, entry.content_type, calendar_file(entry))
