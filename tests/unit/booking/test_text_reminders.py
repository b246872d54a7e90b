"""Reminders by text message: what each answer of the provider brings, and what it tells later."""

from datetime import timedelta

import pytest

from booking.models import Reminder, ReminderState
from booking.services import reminder_sending
from portal.shared import outbox
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.reminders import (
    HOUR,
    MINUTE,
    SATURDAY,
    by_text,
    killed,
    run,
    tell,
    words,
)
from tests.servers.text_messages import LANDLINE, NOT_A_NUMBER, STOPPED, fault

pytestmark = pytest.mark.django_db


def test_a_text_message_with_the_time_a_link_and_how_to_stop(text_messages):
    reminder = by_text()

    run(reminder)

    [sent] = text_messages.asked
    assert sent["To"] == "+12125550100"
    assert sent["Body"] == (
        "You have an appointment on Monday, January 4, 10:00 am, New York time. "
        "https://portal.practice.example.com/appointments/ Reply STOP to end texts."
    )
    assert len(sent["Body"]) <= 160
    assert sent["Body"].isascii()
    reference = sent["StatusCallback"].split("/")[-2]
    assert reminder_sending.reminder_of(reference) == reminder.pk
    assert reminder.state == ReminderState.SENT
    assert reminder.provider_id == text_messages.accepted[0]["sid"]
    assert words(reminder) == "Text message: sent Saturday, January 2, 10:00 am"


# -- The provider of text messages ---------------------------------------------------------
@pytest.mark.parametrize(
    ("phone", "said"),
    [
        (NOT_A_NUMBER, "the number was refused"),
        (LANDLINE, "the number can’t receive texts"),
        ("+44 20 7946 0958", "the phone number is not a US number"),
    ],
)
def test_a_number_that_is_refused(text_messages, phone, said):
    reminder = by_text(phone)

    entry = run(reminder)

    assert reminder.state == ReminderState.FAILED
    assert words(reminder) == f"Text message: could not be delivered; {said}"
    assert entry.done_at
    assert reminder.appointment.client.reminders_by_sms


def test_stop_switches_text_messages_off(text_messages):
    reminder = by_text(STOPPED)
    client = reminder.appointment.client

    run(reminder)
    outbox.run(OutboxEntry.objects.get(kind="plan_reminders").pk, clock=lambda: SATURDAY)

    client.refresh_from_db()
    assert not client.reminders_by_sms
    assert (reminder.state, reminder.reason) == (ReminderState.FAILED, "21610")
    assert AuditEvent.objects.get(action="client.reminders").detail["why"] == "stop"
    assert not Reminder.objects.filter(state=ReminderState.PLANNED).exists()
    assert words(reminder) == (
        "Text message: could not be delivered; they have answered STOP, so text messages are off"
    )


def test_our_own_account_refused_is_put_before_the_operator(text_messages, settings):
    settings.TWILIO_AUTH_TOKEN = "another"
    reminder = by_text()

    entry = run(reminder)

    assert (reminder.state, reminder.reason) == (ReminderState.FAILED, "account")
    assert entry.dead_at == SATURDAY
    assert entry.last_error == "the text message provider refuses our account: 20003"


def test_too_many_at_once_waits_as_long_as_it_is_told(text_messages):
    text_messages.answers.append(lambda: fault(429, 20429, Retry_After="17"))
    reminder = by_text()

    entry = run(reminder)

    assert (entry.due_at, entry.tries) == (SATURDAY + timedelta(seconds=17), 0)
    run(reminder, at=SATURDAY + MINUTE)
    assert reminder.state == ReminderState.SENT
    assert len(text_messages.accepted) == 1


def test_a_provider_in_trouble_is_asked_again(text_messages):
    text_messages.answers.append(lambda: fault(500, 20500))
    reminder = by_text()

    entry = run(reminder)
    assert (entry.due_at, reminder.state) == (SATURDAY + MINUTE, ReminderState.PLANNED)
    run(reminder, at=SATURDAY + MINUTE)

    assert reminder.state == ReminderState.SENT
    assert len(text_messages.accepted) == 1


