"""From a hold to an appointment, and every way it may change after that."""

import base64
from datetime import timedelta

import pytest
from icalendar import Calendar

from accounts.models import Role
from booking.availability import Reason
from booking.models import (
    Appointment,
    AvailabilityException,
    Booking,
    ExceptionKind,
    Status,
)
from booking.services import appointments
from booking.services.appointments import NotYetBegun, TooLateToMove
from booking.services.changes import GRACE
from booking.services.holds import HoldEnded, expire
from booking.services.open_slots import NotOpen, SlotTaken
from booking.states import NotAllowed
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import OVER, undo_is_over

pytestmark = pytest.mark.django_db
TEN, NINE = new_york(MONDAY, "10:00"), new_york(MONDAY, "09:00")
HOUR = timedelta(hours=1)


def confirm(held, client=None, *, now=NOW):
    client = client or ClientFactory()
    return appointments.confirm(appointment=held, client=client, by=client.user, now=now)


def a_confirmed(**fields) -> Appointment:
    return an_appointment(a_session_type(**fields))


def therapist_of(appointment):
    return appointment.practitioner.user


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("sequence")


def only_mail() -> MailMessage:
    return MailMessage.objects.get()


def event_in(mail: MailMessage):
    (attachment,) = mail.attachments
    calendar = Calendar.from_ical(base64.b64decode(attachment["content"]))
    assert f"method={calendar['METHOD']}" in attachment["content_type"]
    return calendar.walk("VEVENT")[0]


# -- confirm ---------------------------------------------------------------------------
def test_confirm_gives_the_time_to_the_client():
    held = an_appointment(status=Status.HELD, holder="me", held_from="somewhere")
    client = ClientFactory()

    confirmed = confirm(held, client)

    confirmed.refresh_from_db()
    assert (confirmed.status, confirmed.client) == (Status.CONFIRMED, client)
    assert (confirmed.confirmed_at, confirmed.held_from) == (NOW, "")
    event = last_event()
    assert (event.action, event.client_id) == ("appointment.confirm", client.pk)
    assert event.object_id == str(confirmed.public_id)


def test_confirm_sends_one_neutral_mail_with_a_calendar_file():
    held = an_appointment(status=Status.HELD)

    confirm(held)

    mail = only_mail()
    assert mail.subject == "Your appointment is confirmed"
    assert "Monday, January 4, 2027, 10:00 am, New York time" in mail.text
    assert "Move or cancel up to 24 hours before, in one step, at no cost." in mail.text
    assert f"/appointments/{held.public_id}/" in mail.text
    assert f"/appointments/{held.public_id}/" in mail.html
    words = (mail.subject + mail.text.split("--")[0] + mail.html).lower()
    assert "therap" not in words
    assert "session" not in words
    event = event_in(mail)
    assert str(event["UID"]) == str(held.public_id)
    assert (event["DTSTART"].dt, event["SEQUENCE"]) == (TEN, 0)
    assert OutboxEntry.objects.get().kind == "send_mail"


def test_a_type_on_request_waits_for_the_therapist():
    held = an_appointment(a_session_type(booking=Booking.REQUEST), status=Status.HELD)

    asked = confirm(held)

    assert (asked.status, asked.confirmed_at) == (Status.REQUESTED, None)
    to_client, to_therapist = MailMessage.objects.order_by("pk")
    assert (to_client.to, to_client.subject) == (asked.client.email, "We have your request")
    assert to_client.attachments == []
    assert (to_therapist.to, to_therapist.subject) == (
        therapist_of(asked).email,
        "Somebody asks for a time",
    )
    assert "Monday, January 4, 2027, 10:00 am, New York time" in to_therapist.text
    assert "/therapist/requests/" in to_therapist.text
    assert asked.client.display_name not in to_therapist.text + to_therapist.html
    assert last_event().action == "appointment.request"


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CONFIRMED, Status.CANCELLED])
def test_what_is_not_held_can_not_be_confirmed(status):
    with pytest.raises(HoldEnded):
        confirm(an_appointment(status=status))

    assert MailMessage.objects.count() == 0


def test_a_lapsed_hold_can_not_be_confirmed():
    held = an_appointment(status=Status.HELD)

    with pytest.raises(HoldEnded):
        confirm(held, now=held.held_until)


