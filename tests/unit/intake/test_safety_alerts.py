"""An open safety alert: mailed again with growing pauses until somebody says what was done."""

from datetime import timedelta

import pytest

import intake.tasks  # noqa: F401 - registers the effects
from accounts.models import Practice
from intake.escalation import MAILS, goes_to_backup, wait_before
from intake.models import SafetyAlert, SafetyStep
from intake.services import alert_mails, alert_settings, safety
from portal.shared import outbox
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import a_practice
from tests.factories.intake import FILLED_AT, an_intake, answer, response_to

pytestmark = pytest.mark.django_db
BACKUP = "second@practice.example.com"
WORDS_OF_HEALTH = ("self-harm", "PHQ", "alert", "Ada", "answer of", "dead", "safety")


@pytest.fixture
def alert() -> SafetyAlert:
    a_practice()
    intake = an_intake("phq-9")
    answer(response_to(intake, "phq-9"), "44260-8", "LA6569-3")
    return SafetyAlert.objects.get()


@pytest.fixture
def therapist(alert):
    return alert.practitioner.user


def run_until(moment):
    """Do what is due until then, each at its time."""
    while entry := outbox.due(moment).filter(kind="escalate_alert").first():
        outbox.run(entry.pk, clock=lambda due=entry.due_at: due)


def steps(alert):
    return [(step.kind, step.turn, step.number) for step in alert.steps.all()]


def mails_to(address):
    return [mail for mail in MailMessage.objects.order_by("pk") if mail.to == address]


@pytest.mark.parametrize(
    ("number", "minutes"), [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 960), (7, 1440)]
)
def test_each_pause_is_twice_the_one_before_and_a_day_at_most(number, minutes):
    assert wait_before(number, minutes=30) == timedelta(minutes=minutes)


def test_the_backup_address_is_written_to_from_the_second_mail_on():
    assert [goes_to_backup(number) for number in (1, 2, MAILS)] == [False, True, True]


def test_raised_it_is_mailed_at_once_and_looked_at_again_later(alert):
    (entry,) = OutboxEntry.objects.filter(kind="escalate_alert")

    assert steps(alert) == [("raised", 1, 0), ("mailed", 1, 0)]
    assert entry.due_at == FILLED_AT + timedelta(minutes=30)
    assert entry.payload == {"alert_id": alert.pk, "turn": 1, "number": 1}


def test_unanswered_it_is_mailed_with_growing_pauses_up_to_a_limit(alert, therapist):
    Practice.objects.update(alert_backup_email=BACKUP)

    run_until(FILLED_AT + timedelta(days=30))

    mailed = alert.steps.filter(kind="mailed").values_list("at", flat=True)
    minutes = [round((at - FILLED_AT) / timedelta(minutes=1)) for at in mailed]
    assert minutes == [0, 30, 90, 210, 450, 930, 1890]
    assert len(mails_to(therapist.email)) == 7
    assert len(mails_to(BACKUP)) == 5
    assert alert.steps.filter(kind="escalated").count() == 5


def test_the_mails_say_nothing_of_what_it_is_about(alert, therapist):
    Practice.objects.update(alert_backup_email=BACKUP)
    run_until(FILLED_AT + timedelta(days=3))

    for mail in (*mails_to(therapist.email), *mails_to(BACKUP)):
        said = f"{mail.subject} {mail.text} {mail.html}"
        assert mail.subject == "Something in the portal needs your attention"
        assert [word for word in WORDS_OF_HEALTH if word in said] == []


def test_quiet_hours_do_not_hold_it_back(alert):
    """Raised at 8 in the evening: the mails of the night go out in the night."""
    run_until(FILLED_AT + timedelta(hours=8))

    hours = [step.at.hour for step in alert.steps.filter(kind="mailed")]
    assert hours == [1, 1, 2, 4, 8]


