"""Which reminders stand planned after each change, and that none is planned twice."""

from datetime import time, timedelta

import pytest

from accounts.services import reminder_choice
from booking.models import Channel, Reminder, ReminderState
from booking.services import appointments, reminder_hours, reminders
from booking.states import Status
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    a_practice,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
SATURDAY = new_york(MONDAY - timedelta(days=2), "10:00")
SUNDAY_EVENING = new_york(MONDAY - timedelta(days=1), "20:55")
HOUR = timedelta(hours=1)


def wants_mail(**fields):
    return ClientFactory(reminders_by_mail=True, **fields)


def planned(appointment, state=ReminderState.PLANNED):
    rows = Reminder.objects.filter(appointment=appointment, state=state)
    return [(row.channel, row.hours_before, row.due_at) for row in rows.order_by("due_at")]


def an_agreed(client=None, starts_at=TEN, *, now=NOW):
    appointment = an_appointment(starts_at=starts_at, client=client or wants_mail())
    reminders.plan(appointment, now=now)
    return appointment


def test_two_days_and_three_hours_before_with_an_entry_due_then():
    """Three hours before ten is in quiet hours: the evening before, just ahead of them."""
    appointment = an_agreed()

    assert planned(appointment) == [("mail", 48, SATURDAY), ("mail", 3, SUNDAY_EVENING)]
    entries = OutboxEntry.objects.filter(kind="send_reminder").order_by("due_at")
    assert [entry.due_at for entry in entries] == [SATURDAY, SUNDAY_EVENING]
    for entry, row in zip(entries, Reminder.objects.order_by("due_at"), strict=True):
        assert entry.payload == {"reminder_id": row.pk, "due": int(row.due_at.timestamp())}


def test_nobody_is_reminded_who_did_not_ask():
    assert planned(an_agreed(ClientFactory())) == []
    assert OutboxEntry.objects.filter(kind="send_reminder").count() == 0


def test_each_way_by_itself_and_text_messages_only_where_they_are_offered(text_messages, settings):
    client = wants_mail(reminders_by_sms=True, phone="212 555 0100")

    both = an_agreed(client)
    settings.SMS_FROM = ""
    without = an_agreed(client, starts_at=TEN + 168 * HOUR)

    assert [row[0] for row in planned(both)].count(Channel.SMS) == 2
    assert {row[0] for row in planned(both)} == {"mail", "sms"}
    assert {row[0] for row in planned(without)} == {"mail"}


def test_without_an_address_or_a_number_there_is_no_way(text_messages):
    client = wants_mail(user=None, reminders_by_sms=True, phone=None)

    assert reminders.channels_of(client) == []
    assert reminders.channels_of(None) == []


def test_planning_again_changes_nothing():
    appointment = an_agreed()
    before = list(Reminder.objects.values()), list(OutboxEntry.objects.values())

    reminders.plan(appointment, now=NOW + HOUR)

    assert (list(Reminder.objects.values()), list(OutboxEntry.objects.values())) == before


def test_booked_after_the_reminders_time_there_is_none_for_it():
    at_noon_on_saturday = SATURDAY + 2 * HOUR

    assert planned(an_agreed(now=at_noon_on_saturday)) == [("mail", 3, SUNDAY_EVENING)]
    late = an_agreed(starts_at=TEN + 168 * HOUR, now=TEN + 166 * HOUR)
    assert planned(late) == []


def test_booked_in_the_night_the_reminder_waits_for_the_morning():
    appointment = an_agreed(now=SUNDAY_EVENING + HOUR)

    assert planned(appointment) == [("mail", 3, new_york(MONDAY, "08:00"))]


def test_a_reminder_under_way_keeps_its_time():
    """At half past seven its wanted time is over, and it still stands for eight."""
    appointment = an_agreed(now=SUNDAY_EVENING + HOUR)
    before = planned(appointment)

    reminders.plan(appointment, now=new_york(MONDAY, "07:30"))
    reminders.plan(appointment, now=new_york(MONDAY, "08:01"))

    assert planned(appointment) == before


def test_two_that_would_go_out_at_once_are_one():
    """Three and two hours before nine both fall into the night; so does what follows later."""
    a_practice()
    reminder_hours.choose(
        hours=[3, 2],
        intake_hours=[],
        quiet_from=time(21),
        quiet_until=time(8),
        by=UserFactory(),
        now=NOW,
    )
    appointment = an_agreed(starts_at=new_york(MONDAY, "09:00"))
    row = Reminder.objects.get()

    assert planned(appointment) == [("mail", 2, SUNDAY_EVENING)]
    row.state, row.settled_at = ReminderState.SENT, SUNDAY_EVENING
    row.save()
    reminders.plan(appointment, now=SUNDAY_EVENING + HOUR)
    assert planned(appointment) == []


