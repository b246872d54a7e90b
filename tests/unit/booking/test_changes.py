"""Changing one's mind: for three minutes nothing is mailed, nothing charged, and nothing lost."""

from datetime import timedelta

import pytest

from accounts.models import Role
from booking.models import Appointment, AppointmentChange, Status
from booking.services import appointments, changes, holds
from booking.services.changes import GRACE, UNDO, UndoneAlready, UndoOver
from booking.services.open_slots import SlotTaken
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    an_appointment,
    new_york,
)
from tests.factories.changes import (
    OVER,
    cancel,
    events_in,
    kept,
    move,
    undo_is_over,
    undo_is_over_or_later,
)

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN = (new_york(MONDAY, clock) for clock in ("09:00", "10:00", "11:00"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LAST_MOMENT = OVER - timedelta(milliseconds=1)


@pytest.fixture
def appointment() -> Appointment:
    return an_appointment()


def undo(row, *, by=None, now=NOW + MINUTE) -> list[Appointment]:
    change = row.changes.order_by("pk").last()
    return changes.undo(batch=change.batch, by=by or change.made_by, now=now)


def hold_for_somebody_else(session_type, starts_at, *, now=NOW) -> Appointment:
    return holds.hold(
        session_type=session_type, starts_at=starts_at, place="office", holder="other", now=now
    )


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
    assert after | {"updated_at": None, "sequence": 0} == before | {"updated_at": None}
    assert (back.status, back.sequence) == (Status.CONFIRMED, 2)
    undo_is_over(OVER + HOUR)
    assert subjects() == []
    assert kept() == []


def test_undoing_a_move_brings_back_time_and_place_and_counts_on(appointment):
    move(appointment)

    undo(appointment, now=LAST_MOMENT)

    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.place, appointment.sequence) == (
        TEN,
        "telehealth",
        2,
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
    assert events_in(mail) == [("PUBLISH", str(appointment.public_id), 3, ELEVEN)]


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
        ("PUBLISH", str(appointment.public_id), 3, NINE)
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
    assert (appointment.starts_at, appointment.sequence, kept()) == (TEN, 4, [])
    undo_is_over(OVER + HOUR)
    assert subjects() == []


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
