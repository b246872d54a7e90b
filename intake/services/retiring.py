"""Texts that the practice asks for no more, and takes up again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from intake.models import ConsentDocument, IntakePlan, RetiredText
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()


@transaction.atomic
def retire(*, document: ConsentDocument, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """Nobody is asked for it from now on. What was signed stays as it is."""
    _, is_new = RetiredText.objects.get_or_create(
        slug=document.slug, defaults={"retired_at": now, "retired_by": by}
    )
    if is_new:
        _record("consent.retire", document, by, now, source)


@transaction.atomic
def take_up(
    *, document: ConsentDocument, by: User, now: datetime, source: Source = NOWHERE
) -> None:
    """Ask for a retired text again, in intakes whose plan still names it."""
    count, _ = RetiredText.objects.filter(slug=document.slug).delete()
    if count:
        _record("consent.take_up", document, by, now, source)


@transaction.atomic
def ask_in_intakes(
    *,
    document: ConsentDocument,
    plans: Collection[IntakePlan],
    among: Collection[IntakePlan],
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> int:
    """Have these plans ask for the text and no others of `among`; how many changed."""
    wanted, changed = {plan.pk for plan in plans}, 0
    for plan in IntakePlan.objects.select_for_update().filter(pk__in=[p.pk for p in among]):
        is_wanted = plan.pk in wanted
        if (document.slug in plan.consents) == is_wanted:
            continue
        others = [slug for slug in plan.consents if slug != document.slug]
        plan.consents = [*others, document.slug] if is_wanted else others
        plan.save(update_fields=["consents"])
        detail = {"consent": document.slug, "asked": is_wanted}
        audit.record(
            action="intake_plan.change", by=by, obj=plan, source=source, detail=detail, now=now
        )
        changed += 1
    return changed


def retired_slugs() -> set[str]:
    return set(RetiredText.objects.values_list("slug", flat=True))


def _record(
    action: str, document: ConsentDocument, by: User, now: datetime, source: Source
) -> None:
    detail = {"slug": document.slug}
    audit.record(action=action, by=by, obj=document, source=source, detail=detail, now=now)
