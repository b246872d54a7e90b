"""Changing one's mind: for three minutes nothing is mailed, nothing charged, and nothing lost."""

import base64
from datetime import timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar

from accounts.models import Role
from booking.models import Appointment, AppointmentChange, Status
from booking.services import appointments, changes, holds
from booking.services.changes import GRACE, UNDO, UndoneAlready, UndoOver
from booking.services.open_slots import SlotTaken
from portal.shared import outbox
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    an_appointment,
    new_york,
)
from tests.factories.changes import OVER, undo_is_over

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN = (new_york(MONDAY, clock) for clock in ("09:00", "10:00", "11:00"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LAST_MOMENT = OVER - timedelta(milliseconds=1)


@pytest.fixture
def appointment() -> Appointment:
    return an_appointment()


def move(row, starts_at=NINE, *, by=None, now=NOW, place="office", batch=None) -> Appointment:
    by = by or row.client.user
    return appointments.reschedule(
        appointment=row, starts_at=starts_at, place=place, by=by, now=now, batch=batch
    )


def cancel(row, *, by=None, now=NOW, reason="", batch=None):
    by = by or row.client.user
    return appointments.cancel(appointment=row, by=by, now=now, reason=reason, batch=batch)


def undo(row, *, by=None, now=NOW + MINUTE) -> list[Appointment]:
    change = row.changes.order_by("pk").last()
    return changes.undo(batch=change.batch, by=by or change.made_by, now=now)


def kept() -> list[tuple]:
    rows = Appointment.objects.filter(status=Status.HELD).order_by("blocked_from")
    return [(row.blocked_from, row.blocked_until, row.held_until) for row in rows]


def hold_for_somebody_else(session_type, starts_at, *, now=NOW) -> Appointment:
    return holds.hold(
        session_type=session_type, starts_at=starts_at, place="office", holder="other", now=now
    )


def events_in(mail) -> list[tuple]:
    files = [Calendar.from_ical(base64.b64decode(one["content"])) for one in mail.attachments]
    return [
        (str(file["METHOD"]), str(event["UID"]), event["SEQUENCE"], event["DTSTART"].dt)
        for file in files
        for event in file.walk("VEVENT")
    ]


def subjects() -> list[str]:
    return list(MailMessage.objects.order_by("pk").values_list("subject", flat=True))


# -- nothing before the time is over -----------------------------------------------------
def test_nothing_is_mailed_before_three_minutes_have_passed(appointment):
    move(appointment)

    undo_is_over(LAST_MOMENT)
    assert subjects() == []
    entry = OutboxEntry.objects.get(kind="follow_appointment")
    assert entry.due_at == OVER

    undo_is_over(OVER)
    assert subjects() == ["Your appointment has moved"]
    assert AppointmentChange.objects.get().told_at == OVER


def test_telling_twice_tells_once(appointment):
    move(appointment)

    for _ in range(2):
        undo_is_over()
        OutboxEntry.objects.filter(kind="tell_change").update(done_at=None)

    assert len(subjects()) == 1


def test_what_is_undone_is_never_told_and_nothing_is_left_of_it(appointment):
    before = Appointment.objects.filter(pk=appointment.pk).values().get()
    cancel(appointment, reason="A cold")

    (back,) = undo(appointment)

    after = Appointment.objects.filter(pk=appointment.pk).values().get()
    assert {**after, "updated_at": None} == {**before, "updated_at": None}
    assert (back.status, back.sequence) == (Status.CONFIRMED, 0)
    undo_is_over(OVER + HOUR)
    assert subjects() == []
    assert kept() == []


def test_undoing_a_move_brings_back_time_place_and_sequence(appointment):
    move(appointment)

    undo(appointment, now=LAST_MOMENT)

    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.place, appointment.sequence) == (
        TEN,
        "telehealth",
        0,
    )
    assert appointment.blocked_until == ELEVEN
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.client_id) == ("appointment.undo", appointment.client_id)
    assert event.detail == {"status": "confirmed", "taken_back": "reschedule"}
    assert AuditEvent.objects.filter(action="appointment.undo").count() == 1


def test_after_an_undo_the_next_change_is_told_with_the_next_sequence(appointment):
    move(appointment)
    undo(appointment)

    move(appointment, ELEVEN, now=NOW + MINUTE)
    undo_is_over(OVER + MINUTE)

    mail = MailMessage.objects.get()
    assert "It was: Monday, January 4, 2027, 10:00 am" in mail.text
    assert events_in(mail) == [("PUBLISH", str(appointment.public_id), 1, ELEVEN)]


# -- the time that was given up ----------------------------------------------------------
def test_the_time_of_a_cancelled_one_is_kept_until_undo_is_over(appointment):
    cancel(appointment)

    assert kept() == [(TEN, ELEVEN, OVER + GRACE)]
    with pytest.raises(SlotTaken):
        hold_for_somebody_else(appointment.session_type, TEN, now=LAST_MOMENT)
    undo(appointment, now=LAST_MOMENT)
    assert Appointment.objects.get(pk=appointment.pk).status == Status.CONFIRMED