def test_acknowledged_nothing_goes_out_any_more(alert, therapist):
    safety.acknowledge(alert=alert, by=therapist, what_was_done="Called.", now=FILLED_AT)

    run_until(FILLED_AT + timedelta(days=30))

    assert len(mails_to(therapist.email)) == 1
    assert steps(alert) == [("raised", 1, 0), ("mailed", 1, 0), ("acknowledged", 1, 0)]


def test_the_same_look_twice_is_one_mail(alert, therapist):
    for _ in range(2):
        alert_mails.escalate(alert_id=alert.pk, turn=1, number=1, now=FILLED_AT)

    assert len(mails_to(therapist.email)) == 2
    assert OutboxEntry.objects.filter(kind="escalate_alert").count() == 2
    assert AuditEvent.objects.filter(action="safety_alert.mail").count() == 2


def test_opened_again_it_keeps_what_was_done_and_is_mailed_anew(alert, therapist):
    later = FILLED_AT + timedelta(hours=5)
    safety.acknowledge(alert=alert, by=therapist, what_was_done="Called.", now=FILLED_AT)

    safety.reopen(alert=alert, by=therapist, note=" Her sister rang. ", now=later)

    alert.refresh_from_db()
    assert (alert.is_open, alert.turn, alert.what_was_done) == (True, 2, None)
    words = dict(alert.steps.filter(words__isnull=False).values_list("kind", "words"))
    assert words == {"acknowledged": "Called.", "reopened": "Her sister rang."}
    run_until(later + timedelta(minutes=31))
    assert ("mailed", 2, 1) in steps(alert)
    assert ("mailed", 1, 1) not in steps(alert)


def test_opening_again_needs_a_reason_and_a_closed_alert(alert, therapist):
    with pytest.raises(safety.StillOpen):
        safety.reopen(alert=alert, by=therapist, note="More", now=FILLED_AT)
    safety.acknowledge(alert=alert, by=therapist, what_was_done="Called.", now=FILLED_AT)
    with pytest.raises(safety.NothingSaid):
        safety.reopen(alert=alert, by=therapist, note=" ", now=FILLED_AT)
    answer(alert.response, "44260-8", "LA6571-9")
    with pytest.raises(safety.StillOpen):
        safety.reopen(alert=alert, by=therapist, note="More", now=FILLED_AT)


def test_the_audit_has_all_of_it(alert, therapist):
    Practice.objects.update(alert_backup_email=BACKUP)
    run_until(FILLED_AT + timedelta(minutes=90))
    for _ in range(2):
        safety.see(alert=alert, by=therapist, now=FILLED_AT)
    safety.acknowledge(alert=alert, by=therapist, what_was_done="Called.", now=FILLED_AT)
    safety.reopen(alert=alert, by=therapist, note="More to do", now=FILLED_AT)

    events = AuditEvent.objects.filter(action__startswith="safety_alert.").order_by("sequence")
    assert [event.action.partition(".")[2] for event in events] == [
        "raise",
        "mail",
        "mail",
        "mail",
        "escalate",
        "see",
        "acknowledge",
        "reopen",
    ]
    assert {event.client_id for event in events} == {alert.client_id}
    assert {str(event.detail) for event in events} == {
        "{}",
        "{'number': 0}",
        "{'number': 1}",
        "{'number': 2}",
    }


def test_the_steps_only_grow(alert):
    with pytest.raises(Exception, match="append-only"):
        SafetyStep.objects.all().delete()


def test_the_practice_chooses_how_soon_and_who_else(alert, therapist):
    assert alert_settings.choose(minutes=10, backup_email=BACKUP, by=therapist, now=FILLED_AT)
    assert not alert_settings.choose(minutes=10, backup_email=BACKUP, by=therapist, now=FILLED_AT)

    practice = Practice.get()
    assert (practice.alert_minutes, practice.alert_backup_email) == (10, BACKUP)
    event = AuditEvent.objects.get(action="practice.alerts")
    assert event.detail == {"changed": ["alert_minutes", "alert_backup_email"], "minutes": 10}
