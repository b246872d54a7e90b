"""Mails about a safety alert: one at once, then again with growing pauses until it is answered.

They go out at any hour, quiet hours or not, and say nothing of what it is about.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import Practice
from intake.escalation import MAILS, goes_to_backup, wait_before
from intake.models import SafetyAlert, SafetyStep, StepKind
from portal.shared import audit, mail, outbox

SUBJECT = "Something in the portal needs your attention"


def tell_at_once(alert: SafetyAlert, *, now: datetime) -> None:
    """Call it in the transaction that raises the alert."""
    practice = Practice.get()
    _mail_therapist(alert, 0, practice, now)
    ask_later(alert, 1, practice, now)


def ask_later(alert: SafetyAlert, number: int, practice: Practice, now: datetime) -> None:
    """The next look at it, as a row; the same look is written once."""
    outbox.enqueue(
        kind="escalate_alert",
        key=f"escalate_alert:{alert.pk}:{alert.turn}:{number}",
        payload={"alert_id": alert.pk, "turn": alert.turn, "number": number},
        due_at=now + wait_before(number, minutes=practice.alert_minutes),
        now=now,
    )


@transaction.atomic
def escalate(*, alert_id: int, turn: int, number: int, now: datetime) -> None:
    """Nothing when it was answered since, or opened anew. Safe to repeat."""
    alerts = SafetyAlert.objects.select_for_update(of=("self",))
    alert = alerts.select_related("practitioner__user").get(pk=alert_id)
    if not alert.is_open or alert.turn != turn:
        return
    practice = Practice.get()
    if number < MAILS:
        ask_later(alert, number + 1, practice, now)
    _mail_therapist(alert, number, practice, now)
    if practice.alert_backup_email and goes_to_backup(number):
        _mail_backup(alert, number, practice, now)


def _mail_therapist(alert: SafetyAlert, number: int, practice: Practice, now: datetime) -> None:
    mail.queue(
        to=alert.practitioner.user.email,
        subject=SUBJECT,
        template="email/intake/attention",
        context={"practice": practice},
        key=f"safety_alert:{alert.pk}:{alert.turn}:{number}",
        now=now,
    )
    _note(alert, StepKind.MAILED, number, now)


def _mail_backup(alert: SafetyAlert, number: int, practice: Practice, now: datetime) -> None:
    mail.queue(
        to=practice.alert_backup_email,
        subject=SUBJECT,
        template="email/intake/attention_backup",
        context={"practice": practice},
        key=f"safety_alert:{alert.pk}:{alert.turn}:{number}:backup",
        now=now,
    )
    _note(alert, StepKind.ESCALATED, number, now)


def _note(alert: SafetyAlert, kind: StepKind, number: int, now: datetime) -> None:
    _, is_new = SafetyStep.objects.get_or_create(
        alert=alert, kind=kind, turn=alert.turn, number=number, defaults={"at": now}
    )
    if is_new:
        audit.record(
            action=f"safety_alert.{'mail' if kind == StepKind.MAILED else 'escalate'}",
            by=None,
            obj=alert,
            client=alert.client,
            detail={"number": number},
            now=now,
        )