def test_after_that_somebody_else_may_have_it_and_undo_is_over(appointment):
    cancel(appointment)

    hold_for_somebody_else(appointment.session_type, TEN, now=OVER + GRACE)

    with pytest.raises(UndoOver):
        undo(appointment, now=OVER)
    assert Appointment.objects.get(pk=appointment.pk).status == Status.CANCELLED


def test_a_move_keeps_only_what_it_gave_up(appointment):
    move(appointment, new_york(MONDAY, "10:30"))

    assert kept() == [(TEN, new_york(MONDAY, "10:30"), OVER + GRACE)]
    undo(appointment)
    assert kept() == []
    assert Appointment.objects.get(pk=appointment.pk).starts_at == TEN


def test_only_another_way_to_meet_gives_up_no_time_and_is_told(appointment):
    move(appointment, TEN, place="office")

    assert kept() == []
    undo_is_over()
    assert subjects() == ["Your appointment has moved"]
    assert "How we meet: In person" in MailMessage.objects.get().text


def test_kept_time_ends_by_itself_and_leaves_no_event_of_its_own(appointment):
    cancel(appointment)

    assert holds.expire(now=OVER + GRACE) == 1

    assert AuditEvent.objects.filter(action="appointment.expire").count() == 0
    assert [event.action for event in AuditEvent.objects.order_by("sequence")] == [
        "appointment.cancel"
    ]


def test_the_opening_is_announced_when_the_time_is_really_free(appointment):
    cancel(appointment)

    opening = OutboxEntry.objects.get(kind="offer_opening")
    assert opening.due_at == OVER + GRACE
    assert (opening.payload["starts_at"], opening.payload["ends_at"]) == (
        int(TEN.timestamp()),
        int(ELEVEN.timestamp()),
    )


# -- one after the other -----------------------------------------------------------------
def test_two_changes_within_three_minutes_make_one_mail_of_what_is_so_then(appointment):
    move(appointment, NINE)
    move(appointment, ELEVEN, now=NOW + 2 * MINUTE)

    undo_is_over_or_later(OVER)
    assert subjects() == []
    undo_is_over(OVER + 2 * MINUTE)

    mail = MailMessage.objects.get()
    assert "When: Monday, January 4, 2027, 11:00 am" in mail.text
    assert "It was: Monday, January 4, 2027, 10:00 am" in mail.text
    assert events_in(mail) == [("PUBLISH", str(appointment.public_id), 2, ELEVEN)]


def undo_is_over_or_later(now) -> None:
    with pytest.raises(outbox.Later):
        undo_is_over(now)


def test_moved_then_cancelled_tells_of_the_time_that_they_know(appointment):
    move(appointment, NINE)
    cancel(appointment, now=NOW + MINUTE)

    undo_is_over(OVER + MINUTE)

    mail = MailMessage.objects.get()
    assert mail.subject == "Your appointment is cancelled"
    assert "When: Monday, January 4, 2027, 10:00 am" in mail.text
    assert "9:00 am" not in mail.text
    assert [event[:3] for event in events_in(mail)] == [("CANCEL", str(appointment.public_id), 2)]


def test_there_and_back_again_needs_no_mail(appointment):
    move(appointment, NINE)
    move(appointment, TEN, now=NOW + MINUTE, place="telehealth")

    undo_is_over(OVER + MINUTE)

    assert subjects() == []
    assert AppointmentChange.objects.filter(told_at=None).count() == 0


def test_the_last_change_is_undone_first_and_the_one_before_is_still_told(appointment):
    move(appointment, NINE)
    first = AppointmentChange.objects.get()
    move(appointment, ELEVEN, now=NOW + MINUTE)

    with pytest.raises(UndoOver):
        changes.undo(batch=first.batch, by=first.made_by, now=NOW + MINUTE)
    undo(appointment, now=NOW + 2 * MINUTE)
    assert Appointment.objects.get(pk=appointment.pk).starts_at == NINE
    assert kept() == [(TEN, ELEVEN, OVER + GRACE)]

    undo_is_over(OVER)
    assert events_in(MailMessage.objects.get()) == [
        ("PUBLISH", str(appointment.public_id), 1, NINE)
    ]


def test_two_moves_can_both_be_undone_although_the_second_went_half_way_back(appointment):
    half_past = new_york(MONDAY, "10:30")
    move(appointment, NINE)
    move(appointment, half_past, now=NOW + MINUTE)
    assert kept() == [
        (NINE, TEN, OVER + MINUTE + GRACE),
        (TEN, half_past, OVER + GRACE),
    ]

    undo(appointment, now=NOW + 2 * MINUTE)
    assert kept() == [(TEN, ELEVEN, OVER + GRACE)]
    first = AppointmentChange.objects.order_by("pk").first()
    changes.undo(batch=first.batch, by=first.made_by, now=NOW + 2 * MINUTE)

    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.sequence, kept()) == (TEN, 0, [])
    undo_is_over(OVER + HOUR)
    assert subjects() == []


