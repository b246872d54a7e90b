"""An opening is an effect: said once, run when it is due, never in quiet hours."""

from datetime import timedelta

import pytest

from booking.models import ExceptionKind, Status, WaitlistOffer
from booking.services import appointments, holds, time_off
from booking.services.changes import GRACE, UNDO
from booking.services.openings import announce
from booking.tasks import offer_opening
from portal.shared import outbox
from portal.shared.models import MailMessage, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.waitlist import a_line

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN, NOON = (new_york(MONDAY, clock) for clock in ("9:00", "10:00", "11:00", "12:00"))
HOUR = timedelta(hours=1)


def payload(session_type, start=NINE, end=TEN) -> dict[str, int]:
    return {
        "practitioner_id": session_type.practitioner_id,
        "starts_at": int(start.timestamp()),
        "ends_at": int(end.timestamp()),
    }


def test_announced_opening_is_offered_when_it_is_due():
    session_type = a_session_type()
    a_line(session_type, {})
    announce(
        practitioner_id=session_type.practitioner_id,
        starts_at=NINE,
        ends_at=TEN,
        now=NOW,
        due_at=NOW + timedelta(minutes=3),
    )
    [row] = OutboxEntry.objects.filter(kind="offer_opening")
    assert (row.payload, row.due_at) == (payload(session_type), NOW + timedelta(minutes=3))

    outbox.run(row.pk, clock=lambda: NOW + timedelta(minutes=3))

    row.refresh_from_db()
    assert row.done_at is not None
    assert WaitlistOffer.objects.get().appointment.starts_at == NINE


def test_saying_it_twice_is_one_effect():
    session_type = a_session_type()
    a_line(session_type, {})
    where = {"practitioner_id": session_type.practitioner_id, "starts_at": NINE, "ends_at": TEN}

    announce(**where, now=NOW)
    announce(**where, now=NOW)

    assert OutboxEntry.objects.filter(kind="offer_opening").count() == 1


def test_where_nobody_waits_nothing_is_written():
    session_type = a_session_type()
    where = {"practitioner_id": session_type.practitioner_id, "starts_at": NINE, "ends_at": TEN}

    announce(**where, now=NOW)
    assert not OutboxEntry.objects.exists()

    announce(**where, now=NOW, due_at=NOW + timedelta(minutes=3))
    assert OutboxEntry.objects.count() == 1  # somebody may join until then


@pytest.mark.parametrize(
    ("day", "clock"),
    [("2027-01-02", "23:00"), ("2027-01-03", "3:00"), ("2027-01-03", "7:59")],
)
def test_in_quiet_hours_nobody_is_asked_and_the_time_stays_open(day, clock):
    session_type = a_session_type(notice_hours=2)
    a_line(session_type, {})
    night = new_york(MONDAY.fromisoformat(day), clock)
    morning = new_york(MONDAY.fromisoformat("2027-01-03"), "8:00")

    with pytest.raises(outbox.Later) as later:
        offer_opening(payload(session_type), now=night)

    assert night + later.value.delay == morning
    assert not WaitlistOffer.objects.exists()
    assert not MailMessage.objects.exists()
    assert holds.hold(
        session_type=session_type, starts_at=NINE, place="office", holder="visitor", now=night
    )


def test_opening_of_the_night_is_offered_in_the_morning():
    session_type = a_session_type(notice_hours=2)
    a_line(session_type, {})
    morning = new_york(MONDAY - timedelta(days=1), "8:00")

    offer_opening(payload(session_type), now=morning)

    assert WaitlistOffer.objects.get().expires_at == morning + timedelta(hours=2)


@pytest.mark.parametrize(
    ("day", "awake"),
    [("2027-03-14", "8:00"), ("2027-11-07", "8:00"), ("2026-11-01", "8:00")],
)
def test_quiet_hours_end_by_the_wall_clock_on_days_of_a_clock_change(day, awake):
    session_type = a_session_type()
    day_of_change = MONDAY.fromisoformat(day)
    night = new_york(day_of_change - timedelta(days=1), "22:00")

    with pytest.raises(outbox.Later) as later:
        offer_opening(payload(session_type), now=night)

    assert night + later.value.delay == new_york(day_of_change, awake)


