"""What a kind of session asks for. Clients get no questionnaire that only a clinician asks."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from intake.models import ClinicianOnly, IntakePlan, Questionnaire
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()


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
