"""Opening an intake for an appointment, completing it, and opening it again."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from accounts.models import Practice, User
from booking.models import Appointment
from intake.models import (
    ConsentDocument,
    Intake,
    IntakePlan,
    Questionnaire,
    QuestionnaireResponse,
    ResponseStatus,
)
from intake.services.client_details import prefill
from intake.services.consent_state import asked_for, is_settled
from intake.services.retiring import retired_slugs
from intake.services.shelf import retired_questionnaires
from portal.shared import audit, mail, outbox
from portal.shared.request import Source

NOWHERE = Source()
Versioned = TypeVar("Versioned", Questionnaire, ConsentDocument)


class NothingPublished(Exception):
    """The plan asks for a questionnaire or a consent that was never published."""


class NothingToReopen(Exception):
    """The client has not sent these parts yet, so they are open already."""


@transaction.atomic
def open_for_appointment(
    *, appointment: Appointment, by: User | None, now: datetime, source: Source = NOWHERE
) -> Intake | None:
    """The appointment's intake, made from the session type's plan; None where nothing is asked.

    Calling it again gives the same intake. Raises NothingPublished.
    """
    existing = Intake.objects.filter(appointment=appointment).first()
    plan = IntakePlan.objects.filter(session_type=appointment.session_type_id).first()
    if existing or plan is None or appointment.client is None:
        return existing
    intake = Intake.objects.create(client=appointment.client, appointment=appointment)
    retired = retired_slugs()
    asked = [slug for slug in plan.consents if slug not in retired]
    intake.consents.set(_latest(ConsentDocument, asked))
    responses = [
        QuestionnaireResponse.objects.create(
            client=intake.client, intake=intake, questionnaire=questionnaire, position=position
        )
        for position, questionnaire in enumerate(_for_clients(plan.questionnaires))
    ]
    for response in responses:
        prefill(response=response, now=now)
    audit.record(
        action="intake.open", by=by, obj=intake, client=intake.client, source=source, now=now
    )
    return intake


def _for_clients(slugs: Sequence[str]) -> list[Questionnaire]:
    """What is retired or only a clinician asks never reaches a client, whatever a plan says."""
    retired = retired_questionnaires()
    asked = [slug for slug in slugs if slug not in retired]
    return [row for row in _latest(Questionnaire, asked) if not row.is_clinician_only]


def _latest(model: type[Versioned], slugs: Sequence[str]) -> list[Versioned]:
    found = {row.slug: row for row in model.objects.filter(slug__in=slugs).order_by("version")}
    missing = [slug for slug in slugs if slug not in found]
    if missing:
        raise NothingPublished(", ".join(missing))
    return [found[slug] for slug in slugs]


def is_sent(intake: Intake) -> bool:
    return all(not response.is_open for response in intake.responses.all())


@transaction.atomic
def complete_if_ready(
    *, intake: Intake, by: User | None, now: datetime, source: Source = NOWHERE
) -> bool:
    """When the last part is in, complete the intake and have its packet made.

    Whoever brings in a part calls it: the answers when they are sent, a consent when it is
    signed. True when it completed the intake just now.
    """
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    if locked.completed_at or not (is_sent(locked) and is_settled(locked, now=now)):
        return False
    locked.completed_at = now
    locked.packet_version += 1
    locked.save(update_fields=["completed_at", "packet_version", "updated_at"])
    _let_go_of_retired(locked)
    intake.completed_at, intake.packet_version = locked.completed_at, locked.packet_version
    outbox.enqueue(
        kind="make_packet",
        key=f"packet:{locked.pk}:{locked.packet_version}",
        payload={"intake_id": locked.pk},
        now=now,
    )
    audit.record(
        action="intake.complete",
        by=by,
        obj=locked,
        client=locked.client,
        source=source,
        detail={"packet_version": locked.packet_version},
        now=now,
    )
    return True


def _let_go_of_retired(intake: Intake) -> None:
    """A text that was retired before it was signed is no part of a complete intake."""
    retired = retired_slugs()
    left = [asked.document for asked in asked_for(intake) if not asked.is_settled]
    intake.consents.remove(*(document for document in left if document.slug in retired))


@transaction.atomic
def reopen(
    *, intake: Intake, slugs: Sequence[str], by: User, now: datetime, source: Source = NOWHERE
) -> None:
    """Let the client change these parts again. Raises NothingToReopen."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    sent = locked.responses.filter(questionnaire__slug__in=slugs).exclude(
        status=ResponseStatus.IN_PROGRESS
    )
    count = sent.update(status=ResponseStatus.IN_PROGRESS, updated_at=now)
    if not count:
        raise NothingToReopen
    locked.completed_at = None
    locked.save(update_fields=["completed_at", "updated_at"])
    event = audit.record(
        action="intake.reopen",
        by=by,
        obj=locked,
        client=locked.client,
        source=source,
        detail={"parts": count},
        now=now,
    )
    _tell_client(locked, key=f"intake:{locked.pk}:reopened:{event.sequence}", now=now)


def _tell_client(intake: Intake, *, key: str, now: datetime) -> None:
    if not intake.client.email:
        return
    mail.queue(
        to=intake.client.email,
        subject="Something in the portal is open for you again",
        template="email/intake/reopened",
        context={"practice": Practice.get()},
        key=key,
        now=now,
    )