# -- several at once ---------------------------------------------------------------------
@pytest.fixture
def three(appointment) -> list[Appointment]:
    """Three Mondays of one client."""
    rows = [
        an_appointment(
            appointment.session_type, TEN + timedelta(days=7 * week), client=appointment.client
        )
        for week in (1, 2)
    ]
    return [appointment, *rows]


def test_a_batch_is_told_in_one_mail_with_all_of_it(three):
    batch = uuid4()
    for row in three:
        cancel(row, batch=batch)

    undo_is_over()

    mail = MailMessage.objects.get()
    assert mail.subject == "Your appointments are cancelled"
    assert "Cancelled: Monday, January 18, 2027, 10:00 am, New York time" in mail.text
    assert [event[:3] for event in events_in(mail)] == [
        ("CANCEL", str(row.public_id), 1) for row in three
    ]


def test_a_batch_can_move_each_to_where_the_next_one_was_and_be_undone(three):
    batch, week = uuid4(), timedelta(days=7)
    for row in reversed(three):
        move(row, row.starts_at + week, batch=batch)
    assert kept() == [(TEN, ELEVEN, OVER + GRACE)]

    back = changes.undo(batch=batch, by=three[0].client.user, now=NOW + MINUTE)

    assert [row.starts_at for row in back] == [TEN, TEN + week, TEN + 2 * week]
    assert {row.sequence for row in back} == {0}
    assert kept() == []
    assert AuditEvent.objects.filter(action="appointment.undo").count() == 3


def test_a_batch_is_undone_wholly_or_not_at_all(three):
    batch = uuid4()
    for row in three:
        cancel(row, batch=batch)
    undone = AppointmentChange.objects.get(appointment=three[1])
    AppointmentChange.objects.filter(pk=undone.pk).update(told_at=NOW)

    with pytest.raises(UndoOver):
        changes.undo(batch=batch, by=three[0].client.user, now=NOW + MINUTE)

    statuses = Appointment.objects.filter(pk__in=[row.pk for row in three])
    assert set(statuses.values_list("status", flat=True)) == {Status.CANCELLED}


def test_one_of_a_batch_that_was_changed_once_more_is_told_with_its_last_change(three):
    batch = uuid4()
    for row in three:
        move(row, row.starts_at - HOUR, batch=batch)
    cancel(three[0], now=NOW + MINUTE)

    undo_is_over_or_later(OVER)
    undo_is_over(OVER + MINUTE)

    first, second = MailMessage.objects.order_by("pk")
    assert first.subject == "Your appointments have moved"
    assert [event[1] for event in events_in(first)] == [str(row.public_id) for row in three[1:]]
    assert second.subject == "Your appointment is cancelled"
    assert "10:00 am" in second.text


# -- who ---------------------------------------------------------------------------------
def test_the_therapist_undoes_what_she_did(appointment):
    therapist = appointment.practitioner.user
    cancel(appointment, by=therapist)

    undo(appointment, by=therapist)

    assert Appointment.objects.get(pk=appointment.pk).status == Status.CONFIRMED


@pytest.mark.parametrize("who", ["client", "therapist"])
def test_nobody_undoes_what_somebody_else_did(appointment, who):
    people = {"client": appointment.client.user, "therapist": appointment.practitioner.user}
    other = people["therapist" if who == "client" else "client"]
    cancel(appointment, by=people[who])

    with pytest.raises(UndoOver):
        undo(appointment, by=other)
    with pytest.raises(UndoOver):
        undo(appointment, by=UserFactory(role=Role.CLIENT))
    assert changes.last_open(appointment, by=other, now=NOW + MINUTE) is None

    assert Appointment.objects.get(pk=appointment.pk).status == Status.CANCELLED


def test_a_second_press_of_the_button_changes_nothing(appointment):
    cancel(appointment)
    undo(appointment)

    with pytest.raises(UndoneAlready):
        undo(appointment)

    assert AuditEvent.objects.filter(action="appointment.undo").count() == 1


def test_undo_ends_with_its_time_and_with_the_mail(appointment):
    cancel(appointment)

    with pytest.raises(UndoOver):
        undo(appointment, now=OVER)
    undo_is_over(OVER)
    with pytest.raises(UndoOver):
        undo(appointment, now=LAST_MOMENT)


def test_a_wrong_mark_of_the_therapist_is_undone_too(appointment):
    therapist = appointment.practitioner.user
    appointments.mark_no_show(appointment=appointment, by=therapist, now=TEN + HOUR)

    undo(appointment, by=therapist, now=TEN + HOUR + MINUTE)

    assert Appointment.objects.get(pk=appointment.pk).status == Status.CONFIRMED
    undo_is_over(TEN + 2 * HOUR)
    assert subjects() == []
    assert UNDO == 3 * MINUTE


def test_a_client_without_an_address_is_told_nothing_and_nothing_fails():
    row = an_appointment(client=ClientFactory(user=None))
    cancel(row, by=row.practitioner.user)

    undo_is_over()

    assert subjects() == []
    assert AppointmentChange.objects.get().told_at == OVER