def test_notice_that_runs_out_while_held_does_not_count():
    held = an_appointment(
        a_session_type(notice_hours=24),
        status=Status.HELD,
        held_at=TEN - 24 * HOUR,
        held_until=TEN - 23 * HOUR,
    )

    assert confirm(held, now=TEN - 23.5 * HOUR).status == Status.CONFIRMED


def test_time_off_entered_while_held_is_said_before_it_is_too_late():
    held = an_appointment(status=Status.HELD)
    AvailabilityException.objects.create(
        practitioner=held.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=TEN,
        ends_at=TEN + HOUR,
    )

    with pytest.raises(NotOpen) as caught:
        confirm(held)

    assert caught.value.reason == Reason.TIME_OFF


# -- reschedule ------------------------------------------------------------------------
def move(appointment, starts_at=NINE, *, by=None, now=NOW, place="office"):
    return appointments.reschedule(
        appointment=appointment,
        starts_at=starts_at,
        place=place,
        by=by or appointment.client.user,
        now=now,
    )


def test_moving_keeps_the_row_the_promise_and_the_calendar_id():
    appointment = a_confirmed()
    appointment.session_type.price_cents = 999_00
    appointment.session_type.save(update_fields=["price_cents"])

    moved = move(appointment)

    moved.refresh_from_db()
    assert (moved.pk, moved.public_id) == (appointment.pk, appointment.public_id)
    assert (moved.starts_at, moved.ends_at) == (NINE, NINE + timedelta(minutes=50))
    assert moved.blocked_until == NINE + HOUR
    assert (moved.sequence, moved.price_cents, moved.place) == (1, 15000, "office")
    assert last_event().detail["was"] == "2027-01-04T15:00:00+00:00"
    undo_is_over()
    mail = only_mail()
    assert mail.subject == "Your appointment has moved"
    assert "It was: Monday, January 4, 2027, 10:00 am, New York time" in mail.text
    event = event_in(mail)
    assert (event["SEQUENCE"], event["DTSTART"].dt) == (1, NINE)
    assert str(event["UID"]) == str(appointment.public_id)


def test_moving_by_less_than_its_own_length_does_not_meet_itself():
    moved = move(a_confirmed(), new_york(MONDAY, "10:30"))

    assert moved.starts_at == new_york(MONDAY, "10:30")


def test_moving_to_where_it_is_changes_nothing():
    appointment = a_confirmed()

    same = move(appointment, TEN, place="telehealth")

    assert same.sequence == 0
    assert MailMessage.objects.count() == 0


def test_moving_keeps_the_length_that_was_agreed():
    appointment = a_confirmed()
    appointment.session_type.minutes = 20
    appointment.session_type.save(update_fields=["minutes"])

    assert move(appointment).ends_at == NINE + timedelta(minutes=50)


def test_moving_onto_another_is_refused_and_nothing_changes():
    appointment = a_confirmed()
    an_appointment(appointment.session_type, new_york(MONDAY, "11:00"))

    with pytest.raises(SlotTaken):
        move(appointment, new_york(MONDAY, "11:00"))

    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.sequence) == (TEN, 0)
    assert MailMessage.objects.count() == 0


def test_client_moves_within_the_free_period_only():
    appointment = a_confirmed(notice_hours=0)

    with pytest.raises(TooLateToMove):
        move(appointment, now=TEN - 24 * HOUR + timedelta(seconds=1))

    assert move(appointment, now=TEN - 25 * HOUR).starts_at == NINE


def test_therapist_moves_at_any_time_but_not_out_of_hours():
    appointment = a_confirmed()
    therapist = therapist_of(appointment)

    with pytest.raises(NotOpen) as caught:
        move(appointment, new_york(MONDAY, "13:00"), by=therapist, now=TEN - HOUR)
    moved = move(appointment, new_york(MONDAY, "11:05"), by=therapist, now=TEN - HOUR)

    assert caught.value.reason == Reason.OUTSIDE_HOURS
    assert moved.starts_at == new_york(MONDAY, "11:05")


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.COMPLETED, Status.REQUESTED])
def test_only_a_confirmed_one_moves(status):
    with pytest.raises(NotAllowed):
        move(an_appointment(status=status))


# -- cancel ----------------------------------------------------------------------------
def cancel(appointment, *, by=None, now=NOW, reason=""):
    by = by or appointment.client.user
    return appointments.cancel(appointment=appointment, by=by, now=now, reason=reason)


