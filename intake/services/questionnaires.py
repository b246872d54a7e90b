"""Publishing the questionnaires of the repository. A published version never changes."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from intake.fhir.parsing import parse_questionnaire
from intake.models import Questionnaire
from intake.questionnaire_files import ALL, read_resource
from portal.shared import audit


class VersionNotRaised(Exception):
    """The words changed and the version did not: raise `version` in the questionnaire's file."""


@transaction.atomic
def publish_questionnaires(*, now: datetime) -> list[Questionnaire]:
    """Publish what is new or changed; the others stay as they are. Returns the new ones."""
    published = [publish_questionnaire(resource=read_resource(slug), now=now) for slug in ALL]
    return [questionnaire for questionnaire in published if questionnaire]


@transaction.atomic
def publish_questionnaire(
    *, resource: dict[str, Any], now: datetime, by: User | None = None
) -> Questionnaire | None:
    """Raises VersionNotRaised, and UnreadableQuestionnaire for what the pages can't show."""
    parsed = parse_questionnaire(resource)
    sha256 = fingerprint(resource)
    latest = Questionnaire.objects.filter(slug=parsed.slug).last()
    if latest and latest.sha256 == sha256:
        return None
    if latest and latest.resource["version"] == parsed.version:
        raise VersionNotRaised(f"{parsed.slug} {parsed.version}")
    questionnaire = Questionnaire.objects.create(
        slug=parsed.slug,
        version=latest.version + 1 if latest else 1,
        title=parsed.title,
        resource=resource,
        sha256=sha256,
        published_at=now,
    )
    audit.record(
        action="questionnaire.publish",
        by=by,
        obj=questionnaire,
        detail={"slug": questionnaire.slug, "version": questionnaire.version},
        now=now,
    )
    return questionnaire


def fingerprint(resource: dict[str, Any]) -> str:
    canonical = json.dumps(resource, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
