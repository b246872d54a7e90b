"""Every step of the table of states: where it leads, one audit event, and the mail it names."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from accounts.models import Client
from booking.models import Appointment, Booking, SessionType, Status
from booking.services import appointments, changes, holds, requests
from booking.services.notices import SUBJECTS, WITHOUT_FILE
from booking.states import STEPS, Party, Transition
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import undo_is_over

pytestmark = pytest.mark.django_db
TEN, NINE = new_york(MONDAY, "10:00"), new_york(MONDAY, "09:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PRIVATE = ("therap", "session", "consult", "intake", "client", "treat", "diagnos")
ELSEWHERE = {"offer"}
"""Steps of the waitlist, which tests/unit/booking/test_waitlist_offers.py walks."""
COUNTED = {"reschedule", "cancel", "cancel_late"}
"""Steps that raise the SEQUENCE; taking one back raises it once more."""


@dataclass
class Scene:
    """One appointment in the state that a step begins from, and who acts."""

    session_type: SessionType
    client: Client
    row: Appointment | None
    party: Party
    now: datetime

    @property
    def who(self):
        therapist = self.session_type.practitioner.user
        return therapist if self.party == Party.THERAPIST else self.client.user

    def act(self) -> dict:
        return {"appointment": self.row, "by": self.who, "now": self.now}


def hold(scene: Scene) -> Appointment:
    return holds.hold(
        session_type=scene.session_type,
        starts_at=TEN,
        place="office",
        holder="me",
        by=None if scene.party == Party.VISITOR else scene.who,
        now=scene.now,
    )


def book(scene: Scene) -> Appointment:
    return appointments.book_for_client(
        session_type=scene.session_type,
        client=scene.client,
        starts_at=TEN,
        place="office",
        by=scene.who,
        now=scene.now,
    )


def confirm(scene: Scene) -> Appointment:
    return appointments.confirm(client=scene.client, **scene.act())


ACTS: dict[str, Callable[[Scene], object]] = {
    "hold": hold,
    "book_for_client": book,
    "extend": lambda scene: holds.extend(appointment=scene.row, now=scene.now),
    "confirm": confirm,
    "request": confirm,
    "release": lambda scene: holds.release(appointment=scene.row, now=scene.now),
    "expire": lambda scene: holds.expire(now=scene.now + HOUR),
    "approve": lambda scene: requests.approve(**scene.act()),
    "decline": lambda scene: requests.decline(message="I am sorry.", **scene.act()),
    "cancel": lambda scene: appointments.cancel(reason="Private words", **scene.act()),
    "cancel_late": lambda scene: appointments.cancel(reason="Private words", **scene.act()),
    "lapse": lambda scene: requests.lapse_unanswered(now=TEN - HOUR + MINUTE),
    "reschedule": lambda scene: appointments.reschedule(
        starts_at=NINE, place="office", **scene.act()
    ),
    "complete": lambda scene: appointments.complete(**scene.act()),
    "mark_no_show": lambda scene: appointments.mark_no_show(**scene.act()),
}
LATER = {"cancel_late": TEN - HOUR, "complete": TEN + HOUR, "mark_no_show": TEN + HOUR}
WALKED = [(step, party) for step in STEPS if step.action not in ELSEWHERE for party in step.by]
MOMENT = {"extend": NOW + MINUTE}


def scene_of(step: Transition, party: Party) -> Scene:
    booking = Booking.REQUEST if step.action == "request" else Booking.INSTANT
    session_type = a_session_type(name="Trauma therapy", booking=booking, notice_hours=1)
    client, row = ClientFactory(), None
    if step.source:
        owner = {} if step.source == Status.HELD else {"client": client}
        row = an_appointment(session_type, status=step.source, **owner)
    now = LATER.get(step.action) or MOMENT.get(step.action, NOW)
    return Scene(session_type, client, row, party, now)


def name_of(value) -> str:
    return f"{value.action}-{value.source}" if isinstance(value, Transition) else str(value)


def row_of(scene: Scene) -> Appointment:
    rows = Appointment.objects.exclude(holder__startswith="undo:")
    return rows.get(pk=scene.row.pk) if scene.row else rows.get()


def mails_to_client(scene: Scene) -> list[MailMessage]:
    return [mail for mail in MailMessage.objects.all() if mail.to == scene.client.email]


@pytest.mark.parametrize(("step", "party"), WALKED, ids=name_of)
def test_each_step_leads_there_with_one_event_and_its_one_mail(step, party):
    scene = scene_of(step, party)

    ACTS[step.action](scene)

    row = row_of(scene)
    assert row.status == step.target
    events = AuditEvent.objects.filter(action__startswith="appointment.")
    if step.action != "extend":  # the same hold, a little longer
        assert [(event.action, event.object_id) for event in events] == [
            (f"appointment.{step.action}", str(row.public_id))
        ]
    if step.can_be_undone:
        assert MailMessage.objects.count() == 0
        assert row.changes.get().action == step.action
        undo_is_over(scene.now + changes.UNDO)
    assert [mail.subject for mail in mails_to_client(scene)] == (
        [SUBJECTS[step.mail]] if step.mail else []
    )
    for mail in mails_to_client(scene):
        check_neutral(mail)
        check_file(mail, row, has_file=step.mail not in WITHOUT_FILE)


def check_neutral(mail: MailMessage) -> None:
    assert mail.text
    assert mail.html
    written = (mail.subject + mail.text.split("--")[0] + mail.html).lower()
    assert [word for word in PRIVATE if word in written] == []
    assert "private words" not in written


def check_file(mail: MailMessage, row: Appointment, *, has_file: bool) -> None:
    files = [base64.b64decode(one["content"]) for one in mail.attachments]
    assert len(files) == int(has_file)
    for file in files:
        (event,) = Calendar.from_ical(file).walk("VEVENT")
        assert (str(event["UID"]), event["SEQUENCE"]) == (str(row.public_id), row.sequence)
        assert (event["DTSTART"].dt, str(event["SUMMARY"])) == (row.starts_at, "Appointment")
        assert (event["STATUS"] == "CANCELLED") == (not row.is_live)


@pytest.mark.parametrize(
    ("step", "party"), [pair for pair in WALKED if pair[0].can_be_undone], ids=name_of
)
def test_each_step_that_can_be_undone_leaves_no_trace_but_two_events(step, party):
    scene = scene_of(step, party)
    before = Appointment.objects.filter(pk=scene.row.pk).values().get()
    ACTS[step.action](scene)
    change = scene.row.changes.get()

    changes.undo(batch=change.batch, by=scene.who, now=scene.now + MINUTE)

    after = Appointment.objects.filter(pk=scene.row.pk).values().get()
    if step.action == "approve":
        assert after.pop("confirmed_at") is before.pop("confirmed_at") is None
    counted = 2 if step.action in COUNTED else 0  # SEQUENCE never goes back
    assert after.pop("sequence") - before.pop("sequence") == counted
    assert after | {"updated_at": None} == before | {"updated_at": None}
    actions = AuditEvent.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == [f"appointment.{step.action}", "appointment.undo"]
    undo_is_over(scene.now + HOUR)
    assert MailMessage.objects.count() == 0
    follow = OutboxEntry.objects.filter(kind="follow_appointment")
    assert all(entry.due_at == change.undo_until for entry in follow)


def test_every_step_is_walked():
    assert {step.action for step in STEPS} == ACTS.keys() | ELSEWHERE
