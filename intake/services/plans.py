"""What a kind of session asks for. Clients get no questionnaire that only a clinician asks."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from accounts.models import User
from booking.models import SessionType
from intake.models import ClinicianOnly, ConsentDocument, IntakePlan, Questionnaire
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()


class NotPublished(Exception):
    """There is no version of it that could be asked for."""


class AlreadyThere(Exception):
    """The plan asks for it already."""


class NotThere(Exception):
    """The plan does not ask for it, or another window took it out."""


class PlanPart(StrEnum):
    """What a plan lists, by the name of its field."""

    QUESTIONNAIRES = "questionnaires"
    CONSENTS = "consents"


@transaction.atomic
def ask_in_plans(
    *,
    questionnaire: Questionnaire,
    plans: Collection[IntakePlan],
    among: Collection[IntakePlan],
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> int:
    """Have these plans ask for it and no others of `among`; how many changed.

    It comes last in a plan, and holds for intakes that are opened from now on. Raises
    ClinicianOnly.
    """
    if plans and questionnaire.is_clinician_only:
        raise ClinicianOnly(questionnaire.slug)
    wanted = {plan.pk for plan in plans}
    locked = IntakePlan.objects.select_for_update().filter(pk__in=[plan.pk for plan in among])
    changed = [plan for plan in locked if _change(plan, questionnaire.slug, plan.pk in wanted)]
    for plan in changed:
        plan.save(update_fields=["questionnaires"])
        audit.record(
            action="intake_plan.change",
            by=by,
            obj=plan,
            source=source,
            detail={"questionnaire": questionnaire.slug, "asked": plan.pk in wanted},
            now=now,
        )
    return len(changed)


def _change(plan: IntakePlan, slug: str, is_wanted: bool) -> bool:
    if (slug in plan.questionnaires) == is_wanted:
        return False
    others = [other for other in plan.questionnaires if other != slug]
    plan.questionnaires = [*others, slug] if is_wanted else others
    return True


@transaction.atomic
def add_to_plan(
    *,
    session_type: SessionType,
    part: PlanPart,
    slug: str,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> IntakePlan:
    """As the last one. Raises NotPublished, ClinicianOnly and AlreadyThere."""
    row = newest(part, slug)
    if isinstance(row, Questionnaire) and row.is_clinician_only:
        raise ClinicianOnly(slug)
    plan, _ = IntakePlan.objects.select_for_update().get_or_create(session_type=session_type)
    slugs = list(getattr(plan, part))
    if slug in slugs:
        raise AlreadyThere(slug)
    return _keep(plan, part, [*slugs, slug], {"added": slug}, by, now, source)


@transaction.atomic
def take_out_of_plan(
    *,
    session_type: SessionType,
    part: PlanPart,
    slug: str,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> IntakePlan:
    """Raises NotThere."""
    plan, slugs = _locked(session_type, part, slug)
    left = [other for other in slugs if other != slug]
    return _keep(plan, part, left, {"taken_out": slug}, by, now, source)


@transaction.atomic
def move_in_plan(
    *,
    session_type: SessionType,
    part: PlanPart,
    slug: str,
    steps: int,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> IntakePlan:
    """Up by a negative number of steps, and no further than to either end. Raises NotThere."""
    plan, slugs = _locked(session_type, part, slug)
    place = max(0, min(slugs.index(slug) + steps, len(slugs) - 1))
    others = [other for other in slugs if other != slug]
    ordered = [*others[:place], slug, *others[place:]]
    return _keep(plan, part, ordered, {"moved": slug}, by, now, source)


def newest(part: PlanPart, slug: str) -> Questionnaire | ConsentDocument:
    """Raises NotPublished."""
    model = Questionnaire if part is PlanPart.QUESTIONNAIRES else ConsentDocument
    row = model.objects.filter(slug=slug).order_by("version").last()
    if row is None:
        raise NotPublished(slug)
    return row


def _locked(session_type: SessionType, part: PlanPart, slug: str) -> tuple[IntakePlan, list[str]]:
    plan = IntakePlan.objects.select_for_update().filter(session_type=session_type).first()
    slugs = list(getattr(plan, part)) if plan else []
    if plan is None or slug not in slugs:
        raise NotThere(slug)
    return plan, slugs


def _keep(
    plan: IntakePlan,
    part: PlanPart,
    slugs: list[str],
    detail: dict[str, str],
    by: User,
    now: datetime,
    source: Source,
) -> IntakePlan:
    setattr(plan, part, slugs)
    plan.save(update_fields=[part])
    audit.record(
        action="intake_plan.change", by=by, obj=plan, source=source, detail=detail, now=now
    )
    return plan
