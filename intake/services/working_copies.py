"""Writing a questionnaire: every act is kept at once, and can be taken back.

Acts that move or take out speak of a question by its link id and hold for the copy as it is then.
What is typed over is compared with what the window was showing (`fingerprint_of`), so two windows
don't overwrite one another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from intake.fhir.extensions import IN_PERSON
from intake.fhir.identity import SLUG_LIMIT, TITLE_LIMIT, WRITTEN_HERE, slug_of
from intake.fhir.parsing import read_questionnaire
from intake.fhir.tree import Json, Tree, elements, link_ids_of, set_extension, set_or_drop
from intake.instruments.catalogue import INSTRUMENTS
from intake.models import Origin, Questionnaire, QuestionnaireDraft, WorkingCopy, WorkingCopyStep
from intake.questionnaire_files import RESERVED
from intake.services.importing import Checked, Published, check_resource, publish_checked
from intake.services.questionnaires import fingerprint
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()
MOST_STEPS = 40  # acts that can be taken back
SAID_LIMIT = 200


class NotToBeEdited(Exception):
    """It came with the portal or is an instrument: it can be copied at most."""


class ChangedMeanwhile(Exception):
    """Another window changed it after this one showed it."""


class NothingToUndo(Exception):
    """It is as it was when it was opened, or the act lies too far back."""


@dataclass(frozen=True)
class Head:
    """What a questionnaire says of itself."""

    title: str
    description: str
    offers_in_person: bool


def head_of(resource: Json) -> Head:
    parsed = read_questionnaire(resource).questionnaire
    told = (one for one in elements(resource.get("extension")) if one.get("url") == IN_PERSON)
    offers = any(one.get("valueBoolean") is True for one in told)
    return Head(parsed.title, parsed.description, offers)


def with_head(resource: Json, head: Head) -> Json:
    changed = Tree(resource).resource
    changed["title"] = head.title[:TITLE_LIMIT]
    set_or_drop(changed, "description", head.description)
    if head.offers_in_person != head_of(resource).offers_in_person:
        set_extension(changed, IN_PERSON, {"valueBoolean": head.offers_in_person})
    return changed


@transaction.atomic
def begin(*, head: Head, by: User, now: datetime, source: Source = NOWHERE) -> WorkingCopy:
    """A questionnaire of the practice's own, with nothing in it yet."""
    slug = free_slug(head.title)
    told = {"resourceType": "Questionnaire", "id": slug, "url": f"{WRITTEN_HERE}{slug}"}
    resource = with_head({**told, "version": "1", "title": "", "status": "active"}, head)
    return _create(slug, resource, Origin.NEW, None, by, now, source)


@transaction.atomic
def open_version(
    *, questionnaire: Questionnaire, by: User, now: datetime, source: Source = NOWHERE
) -> WorkingCopy:
    """To go on from this version. A copy that is open goes on, or goes back to an older version.

    Raises NotToBeEdited.
    """
    if questionnaire.slug in RESERVED or questionnaire.parsed.instrument in INSTRUMENTS:
        raise NotToBeEdited(questionnaire.slug)
    known = WorkingCopy.objects.select_for_update().filter(slug=questionnaire.slug).first()
    if known is None:
        resource = questionnaire.resource
        return _create(questionnaire.slug, resource, Origin.VERSION, questionnaire, by, now, source)
    newest = Questionnaire.objects.filter(slug=questionnaire.slug).order_by("version").last()
    if questionnaire != newest and known.based_on != questionnaire:
        said = f"Went back to version {questionnaire.version}"
        _keep(known, questionnaire.resource, said, by, now)
        _record("working_copy.restore", known, by, now, source)
    return known


@transaction.atomic
def copy_version(
    *, questionnaire: Questionnaire, by: User, now: datetime, source: Source = NOWHERE
) -> WorkingCopy:
    """A questionnaire of the practice's own that begins as a copy. Raises NotToBeEdited."""
    if questionnaire.parsed.instrument in INSTRUMENTS:
        raise NotToBeEdited(questionnaire.slug)
    title = f"{questionnaire.title} (our own)"[:TITLE_LIMIT]
    slug = free_slug(title)
    own = {"id": slug, "url": f"{WRITTEN_HERE}{slug}", "version": "1", "title": title}
    resource = {**questionnaire.resource, **own}
    resource.pop("name", None)
    return _create(slug, resource, Origin.COPY, questionnaire, by, now, source)


@transaction.atomic
def open_draft(
    *, draft: QuestionnaireDraft, by: User, now: datetime, source: Source = NOWHERE
) -> WorkingCopy:
    """The content of a file that was brought in; the file's draft stays as it is."""
    resource: Json = draft.resource
    others = Questionnaire.objects.exclude(slug__in=RESERVED)
    before = others.filter(resource__url=resource.get("url")).order_by("version").last()
    slug = before.slug if before else free_slug(slug_of(resource))
    known = WorkingCopy.objects.select_for_update().filter(slug=slug).first()
    if known:
        return _keep(known, {**resource, "id": slug}, "Took over a file", by, now)
    return _create(slug, {**resource, "id": slug}, Origin.FILE, None, by, now, source)