def test_an_answer_that_was_lost_is_looked_for_instead_of_sending_again(text_messages):
    text_messages.clock = lambda: SATURDAY
    text_messages.lose_answers = 1
    reminder = by_text()

    run(reminder)
    assert reminder.state == ReminderState.PLANNED
    run(reminder, at=SATURDAY + MINUTE)

    assert len(text_messages.asked) == 1
    assert reminder.state == ReminderState.SENT
    assert reminder.provider_id == text_messages.accepted[0]["sid"]


def test_killed_between_the_providers_answer_and_our_commit(text_messages, monkeypatch):
    text_messages.clock = lambda: SATURDAY
    reminder = by_text()
    with monkeypatch.context() as patch:
        patch.setattr(reminder_sending, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            run(reminder)

    run(reminder, at=SATURDAY + MINUTE)

    assert len(text_messages.asked) == 1
    assert reminder.state == ReminderState.SENT


def test_news_that_came_before_our_own_note_of_it_keeps_it_from_going_out_again(
    text_messages, monkeypatch
):
    reminder = by_text()
    with monkeypatch.context() as patch:
        patch.setattr(reminder_sending, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            run(reminder)
    tell(reminder, "delivered")

    run(reminder, at=SATURDAY + 2 * MINUTE)

    assert len(text_messages.asked) == 1
    assert reminder.state == ReminderState.DELIVERED


def test_no_longer_offered_it_is_dropped(text_messages, settings):
    reminder = by_text()
    settings.TWILIO_AUTH_TOKEN = ""

    run(reminder)

    assert (reminder.state, reminder.reason) == (ReminderState.DROPPED, "not_wanted")


def test_a_phone_that_was_changed_meanwhile_is_the_one_that_counts(text_messages):
    reminder = by_text()
    client = reminder.appointment.client
    client.phone = "646 555 0177"
    client.save()

    run(reminder)

    assert text_messages.asked[0]["To"] == "+16465550177"


# -- What the provider tells later ---------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "code", "state", "reason"),
    [
        ("accepted", "", ReminderState.SENT, ""),
        ("scheduled", "", ReminderState.SENT, ""),
        ("queued", "", ReminderState.SENT, ""),
        ("sending", "", ReminderState.SENT, ""),
        ("sent", "", ReminderState.SENT, ""),
        ("delivered", "", ReminderState.DELIVERED, ""),
        ("read", "", ReminderState.DELIVERED, ""),
        ("undelivered", "30003", ReminderState.FAILED, "30003"),
        ("undelivered", "", ReminderState.FAILED, "undelivered"),
        ("failed", "30034", ReminderState.FAILED, "30034"),
        ("failed", "", ReminderState.FAILED, "failed"),
        ("canceled", "", ReminderState.FAILED, "canceled"),
        ("something new", "", ReminderState.SENT, ""),
    ],
)
def test_every_status(text_messages, status, code, state, reason):
    reminder = tell(by_text(), status, code)

    assert (reminder.state, reminder.reason, reminder.provider_id) == (state, reason, "SM1")
    assert reminder.settled_at == SATURDAY + MINUTE


def test_late_news_does_not_undo_the_last(text_messages):
    delivered = tell(tell(by_text(), "delivered"), "sent", at=SATURDAY + HOUR)

    assert delivered.state == ReminderState.DELIVERED
    assert words(delivered) == "Text message: delivered Saturday, January 2, 10:01 am"


def test_news_of_another_message_is_not_about_this_one(text_messages):
    reminder = by_text()
    run(reminder)

    tell(reminder, "undelivered", "30003", sid="SM" + "f" * 32)

    assert reminder.state == ReminderState.SENT


def test_stop_that_is_told_later_counts_too(text_messages):
    reminder = tell(by_text(), "failed", "21610")

    reminder.appointment.client.refresh_from_db()
    assert not reminder.appointment.client.reminders_by_sms


def test_a_reference_that_is_not_ours():
    assert reminder_sending.reminder_of("7:forged") is None
    assert reminder_sending.reminder_of("nothing") is None
