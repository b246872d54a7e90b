"""One reminder goes out once, if it is still right, and never in quiet hours."""

import smtplib
from datetime import time, timedelta

import pytest
from django.core import mail as outgoing

import booking.tasks  # noqa: F401 - registers the effects
from accounts.services import reminder_choice
from booking.models import Channel, Reminder, ReminderState
from booking.reminder_words import lines
from booking.services import reminder_delivery, reminder_sending, reminders
from booking.states import Status
from portal.shared import outbox
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    NOW,
    ClientFactory,
    a_practice,
    an_appointment,
    new_york,
)
from tests.servers.text_messages import LANDLINE, NOT_A_NUMBER, STOPPED, fault

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
SATURDAY = new_york(MONDAY - timedelta(days=2), "10:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def by_mail(starts_at=TEN, **fields) -> Reminder:
    client = ClientFactory(reminders_by_mail=True, **fields)
    return planned(client, starts_at)


def by_text(phone="212 555 0100") -> Reminder:
    return planned(ClientFactory(reminders_by_sms=True, phone=phone), TEN)


def planned(client, starts_at) -> Reminder:
    """The one two days before."""
    appointment = an_appointment(starts_at=starts_at, client=client)
    reminders.plan(appointment, now=NOW)
    return Reminder.objects.get(appointment=appointment, hours_before=48)


def entry_of(reminder) -> OutboxEntry:
    return OutboxEntry.objects.get(kind="send_reminder", payload__reminder_id=reminder.pk)


def run(reminder, at=SATURDAY) -> OutboxEntry:
    entry = entry_of(reminder)
    outbox.run(entry.pk, clock=lambda: at)
    entry.refresh_from_db()
    reminder.refresh_from_db()
    return entry


def words(reminder) -> str:
    [line] = lines([reminder], NEW_YORK)
    return line.text


def test_a_mail_with_the_time_a_link_and_nothing_else():
    reminder = by_mail(chosen_name="Ada")

    entry = run(reminder)

    [sent] = outgoing.outbox
    page = f"http://testserver/appointments/{reminder.appointment.public_id}/"
    assert sent.subject == "A reminder of your appointment"
    assert sent.to == [reminder.appointment.client.email]
    assert "Monday, January 4, 2027, 10:00 am, New York time" in sent.body
    assert page in sent.body
    assert "http://testserver/me/details/" in sent.body
    assert reminder.appointment.session_type.name not in sent.body + sent.subject
    assert (reminder.state, reminder.settled_at) == (ReminderState.SENT, SATURDAY)
    assert reminder.provider_id == sent.extra_headers["Message-ID"]
    assert entry.done_at == SATURDAY
    assert words(reminder) == "E-mail reminder: sent Saturday, January 2, 10:00 am"


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


def test_run_again_nothing_goes_out_twice(text_messages):
    mailed, texted = by_mail(), by_text()
    for reminder in (mailed, texted):
        run(reminder)
        due = int(reminder.due_at.timestamp())
        reminder_sending.send(reminder_id=reminder.pk, due=due, now=SATURDAY + MINUTE)

    assert len(outgoing.outbox) == 1
    assert len(text_messages.asked) == 1


# -- Still right? --------------------------------------------------------------------------
def cancel(appointment) -> None:
    appointment.status, appointment.cancelled_at = Status.CANCELLED, NOW
    appointment.save()


def move(appointment) -> None:
    type(appointment).objects.filter(pk=appointment.pk).update(starts_at=TEN + 10 * MINUTE)


def opt_out(appointment) -> None:
    appointment.client.reminders_by_mail = False
    appointment.client.save()


@pytest.mark.parametrize(
    ("change", "reason"),
    [(cancel, "not_confirmed"), (move, "moved"), (opt_out, "not_wanted")],
)
def test_it_looks_again_before_it_leaves(change, reason):
    """Also where whoever changed it did not plan anew."""
    reminder = by_mail()
    change(reminder.appointment)

    run(reminder)

    assert outgoing.outbox == []
    assert (reminder.state, reminder.reason) == (ReminderState.DROPPED, reason)
    assert lines([reminder], NEW_YORK) == []


def test_after_the_session_began_it_is_too_late():
    reminder = by_mail()

    run(reminder, at=TEN)

    assert outgoing.outbox == []
    assert (reminder.state, reminder.reason) == (ReminderState.DROPPED, "too_late")


def test_of_two_that_are_late_only_the_nearer_one_goes_out():
    far = by_mail()
    near = Reminder.objects.get(appointment=far.appointment, hours_before=3)

    morning = new_york(MONDAY, "08:30")
    entry = OutboxEntry.objects.get(
        kind="send_reminder", payload={"reminder_id": near.pk, "due": int(near.due_at.timestamp())}
    )
    run(far, at=morning)
    outbox.run(entry.pk, clock=lambda: morning)

    near.refresh_from_db()
    assert (far.state, far.reason) == (ReminderState.DROPPED, "overtaken")
    assert near.state == ReminderState.SENT
    assert len(outgoing.outbox) == 1


def test_an_entry_of_an_earlier_plan_does_nothing():
    reminder = by_mail()
    stale = entry_of(reminder)
    Reminder.objects.filter(pk=reminder.pk).update(due_at=reminder.due_at + HOUR)

    outbox.run(stale.pk, clock=lambda: SATURDAY)

    assert outgoing.outbox == []
    reminder.refresh_from_db()
    assert reminder.state == ReminderState.PLANNED


def test_a_late_worker_wakes_nobody():
    reminder = by_mail()
    late = new_york(MONDAY - timedelta(days=2), "23:30")
    morning = new_york(MONDAY - timedelta(days=1), "08:00")

    entry = run(reminder, at=late)

    assert outgoing.outbox == []
    assert (entry.done_at, entry.due_at, entry.tries) == (None, morning, 0)
    run(reminder, at=morning)
    assert reminder.state == ReminderState.SENT


def test_where_the_session_begins_before_the_morning_it_stays_unsent():
    practice = a_practice()
    practice.reminder_hours, practice.quiet_until = [48], time(11)
    practice.save()
    reminder = by_mail()

    entry = run(reminder, at=new_york(MONDAY, "03:00"))
    assert entry.due_at == TEN
    run(reminder, at=TEN)

    assert outgoing.outbox == []
    assert (reminder.state, reminder.reason) == (ReminderState.DROPPED, "too_late")


# -- The mail server -----------------------------------------------------------------------
def fail_with(monkeypatch, error):
    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr("portal.shared.mail.EmailMultiAlternatives.send", broken)


def test_a_mail_server_that_is_down_is_asked_again(monkeypatch, caplog):
    reminder = by_mail()
    with monkeypatch.context() as patch:
        fail_with(patch, ConnectionRefusedError("ada@example.com"))
        entry = run(reminder)

    assert (entry.done_at, entry.dead_at, entry.due_at) == (None, None, SATURDAY + MINUTE)
    assert reminder.state == ReminderState.PLANNED
    assert "@" not in caplog.text
    run(reminder, at=SATURDAY + MINUTE)
    assert reminder.state == ReminderState.SENT
    assert len(outgoing.outbox) == 1


def test_down_until_the_session_begins_is_a_fault_that_is_shown(monkeypatch):
    reminder = by_mail()
    fail_with(monkeypatch, ConnectionRefusedError())
    run(reminder)

    run(reminder, at=TEN)

    assert (reminder.state, reminder.reason) == (ReminderState.FAILED, "unreachable")
    assert words(reminder) == (
        "E-mail reminder: could not be delivered; "
        "the service could not be reached before the session"
    )


@pytest.mark.parametrize(
    ("code", "state"), [(550, ReminderState.FAILED), (450, ReminderState.PLANNED)]
)
def test_an_address_that_is_refused(monkeypatch, code, state):
    reminder = by_mail()
    refusal = smtplib.SMTPRecipientsRefused({"ada@example.com": (code, b"no such mailbox")})
    fail_with(monkeypatch, refusal)

    run(reminder)

    assert reminder.state == state


def test_killed_after_the_mail_left_the_same_message_id_is_kept(monkeypatch):
    """The second copy carries the id of the first, by which a mailbox knows it."""
    reminder = by_mail()
    with monkeypatch.context() as patch:
        patch.setattr(reminder_sending, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            run(reminder)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == (ReminderState.PLANNED, "sending")

    run(reminder)

    assert reminder.state == ReminderState.SENT
    assert len({sent.extra_headers["Message-ID"] for sent in outgoing.outbox}) == 1
    assert len(outgoing.outbox) == 1  # the mail itself was noted as sent


# -- The provider of text messages ---------------------------------------------------------
def killed(*args, **kwargs):
    raise KeyboardInterrupt


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
def tell(reminder, status, code="", sid="SM1", at=SATURDAY + MINUTE) -> Reminder:
    reminder_delivery.note(
        reminder_id=reminder.pk, provider_id=sid, status=status, code=code, now=at
    )
    reminder.refresh_from_db()
    return reminder


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


def test_the_words_for_what_is_still_to_come():
    assert words(by_mail()) == "E-mail reminder: planned for Saturday, January 2, 10:00 am"


def test_a_reference_that_is_not_ours():
    assert reminder_sending.reminder_of("7:forged") is None
    assert reminder_sending.reminder_of("nothing") is None


def test_the_choice_of_channels_is_a_choice_of_the_model():
    assert set(reminder_choice.FIELDS) == {f"reminders_by_{channel}" for channel in Channel.values}
