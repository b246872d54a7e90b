"""A time that is asked for: agreed to, declined kindly, withdrawn, or given back unanswered."""

from datetime import timedelta

import pytest

from booking.models import Appointment, Booking, Status
from booking.services import appointments, changes, holds, requests
from booking.services.changes import GRACE, UNDO
from booking.services.open_slots import SlotTaken
from booking.states import NotAllowed
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import OVER, undo_is_over

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
HOUR = timedelta(hours=1)
KIND = "Tuesdays would suit me better."


@pytest.fixture
def asked() -> Appointment:
    """Held at NOW for Monday ten o'clock, and asked for."""
    held = an_appointment(a_session_type(booking=Booking.REQUEST), status=Status.HELD)
    client = ClientFactory()
    row = appointments.confirm(appointment=held, client=client, by=client.user, now=NOW)
    MailMessage.objects.all().delete()
    return row


def therapist_of(row):
    return row.practitioner.user


def approve(row, *, by=None, now=NOW):
    return requests.approve(appointment=row, by=by or therapist_of(row), now=now)


def decline(row, *, now=NOW, message=KIND):
    return requests.decline(appointment=row, message=message, by=therapist_of(row), now=now)


def last_actions(count: int) -> list[str]:
    events = AuditEvent.objects.order_by("-sequence")[:count]
    return [event.action for event in events]


def test_a_request_holds_its_time(asked):
    with pytest.raises(SlotTaken):
        holds.hold(
            session_type=asked.session_type, starts_at=TEN, place="office", holder="b", now=NOW
        )


def test_agreeing_confirms_and_mails_the_file_when_undo_is_over(asked):
    approve(asked)

    row = Appointment.objects.get(pk=asked.pk)
    assert (row.status, row.confirmed_at, row.sequence) == (Status.CONFIRMED, NOW, 0)
    assert last_actions(1) == ["appointment.approve"]
    follow = OutboxEntry.objects.get(kind="follow_appointment")
    assert follow.due_at == OVER
    assert MailMessage.objects.count() == 0
    undo_is_over()
    mail = MailMessage.objects.get()
    assert (mail.to, mail.subject) == (asked.client.email, "Your appointment is confirmed")
    assert len(mail.attachments) == 1


def test_agreeing_can_be_undone_and_the_request_waits_again(asked):
    approve(asked)
    change = asked.changes.get()

    changes.undo(batch=change.batch, by=therapist_of(asked), now=NOW + UNDO / 2)

    row = Appointment.objects.get(pk=asked.pk)
    assert (row.status, row.confirmed_at) == (Status.REQUESTED, None)
    assert list(requests.waiting(asked.practitioner, now=NOW)) == [row]
    undo_is_over()
    assert MailMessage.objects.count() == 0


def test_declining_keeps_the_words_behind_sign_in(asked):
    decline(asked)

    row = Appointment.objects.get(pk=asked.pk)
    assert (row.status, row.answer, row.cancelled_by) == (
        Status.CANCELLED,
        KIND,
        therapist_of(asked),
    )
    undo_is_over()
    mail = MailMessage.objects.get()
    assert mail.subject == "There is an answer to your request"
    assert mail.attachments == []
    assert f"/appointments/{asked.public_id}/" in mail.text
    assert KIND not in mail.text + mail.html
    assert KIND not in str(AuditEvent.objects.latest("sequence").detail)


def test_declining_can_be_undone_while_the_time_is_kept(asked):
    decline(asked)
    with pytest.raises(SlotTaken):
        holds.hold(
            session_type=asked.session_type, starts_at=TEN, place="office", holder="b", now=NOW
        )

    changes.undo(batch=asked.changes.get().batch, by=therapist_of(asked), now=NOW)

    row = Appointment.objects.get(pk=asked.pk)
    assert (row.status, row.answer, row.cancelled_at) == (Status.REQUESTED, None, None)


def test_withdrawing_costs_nothing_and_is_confirmed_by_mail(asked):
    appointments.cancel(appointment=asked, by=asked.client.user, now=TEN - HOUR)

    assert Appointment.objects.get(pk=asked.pk).status == Status.CANCELLED
    undo_is_over(TEN)
    assert [mail.subject for mail in MailMessage.objects.all()] == ["Your request is withdrawn"]
    assert MailMessage.objects.get().attachments == []


def test_agreed_and_called_off_again_at_once_is_one_answer(asked):
    approve(asked)
    appointments.cancel(appointment=asked, by=therapist_of(asked), now=NOW)

    undo_is_over()

    assert [mail.subject for mail in MailMessage.objects.all()] == [
        "There is an answer to your request"
    ]


@pytest.mark.parametrize("answer", [approve, decline])
def test_an_answer_is_given_once_and_before_the_start(asked, answer):
    with pytest.raises(NotAllowed):
        answer(asked, now=TEN)
    answer(asked)
    with pytest.raises(NotAllowed):
        answer(asked)


def test_a_client_answers_nothing(asked):
    with pytest.raises(NotAllowed):
        approve(asked, by=asked.client.user)


# -- nobody answers ----------------------------------------------------------------------
def test_a_request_lapses_when_its_start_comes_nearer_than_the_notice(asked):
    assert requests.lapse_unanswered(now=TEN - 24 * HOUR) == 0

    assert requests.lapse_unanswered(now=TEN - 24 * HOUR + timedelta(seconds=1)) == 1

    row = Appointment.objects.get(pk=asked.pk)
    assert (row.status, row.cancelled_by) == (Status.CANCELLED, None)
    mail = MailMessage.objects.get()
    assert (mail.to, mail.subject) == (
        asked.client.email,
        "We could not answer your request in time",
    )
    assert "We are sorry" in mail.text
    assert mail.attachments == []
    assert last_actions(1) == ["appointment.lapse"]
    assert requests.lapse_unanswered(now=TEN) == 0
    assert MailMessage.objects.count() == 1


def test_one_that_was_asked_for_at_the_edge_of_the_notice_has_half_of_its_time(asked):
    at_the_edge = TEN - 24 * HOUR
    Appointment.objects.filter(pk=asked.pk).update(held_at=at_the_edge, held_until=TEN)

    assert requests.lapse_unanswered(now=TEN - 12 * HOUR - timedelta(seconds=1)) == 0
    assert requests.lapse_unanswered(now=TEN - 12 * HOUR) == 1


def test_notice_by_days_counts_too(asked):
    asked.session_type.notice_hours, asked.session_type.notice_days = 0, 2
    asked.session_type.save(update_fields=["notice_hours", "notice_days"])
    midnight = new_york(MONDAY - timedelta(days=1), "00:00")

    assert requests.lapse_unanswered(now=midnight - timedelta(seconds=1)) == 0
    assert requests.lapse_unanswered(now=midnight) == 1


def test_only_requests_lapse():
    an_appointment(a_session_type(booking=Booking.REQUEST))

    assert requests.lapse_unanswered(now=TEN - HOUR) == 0


def test_those_who_wait_are_listed_by_their_time(asked):
    later = an_appointment(asked.session_type, TEN + timedelta(days=7), status=Status.REQUESTED)
    other = SessionTypeFactory(booking=Booking.REQUEST)
    an_appointment(other, status=Status.REQUESTED)

    assert list(requests.waiting(asked.practitioner, now=NOW)) == [asked, later]
    assert list(requests.waiting(asked.practitioner, now=TEN)) == [later]
    assert GRACE < UNDO