def free_slug(title: str) -> str:
    """A slug that no questionnaire has and none is being written for."""
    base = slug_of({"title": title, "id": slugify(title)[:SLUG_LIMIT]})
    taken = {
        *RESERVED,
        *Questionnaire.objects.values_list("slug", flat=True),
        *WorkingCopy.objects.values_list("slug", flat=True),
    }
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


def _create(
    slug: str,
    resource: Json,
    origin: Origin,
    based_on: Questionnaire | None,
    by: User,
    now: datetime,
    source: Source,
) -> WorkingCopy:
    copy = WorkingCopy.objects.create(
        slug=slug,
        title=_title(resource),
        resource=resource,
        origin=origin,
        based_on=based_on,
        created_by=by,
        created_at=now,
        changed_by=by,
        changed_at=now,
    )
    _record("working_copy.begin", copy, by, now, source)
    return copy


def _title(resource: Json) -> str:
    return read_questionnaire(resource).questionnaire.title[:TITLE_LIMIT]


@transaction.atomic
def change(
    *,
    copy: WorkingCopy,
    edit: Callable[[Json], Json],
    said: str,
    by: User,
    now: datetime,
) -> WorkingCopy:
    """One act on the copy as it is now; nothing is kept where nothing changed.

    Raises what `edit` raises, and UnreadableQuestionnaire where pages could no longer show it.
    """
    locked = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    return _keep(locked, edit(locked.resource), said, by, now)


def _keep(locked: WorkingCopy, resource: Json, said: str, by: User, now: datetime) -> WorkingCopy:
    if resource == locked.resource:
        return locked
    title = _title(resource)
    WorkingCopyStep.objects.create(
        copy=locked, revision=locked.revision, resource=locked.resource, said=said[:SAID_LIMIT]
    )
    too_old = locked.steps.values_list("pk", flat=True)[MOST_STEPS:]
    locked.steps.filter(pk__in=list(too_old)).delete()
    return _write(locked, resource, title, by, now)


def _write(locked: WorkingCopy, resource: Json, title: str, by: User, now: datetime) -> WorkingCopy:
    locked.resource, locked.title = resource, title
    locked.revision += 1
    locked.changed_by, locked.changed_at = by, now
    locked.save(update_fields=["resource", "title", "revision", "changed_by", "changed_at"])
    return locked


@transaction.atomic
def undo(*, copy: WorkingCopy, revision: int, by: User, now: datetime) -> str:
    """Take the last act back and say which it was. Raises ChangedMeanwhile and NothingToUndo."""
    locked = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    if locked.revision != revision:
        raise ChangedMeanwhile
    step = locked.steps.first()
    if step is None:
        raise NothingToUndo
    _write(locked, step.resource, _title(step.resource), by, now)
    step.delete()
    return step.said


def taken_link_ids(copy: WorkingCopy) -> set[str]:
    """Of all versions: an id that once stood for one question never stands for another."""
    versions = Questionnaire.objects.filter(slug=copy.slug)
    return {link_id for row in versions for link_id in link_ids_of(row.resource)}


def fingerprint_of(resource: Json, link_id: str) -> str:
    """Of what a form shows of one item, or with "" of the questionnaire itself."""
    holder = Tree(resource).holder(link_id)
    below = elements(holder.get("item")) if link_id else []
    shown = {key: value for key, value in holder.items() if key != "item"}
    texts = [one for one in below if one.get("type") == "display"]
    return fingerprint({"shown": shown, "texts": texts})[:16]


def check_copy(copy: WorkingCopy) -> Checked:
    return check_resource(copy.resource)


def newest_version(copy: WorkingCopy) -> Questionnaire | None:
    """The version that the next one would follow."""
    return Questionnaire.objects.filter(slug=copy.slug).order_by("version").last()


@transaction.atomic
def publish(
    *, copy: WorkingCopy, revision: int, by: User, now: datetime, source: Source = NOWHERE
) -> Published:
    """The copy goes, the version stays. Raises ChangedMeanwhile and NotAccepted."""
    locked = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    if locked.revision != revision:
        raise ChangedMeanwhile
    checked = check_resource(_numbered(locked))
    published = publish_checked(checked=checked, by=by, now=now, offers_in_person=False)
    _record("working_copy.publish", locked, by, now, source)
    locked.delete()
    return published


def _numbered(copy: WorkingCopy) -> dict[str, Any]:
    """What is written here counts its versions plainly; a file keeps the number it came with."""
    newest = newest_version(copy)
    if newest is None or not str(copy.resource.get("url", "")).startswith(WRITTEN_HERE):
        return copy.resource
    return {**copy.resource, "version": str(newest.version + 1)}


@transaction.atomic
def discard(*, copy: WorkingCopy, by: User, now: datetime, source: Source = NOWHERE) -> None:
    _record("working_copy.discard", copy, by, now, source)
    copy.delete()


def _record(action: str, copy: WorkingCopy, by: User, now: datetime, source: Source) -> None:
    detail = {"slug": copy.slug}
    audit.record(action=action, by=by, obj=copy, source=source, detail=detail, now=now)
