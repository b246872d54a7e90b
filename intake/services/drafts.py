"""A questionnaire's file between handing it in and publishing it: nothing of it is lost."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from intake.models import Questionnaire, QuestionnaireDraft
from intake.questionnaire_files import RESERVED
from intake.services.importing import Checked, Published, check_resource, publish_checked
from intake.services.questionnaires import fingerprint
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()
NAME_LIMIT = 200


class NothingToKeep(Exception):
    """The file holds no questionnaire that could be looked at."""


@transaction.atomic
def keep_draft(
    *, checked: Checked, file_name: str, by: User, now: datetime, source: Source = NOWHERE
) -> QuestionnaireDraft:
    """Also of a file with items that can't be shown. Raises NothingToKeep."""
    if checked.questionnaire is None:
        raise NothingToKeep
    draft, is_new = QuestionnaireDraft.objects.get_or_create(
        sha256=fingerprint(checked.resource),
        defaults={
            "title": checked.title,
            "resource": checked.resource,
            "file_name": file_name[:NAME_LIMIT],
            "created_by": by,
            "created_at": now,
        },
    )
    if is_new:
        _record("questionnaire_draft.keep", draft, by, now, source)
    return draft


def check_draft(draft: QuestionnaireDraft) -> Checked:
    return check_resource(draft.resource)


def version_before(checked: Checked) -> Questionnaire | None:
    """The newest version of what has the same address; this one would follow it."""
    others = Questionnaire.objects.exclude(slug__in=RESERVED)
    return others.filter(resource__url=checked.resource["url"]).order_by("version").last()


@transaction.atomic
def publish_draft(
    *,
    draft: QuestionnaireDraft,
    offers_in_person: bool,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> Published:
    """The draft goes, the version stays. Raises NotAccepted."""
    published = publish_checked(
        checked=check_draft(draft), by=by, now=now, offers_in_person=offers_in_person
    )
    _record("questionnaire_draft.publish", draft, by, now, source)
    draft.delete()
    return published


@transaction.atomic
def discard_draft(
    *, draft: QuestionnaireDraft, by: User, now: datetime, source: Source = NOWHERE
) -> None:
    _record("questionnaire_draft.discard", draft, by, now, source)
    draft.delete()


def _record(
    action: str, draft: QuestionnaireDraft, by: User, now: datetime, source: Source
) -> None:
    audit.record(action=action, by=by, obj=draft, source=source, now=now)