def test_moved_the_old_ones_are_dropped_and_new_ones_planned():
    appointment = an_appointment(a_session_type(notice_hours=0), TEN, client=wants_mail())
    reminders.plan(appointment, now=NOW)

    therapist = appointment.practitioner.user
    moved = appointments.reschedule(
        appointment=appointment, starts_at=TEN + HOUR, place="telehealth", by=therapist, now=NOW
    )

    dropped = Reminder.objects.filter(state=ReminderState.DROPPED)
    assert {(row.for_start, row.reason) for row in dropped} == {(TEN, "moved")}
    assert dropped.count() == 2
    assert planned(moved) == [
        ("mail", 48, SATURDAY + HOUR),
        ("mail", 3, new_york(MONDAY, "08:00")),
    ]


def test_moved_back_the_old_ones_stand_again_and_have_one_entry_each():
    appointment = an_agreed()
    appointment.starts_at += HOUR
    reminders.plan(appointment, now=NOW)
    appointment.starts_at -= HOUR

    reminders.plan(appointment, now=NOW)

    assert planned(appointment) == [("mail", 48, SATURDAY), ("mail", 3, SUNDAY_EVENING)]
    assert Reminder.objects.filter(state=ReminderState.PLANNED, reason="").count() == 2
    assert OutboxEntry.objects.filter(kind="send_reminder").count() == 4


def test_cancelled_there_is_nothing_to_remind_of():
    appointment = an_agreed()

    appointments.cancel(appointment=appointment, by=appointment.client.user, now=NOW)

    assert planned(appointment) == []
    assert set(Reminder.objects.values_list("state", "reason", "settled_at")) == {
        ("dropped", "not_confirmed", NOW)
    }


@pytest.mark.parametrize(
    "status", [Status.REQUESTED, Status.COMPLETED, Status.NO_SHOW, Status.LATE_CANCELLED]
)
def test_only_what_is_agreed_has_reminders(status):
    appointment = an_agreed()
    appointment.status = status

    reminders.plan(appointment, now=NOW)

    assert planned(appointment) == []


def test_what_was_sent_stays_and_is_not_planned_again():
    appointment = an_agreed()
    sent = Reminder.objects.get(hours_before=48)
    sent.state, sent.settled_at = ReminderState.SENT, SATURDAY
    sent.save()

    appointment.client.reminders_by_mail = False
    reminders.plan(appointment, now=SATURDAY + HOUR)
    appointment.client.reminders_by_mail = True
    reminders.plan(appointment, now=SATURDAY + HOUR)

    assert planned(appointment, ReminderState.SENT) == [("mail", 48, SATURDAY)]
    assert planned(appointment) == [("mail", 3, SUNDAY_EVENING)]


def test_a_client_who_chooses_anew_gets_what_they_chose():
    client = wants_mail()
    ahead, other = an_agreed(client), an_agreed(starts_at=TEN + 168 * HOUR)

    client.reminders_by_mail = False
    client.save()
    reminders.plan_for_client(client_id=client.pk, now=NOW)
    assert (len(planned(ahead)), len(planned(other))) == (0, 2)

    client.reminders_by_mail = True
    client.save()
    reminders.plan_for_client(client_id=client.pk, now=NOW)
    assert len(planned(ahead)) == 2


def test_the_practice_chooses_other_hours():
    appointment, therapist = an_agreed(), UserFactory()

    changed = reminder_hours.choose(
        hours=[24, 72],
        intake_hours=[48],
        quiet_from=time(22),
        quiet_until=time(7),
        by=therapist,
        now=NOW,
    )
    reminders.plan_for_practice(now=NOW)

    assert changed
    assert planned(appointment) == [
        ("mail", 24, TEN - 24 * HOUR),
    ]  # three days before is over
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.actor_id) == ("practice.reminders", therapist.pk)
    assert (event.detail["hours"], event.detail["intake_hours"]) == ([72, 24], [48])
    assert OutboxEntry.objects.get(kind="plan_reminders").payload == {}


def test_the_same_hours_again_are_no_change():
    practice = a_practice()

    changed = reminder_hours.choose(
        hours=[3, 48],
        intake_hours=[24, 72],
        quiet_from=practice.quiet_from,
        quiet_until=practice.quiet_until,
        by=UserFactory(),
        now=NOW,
    )

    assert not changed
    assert AuditEvent.objects.count() == 0


def test_stop_switches_the_box_off_once_and_says_why():
    client = ClientFactory(reminders_by_sms=True, phone="212 555 0100")

    reminder_choice.stop_texts(client=client, now=NOW)
    reminder_choice.stop_texts(client=client, now=NOW + HOUR)

    client.refresh_from_db()
    assert not client.reminders_by_sms
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.client_id) == ("client.reminders", None, client.pk)
    assert event.detail == {"mail": False, "sms": False, "why": "stop"}
    assert OutboxEntry.objects.get().payload == {"client_id": client.pk}


@pytest.mark.parametrize("count", [1, 3])
def test_planning_costs_the_same_for_an_appointment_however_many_there_are(
    count, django_assert_num_queries
):
    rows = [an_agreed(starts_at=TEN + 168 * HOUR * number) for number in range(count)]

    with django_assert_num_queries(2):  # the rows and the practice
        reminders.plan(rows[-1], now=NOW)
