"""The practice's questionnaires: what is in force, where it is asked for, and what is retired."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from booking.models import Practitioner
from intake.fhir.identity import WRITTEN_HERE
from intake.instruments.catalogue import INSTRUMENTS
from intake.models import IntakePlan, Questionnaire, RetiredQuestionnaire
from intake.questionnaire_files import RESERVED
from portal.shared import audit
from portal.shared.models import AuditEvent
from portal.shared.request import Source

NOWHERE = Source()


@dataclass(frozen=True)
class Shelved:
    """A questionnaire by its version in force."""

    questionnaire: Questionnaire
    asked_in: tuple[str, ...]
    is_retired: bool

    @property
    def is_instrument(self) -> bool:
        return self.questionnaire.parsed.instrument in INSTRUMENTS

    @property
    def is_ours(self) -> bool:
        """It came with the portal, which publishes its new versions itself."""
        return self.questionnaire.slug in RESERVED

    @property
    def state(self) -> str:
        if self.is_retired:
            return "Retired"
        if self.questionnaire.is_clinician_only:
            return "Asked in person"
        return "In use" if self.asked_in else "Ready"

    @property
    def origin(self) -> str:
        if self.is_instrument:
            return "Instrument with a score"
        if self.is_ours:
            return "Came with the portal"
        url = str(self.questionnaire.resource.get("url", ""))
        return "Yours, written here" if url.startswith(WRITTEN_HERE) else "Yours, from a file"

    @property
    def can_edit(self) -> bool:
        """An instrument keeps its words, or its score would mean something else."""
        return not (self.is_ours or self.is_instrument)

    @property
    def can_copy(self) -> bool:
        return self.is_ours and not self.is_instrument


def shelf(plans: Iterable[IntakePlan]) -> list[Shelved]:
    """The newest version of each, by title; what is retired comes last."""
    newest = {row.slug: row for row in Questionnaire.objects.order_by("version")}
    retired, plans = retired_questionnaires(), list(plans)
    found = [
        Shelved(row, _asked_in(row.slug, plans), row.slug in retired) for row in newest.values()
    ]
    return sorted(found, key=lambda one: (one.is_retired, one.questionnaire.title.casefold()))


def versions_of(questionnaire: Questionnaire) -> list[Questionnaire]:
    """All of them, the newest first; each with `publisher`, who the audit says published it."""
    versions = list(Questionnaire.objects.filter(slug=questionnaire.slug).order_by("-version"))
    events = AuditEvent.objects.filter(
        action="questionnaire.publish", object_id__in=[str(row.public_id) for row in versions]
    )
    actors = dict(events.values_list("object_id", "actor_id"))
    found = Practitioner.objects.filter(user__in={one for one in actors.values() if one})
    names = {one.user_id: one.name for one in found}
    for row in versions:
        row.publisher = names.get(actors.get(str(row.public_id)) or 0, "")
    return versions


def _asked_in(slug: str, plans: Iterable[IntakePlan]) -> tuple[str, ...]:
    return tuple(plan.session_type.name for plan in plans if slug in plan.questionnaires)


def retired_questionnaires() -> frozenset[str]:
    return frozenset(RetiredQuestionnaire.objects.values_list("slug", flat=True))


@transaction.atomic
def retire(
    *, questionnaire: Questionnaire, by: User, now: datetime, source: Source = NOWHERE
) -> None:
    """Intakes that are open keep it, plans keep its place; new intakes go without it."""
    _, is_new = RetiredQuestionnaire.objects.get_or_create(
        slug=questionnaire.slug, defaults={"retired_by": by, "retired_at": now}
    )
    if is_new:
        _record("questionnaire.retire", questionnaire, by, now, source)


@transaction.atomic
def take_up(
    *, questionnaire: Questionnaire, by: User, now: datetime, source: Source = NOWHERE
) -> None:
    """Ask for it again, in new intakes whose plan still names it."""
    count, _ = RetiredQuestionnaire.objects.filter(slug=questionnaire.slug).delete()
    if count:
        _record("questionnaire.take_up", questionnaire, by, now, source)


def _record(
    action: str, questionnaire: Questionnaire, by: User, now: datetime, source: Source
) -> None:
    detail = {"slug": questionnaire.slug}
    audit.record(action=action, by=by, obj=questionnaire, source=source, detail=detail, now=now)
