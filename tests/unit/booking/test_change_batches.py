"""Several appointments changed together: told in one mail, undone together or not at all."""

from datetime import timedelta
from uuid import uuid4

import pytest

from booking.models import Appointment, AppointmentChange, Status
from booking.services import changes
from booking.services.changes import GRACE, UndoOver
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.booking import MONDAY, NOW, an_appointment, new_york
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
TEN, ELEVEN = new_york(MONDAY, "10:00"), new_york(MONDAY, "11:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def three() -> list[Appointment]:
    """Three Mondays of one client."""
    appointment = an_appointment()
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
    assert {row.sequence for row in back} == {2}
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
