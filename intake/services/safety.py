"""Answers that speak of danger: the therapist is told in the same transaction as the save.

Rule (facts of the PHQ-9 and our own questions): an option marked with a safety kind raises an
alert whenever it becomes the answer, whatever any total is. A blank raises none and is no "no".
"""

from datetime import datetime

from django.db import transaction

from accounts.models import Practice, User
from booking.models import Practitioner
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.questionnaire import Coded, Item
from intake.models import QuestionnaireResponse, SafetyAlert, SafetyStep, StepKind
from intake.services import alert_mails
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()
ACTIONS = {
    StepKind.RAISED: "safety_alert.raise",
    StepKind.SEEN: "safety_alert.see",
    StepKind.ACKNOWLEDGED: "safety_alert.acknowledge",
    StepKind.REOPENED: "safety_alert.reopen",
}


class AlreadyAcknowledged(Exception):
    """Someone has said what was done about this alert."""


class StillOpen(Exception):
    """This alert, or a newer one about the same answer, is open already."""


class NothingSaid(Exception):
    """An alert is closed only by saying what was done, and opened again only by saying why."""


def safety_kind(item: Item, given: GivenAnswer) -> str:
    """The kind of alert that this answer raises; empty for none."""
    options = (item.option(value.code) for value in given.values if isinstance(value, Coded))
    return next((option.safety for option in options if option and option.safety), "")


def raise_alert(
    *,
    response: QuestionnaireResponse,
    item: Item,
    kind: str,
    by: User,
    now: datetime,
    source: Source,
) -> SafetyAlert | None:
    """None when an alert on this question is open already. Call it inside the save."""
    alert, created = SafetyAlert.objects.get_or_create(
        response=response,
        link_id=item.link_id,
        acknowledged_at=None,
        defaults={
            "client": response.client,
            "practitioner": _therapist_of(response),
            "kind": kind,
            "raised_at": now,
        },
    )
    if not created:
        return None
    _note(alert, StepKind.RAISED, by=by, now=now, source=source)
    alert_mails.tell_at_once(alert, now=now)
    return alert


def _therapist_of(response: QuestionnaireResponse) -> Practitioner:
    if response.intake:
        return response.intake.appointment.practitioner
    return response.measure.plan.practitioner


@transaction.atomic
def see(*, alert: SafetyAlert, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """The therapist has it before her; noted the first time in each turn."""
    if alert.is_open:
        _note(alert, StepKind.SEEN, by=by, now=now, source=source)


@transaction.atomic
def acknowledge(
    *, alert: SafetyAlert, by: User, what_was_done: str, now: datetime, source: Source = NOWHERE
) -> None:
    """Raises NothingSaid and AlreadyAcknowledged."""
    if not what_was_done.strip():
        raise NothingSaid
    locked = SafetyAlert.objects.select_for_update().get(pk=alert.pk)
    if not locked.is_open:
        raise AlreadyAcknowledged
    locked.acknowledged_at = now
    locked.acknowledged_by = by
    locked.what_was_done = what_was_done.strip()
    locked.save(update_fields=["acknowledged_at", "acknowledged_by", "what_was_done"])
    _note(locked, StepKind.ACKNOWLEDGED, locked.what_was_done, by=by, now=now, source=source)


@transaction.atomic
def reopen(
    *, alert: SafetyAlert, by: User, note: str, now: datetime, source: Source = NOWHERE
) -> None:
    """What was done stays among its steps; mails begin anew. Raises NothingSaid and StillOpen."""
    if not note.strip():
        raise NothingSaid
    locked = SafetyAlert.objects.select_for_update().get(pk=alert.pk)
    others = SafetyAlert.objects.unacknowledged()
    if locked.is_open or others.filter(response=locked.response_id, link_id=locked.link_id):
        raise StillOpen
    locked.acknowledged_at = locked.acknowledged_by = locked.what_was_done = None
    locked.turn += 1
    locked.save(
        update_fields=["acknowledged_at", "acknowledged_by", "what_was_done", "turn"],
    )
    alert_mails.ask_later(locked, 1, Practice.get(), now)
    _note(locked, StepKind.REOPENED, note.strip(), by=by, now=now, source=source)


def _note(
    alert: SafetyAlert,
    kind: StepKind,
    words: str | None = None,
    *,
    by: User,
    now: datetime,
    source: Source,
) -> None:
    """A step, and the event of the audit that tells of it."""
    _, is_new = SafetyStep.objects.get_or_create(
        alert=alert,
        kind=kind,
        turn=alert.turn,
        number=0,
        defaults={"at": now, "by": by, "words": words},
    )
    if is_new:
        audit.record(
            action=ACTIONS[kind], by=by, obj=alert, client=alert.client, source=source, now=now
        )