# -- Where openings come from -----------------------------------------------------------------


def openings() -> list[tuple[int, int]]:
    rows = OutboxEntry.objects.filter(kind="offer_opening").order_by("pk")
    return [(row.payload["starts_at"], row.payload["ends_at"]) for row in rows]


def seconds(*moments) -> tuple[int, ...]:
    return tuple(int(moment.timestamp()) for moment in moments)


def test_session_that_the_therapist_cancels_is_an_opening_once_undo_is_over():
    booked = an_appointment(a_session_type(), TEN)

    appointments.cancel(appointment=booked, by=booked.session_type.practitioner.user, now=NOW)

    assert openings() == [seconds(TEN, ELEVEN)]
    assert OutboxEntry.objects.get(kind="offer_opening").due_at == NOW + UNDO + GRACE


def test_time_that_a_move_gives_up_is_an_opening_once_undo_is_over():
    booked = an_appointment(a_session_type(), TEN)

    appointments.reschedule(
        appointment=booked, starts_at=NINE, place="office", by=booked.client.user, now=NOW
    )

    assert openings() == [seconds(TEN, ELEVEN)]
    assert OutboxEntry.objects.get(kind="offer_opening").due_at == NOW + UNDO + GRACE


def test_cancelled_time_is_offered_when_undo_is_over_and_not_before():
    session_type = a_session_type()
    [entry] = a_line(session_type, {})
    for clock in ("9:00", "11:00"):
        an_appointment(session_type, new_york(MONDAY, clock))
    booked = an_appointment(session_type, TEN)
    appointments.cancel(appointment=booked, by=booked.client.user, now=NOW)
    row = OutboxEntry.objects.get(kind="offer_opening")

    offer_opening(row.payload, now=NOW + UNDO)
    assert not WaitlistOffer.objects.exists()

    offer_opening(row.payload, now=row.due_at)
    offer = WaitlistOffer.objects.get()
    assert (offer.entry, offer.appointment.starts_at) == (entry, TEN)


def test_time_off_that_is_taken_back_and_extra_time_are_openings():
    session_type = a_session_type()
    a_line(session_type, {})
    by = {"by": session_type.practitioner.user, "now": NOW}
    where = {"practitioner": session_type.practitioner, "starts_at": NINE, "ends_at": TEN}

    change = time_off.add(kind=ExceptionKind.CLOSED, **where, **by)
    assert openings() == []

    time_off.remove(exception=change.exception, **by)
    assert openings() == [seconds(NINE, TEN)]

    later = {"starts_at": NOON, "ends_at": NOON + HOUR}
    time_off.add(kind=ExceptionKind.EXTRA, **(where | later), **by)
    assert openings() == [seconds(NINE, TEN), seconds(NOON, NOON + HOUR)]


def test_released_hold_is_an_opening():
    session_type = a_session_type()
    a_line(session_type, {})
    held = an_appointment(session_type, NINE, status=Status.HELD)

    holds.release(appointment=held, now=NOW)

    assert openings() == [seconds(NINE, TEN)]


def test_lapsed_hold_is_an_opening():
    session_type = a_session_type()
    a_line(session_type, {})
    an_appointment(session_type, NINE, status=Status.HELD)

    holds.expire(now=NOW + HOUR)

    assert openings() == [seconds(NINE, TEN)]


def test_hold_given_up_for_another_is_an_opening():
    session_type = a_session_type()
    a_line(session_type, {})
    an_appointment(session_type, NINE, status=Status.HELD, holder="visitor")

    holds.hold(
        session_type=session_type, starts_at=ELEVEN, place="office", holder="visitor", now=NOW
    )

    assert openings() == [seconds(NINE, TEN)]


def test_lapsed_hold_that_was_in_the_way_is_an_opening():
    session_type = a_session_type()
    a_line(session_type, {})
    an_appointment(session_type, NINE, status=Status.HELD)

    holds.hold(
        session_type=session_type,
        starts_at=NINE + HOUR / 2,
        place="office",
        holder="visitor",
        now=NOW + HOUR,
    )

    assert openings() == [seconds(NINE, TEN)]
