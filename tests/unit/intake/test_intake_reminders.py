"""Reminders of an unfinished intake: at their time, once, and only while they are right."""

from datetime import datetime, timedelta

import pytest

import booking.tasks  # noqa: F401 - registers the effects
import intake.tasks  # noqa: F401
from accounts.models import Practice
from booking.models import Status
from booking.services import reminders
from intake.models import Intake
from intake.services import intake_reminders
from intake.services.submitting import submit
from portal.shared import outbox
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import MONDAY, NOW, ClientFactory, a_practice, an_appointment, new_york
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEN = new_york(MONDAY + 4 * DAY, "10:00")  # a Friday
TUESDAY, THURSDAY = new_york(MONDAY + DAY, "10:00"), new_york(MONDAY + 3 * DAY, "10:00")


def a_reminded(**fields: object) -> Intake:
    a_practice()
    client = ClientFactory(**{"reminders_by_mail": True, **fields})
    appointment = an_appointment(starts_at=TEN, client=client)
    made = an_intake("what-brings-you", appointment=appointment)
    intake_reminders.plan(made, now=NOW)
    return made


def entries() -> list[tuple[int, datetime]]:
    rows = OutboxEntry.objects.filter(kind="send_intake_reminder").order_by("due_at")
    return [(row.payload["hours"], row.due_at) for row in rows]


def run_all(at: datetime) -> None:
    for entry in outbox.due(at).filter(kind="send_intake_reminder"):
        outbox.run(entry.pk, clock=lambda: at)


def sent() -> list[str]:
    subject = intake_reminders.SUBJECT
    return [mail.to for mail in MailMessage.objects.filter(subject=subject)]


def test_two_are_planned_three_days_and_one_day_before() -> None:
    a_reminded()

    assert entries() == [(72, TUESDAY), (24, THURSDAY)]


def test_planning_again_changes_nothing_and_the_sweep_plans_too() -> None:
    made = a_reminded()
    intake_reminders.plan(made, now=NOW)
    intake_reminders.plan_ahead(now=NOW)
    assert len(entries()) == 2

    OutboxEntry.objects.all().delete()
    intake_reminders.plan_ahead(now=NOW)
    assert len(entries()) == 2


def test_each_is_sent_once_in_neutral_words() -> None:
    made = a_reminded()

    run_all(TUESDAY)
    run_all(TUESDAY)
    run_all(THURSDAY)

    assert sent() == [made.client.email] * 2
    mail = MailMessage.objects.first()
    assert mail is not None
    told = f"{mail.subject} {mail.text} {mail.html}".lower()
    for word in ("intake", "therapy", "questionnaire", "ada", "session", "health"):
        assert word not in told
    assert "/me/" in told
    assert AuditEvent.objects.filter(action="intake.remind").count() == 2


def test_a_finished_intake_is_left_in_peace() -> None:
    made = a_reminded()
    submit(intake=made, by=made.client.user, now=NOW)

    run_all(TUESDAY)

    assert sent() == []


@pytest.mark.parametrize("fields", [{"reminders_by_mail": False}, {"user": None}])
def test_only_who_asked_for_mails_gets_one(fields: dict[str, object]) -> None:
    a_reminded(**fields)
    run_all(TUESDAY)
    assert sent() == []


def test_nothing_after_a_cancellation() -> None:
    made = a_reminded()
    appointment = made.appointment
    type(appointment).objects.filter(pk=appointment.pk).update(
        status=Status.CANCELLED, cancelled_at=NOW
    )

    run_all(TUESDAY)

    assert sent() == []


def test_after_a_move_the_new_time_counts() -> None:
    made = a_reminded()
    appointment = made.appointment
    later = timedelta(days=7)
    type(appointment).objects.filter(pk=appointment.pk).update(
        starts_at=TEN + later,
        ends_at=appointment.ends_at + later,
        blocked_from=appointment.blocked_from + later,
        blocked_until=appointment.blocked_until + later,
    )
    made = Intake.objects.get()
    intake_reminders.plan(made, now=NOW)

    run_all(TUESDAY)
    assert sent() == []
    run_all(TUESDAY + later)
    assert len(sent()) == 1


def test_the_practice_may_switch_them_off() -> None:
    a_reminded()
    Practice.objects.update(intake_reminder_hours=[])
    run_all(TUESDAY)
    assert sent() == []


def test_quiet_hours_are_waited_for() -> None:
    a_reminded()
    night = new_york(MONDAY + DAY, "23:00")

    run_all(night)
    assert sent() == []

    run_all(new_york(MONDAY + 2 * DAY, "08:00"))
    assert len(sent()) == 1


def test_a_worker_that_was_down_sends_the_newest_alone() -> None:
    a_reminded()
    run_all(THURSDAY + timedelta(minutes=5))
    assert len(sent()) == 1


def test_a_booking_reminder_of_the_same_hour_says_it_along() -> None:
    made = a_reminded()
    Practice.objects.update(reminder_hours=[24])
    reminders.plan(made.appointment, now=NOW)

    run_all(THURSDAY)
    assert sent() == []

    for entry in outbox.due(THURSDAY).filter(kind="send_reminder"):
        outbox.run(entry.pk, clock=lambda: THURSDAY)
    [mail] = MailMessage.objects.filter(subject="A reminder of your appointment")
    assert intake_reminders.LINE in mail.text
    assert intake_reminders.LINE in mail.html


def test_nothing_is_said_along_when_all_is_done() -> None:
    made = a_reminded()
    assert intake_reminders.line_for(made.appointment, now=NOW) is not None
    submit(intake=made, by=made.client.user, now=NOW)
    assert intake_reminders.line_for(made.appointment, now=NOW) is None