def test_cancelling_in_time_costs_nothing_and_frees_the_time():
    appointment = a_confirmed()

    done = cancel(appointment, reason="A cold")

    row = Appointment.objects.get(pk=appointment.pk)
    assert (row.status, done.fee_cents) == (Status.CANCELLED, 0)
    assert (row.cancelled_at, row.cancelled_by, row.cancel_reason) == (
        NOW,
        appointment.client.user,
        "A cold",
    )
    assert "A cold" not in str(last_event().detail)
    undo_is_over()
    event = event_in(only_mail())
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert "as you asked" in only_mail().text
    assert "A cold" not in only_mail().text + only_mail().html
    expire(now=OVER + GRACE)
    assert an_appointment(appointment.session_type).status == Status.CONFIRMED


def test_cancelling_late_proposes_the_fee_that_was_promised():
    appointment = a_confirmed()
    appointment.session_type.late_fee_cents = 1
    appointment.session_type.save(update_fields=["late_fee_cents"])

    done = cancel(appointment, now=TEN - HOUR)

    assert (done.appointment.status, done.fee_cents) == (Status.LATE_CANCELLED, 75_00)
    assert last_event().action == "appointment.cancel_late"
    assert last_event().detail == {"status": "late_cancelled", "fee_cents": 7500}


def test_therapist_cancels_late_without_a_fee_and_says_sorry():
    appointment = a_confirmed()

    done = cancel(appointment, by=therapist_of(appointment), now=TEN - HOUR)

    assert (done.appointment.status, done.fee_cents) == (Status.CANCELLED, 0)
    undo_is_over(TEN)
    assert "We are sorry" in only_mail().text


def test_a_request_is_withdrawn_at_any_time_without_a_fee():
    appointment = an_appointment(status=Status.REQUESTED)

    assert cancel(appointment, now=TEN - HOUR).appointment.status == Status.CANCELLED


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.LATE_CANCELLED, Status.COMPLETED])
def test_what_is_over_can_not_be_cancelled(status):
    with pytest.raises(NotAllowed):
        cancel(an_appointment(status=status))


def test_nothing_is_cancelled_after_its_end():
    with pytest.raises(NotAllowed):
        cancel(a_confirmed(), now=TEN + HOUR)


# -- after the session -----------------------------------------------------------------
def test_a_missed_session_is_marked_and_the_mark_can_be_corrected():
    appointment = a_confirmed()
    therapist = therapist_of(appointment)
    later = {"by": therapist, "now": TEN + HOUR}

    missed = appointments.mark_no_show(appointment=appointment, **later)
    assert missed.status == Status.NO_SHOW

    assert appointments.complete(appointment=appointment, **later).status == Status.COMPLETED
    assert last_event().action == "appointment.complete"


@pytest.mark.parametrize("act", [appointments.mark_no_show, appointments.complete])
def test_nothing_is_over_before_it_began(act):
    appointment = a_confirmed()

    with pytest.raises(NotYetBegun):
        act(appointment=appointment, by=therapist_of(appointment), now=TEN - timedelta(seconds=1))


def test_a_client_marks_nothing():
    appointment = a_confirmed()

    with pytest.raises(NotAllowed):
        appointments.complete(appointment=appointment, by=appointment.client.user, now=TEN + HOUR)


# -- by the therapist ------------------------------------------------------------------
def test_therapist_books_for_a_client_inside_the_notice_period():
    session_type = a_session_type()
    client = ClientFactory()

    booked = appointments.book_for_client(
        session_type=session_type,
        client=client,
        starts_at=TEN,
        place="office",
        by=session_type.practitioner.user,
        now=TEN - HOUR,
    )

    assert (booked.status, booked.client) == (Status.CONFIRMED, client)
    assert booked.confirmed_at == TEN - HOUR
    assert only_mail().to == client.email
    assert last_event().action == "appointment.book_for_client"


def test_nobody_but_the_therapist_books_for_a_client():
    session_type = a_session_type()

    with pytest.raises(NotAllowed):
        appointments.book_for_client(
            session_type=session_type,
            client=ClientFactory(),
            starts_at=TEN,
            place="office",
            by=UserFactory(role=Role.CLIENT),
            now=NOW,
        )


def test_a_client_without_an_account_gets_no_mail():
    session_type = a_session_type()

    appointments.book_for_client(
        session_type=session_type,
        client=ClientFactory(user=None),
        starts_at=TEN,
        place="office",
        by=session_type.practitioner.user,
        now=NOW,
    )

    assert MailMessage.objects.count() == 0
