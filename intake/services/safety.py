"""Answers that speak of danger: the therapist is told in the same transaction as the save.

Rule (facts of the PHQ-9 and our own questions): an option marked with a safety kind raises an
alert whenever it becomes the answer, whatever any total is. A blank raises none and is no "no".
"""

from datetime import datetime

from django.db import transaction

from accounts.models import Practice, User
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.questionnaire import Coded, Item
from intake.models import QuestionnaireResponse, SafetyAlert
from portal.shared import audit, mail
from portal.shared.request import Source

NOWHERE = Source()
NEUTRAL_SUBJECT = "Something in the portal needs your attention"


class AlreadyAcknowledged(Exception):
    """Someone has said what was done about this alert."""


class NothingSaid(Exception):
    """An alert is closed only by saying what was done."""


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
        defaults={"client": response.intake.client, "kind": kind, "raised_at": now},
    )
    if not created:
        return None
    _mail_therapist(alert, now=now)
    audit.record(
        action="safety_alert.raise", by=by, obj=alert, client=alert.client, source=source, now=now
    )
    return alert


def _mail_therapist(alert: SafetyAlert, *, now: datetime) -> None:
    mail.queue(
        to=alert.response.intake.appointment.practitioner.user.email,
        subject=NEUTRAL_SUBJECT,
        template="email/intake/attention",
        context={"practice": Practice.get()},
        key=f"safety_alert:{alert.pk}",
        now=now,
    )


@transaction.atomic
def acknowledge(
    *, alert: SafetyAlert, by: User, what_was_done: str, now: datetime, source: Source = NOWHERE
) -> None:
    """Raises NothingSaid and AlreadyAcknowledged."""
    if not what_was_done.strip():
        raise NothingSaid
    locked = SafetyAlert.objects.select_for_update().get(pk=alert.pk)
    if locked.acknowledged_at:
        raise AlreadyAcknowledged
    locked.acknowledged_at = now
    locked.acknowledged_by = by
    locked.what_was_done = what_was_done.strip()
    locked.save(update_fields=["acknowledged_at", "acknowledged_by", "what_was_done"])
    audit.record(
        action="safety_alert.acknowledge",
        by=by,
        obj=locked,
        client=locked.client,
        source=source,
        now=now,
    )
