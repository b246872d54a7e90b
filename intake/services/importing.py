"""Taking in a questionnaire that nobody here wrote: check it, look at it, publish it.

Checking touches no database row. Every version that is published is kept as the file gave it,
with an address, a version, a title and a slug where it had none.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from intake.fhir.elements import as_elements
from intake.fhir.extensions import IN_PERSON
from intake.fhir.files import read_file
from intake.fhir.findings import Finding, Findings, UnreadableQuestionnaire
from intake.fhir.identity import with_identity
from intake.fhir.parsing import read_questionnaire
from intake.fhir.questionnaire import Item, Section
from intake.fhir.questionnaire import Questionnaire as ParsedQuestionnaire
from intake.fhir.trying import try_expressions
from intake.fhir.validation import validate
from intake.instruments.fitting import misfit
from intake.models import Questionnaire
from intake.questionnaire_files import RESERVED
from intake.services.questionnaires import fingerprint
from portal.shared import audit

_RAISED = re.compile(r"-r\d+$")


class NotAccepted(Exception):
    """Something in the file can't be shown: it is not published."""


@dataclass(frozen=True)
class Checked:
    """A file as it was read. Without `questionnaire` there is nothing to preview."""

    resource: dict[str, Any]
    questionnaire: ParsedQuestionnaire | None
    refused: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()

    @property
    def is_accepted(self) -> bool:
        return self.questionnaire is not None and not self.refused

    @property
    def title(self) -> str:
        return self.questionnaire.title if self.questionnaire else ""

    @property
    def question_count(self) -> int:
        """What a client can be shown: no groups, no texts, nothing hidden."""
        return sum(not item.is_hidden for item in self._questions())

    @property
    def hidden_count(self) -> int:
        return sum(item.is_hidden for item in self._questions())

    def _questions(self) -> list[Item]:
        return list(self.questionnaire.questions()) if self.questionnaire else []

    def reasons_by_item(self) -> dict[str, list[str]]:
        """By link id; what concerns the whole file is under ""."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for finding in self.refused:
            grouped[finding.link_id].append(finding.reason)
        return dict(grouped)


@dataclass(frozen=True)
class PreviewItem:
    item: Item
    depth: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class PreviewPage:
    """A page as the therapist reads it over: every item with why it can't be shown."""

    section: Section
    items: tuple[PreviewItem, ...]


@dataclass(frozen=True)
class Published:
    questionnaire: Questionnaire
    is_new: bool  # otherwise nothing had changed


def check_file(content: bytes) -> Checked:
    """Never raises: what is wrong with the file is among `refused`."""
    try:
        return check_resource(read_file(content))
    except UnreadableQuestionnaire as unreadable:
        return Checked({}, None, unreadable.refused)


def check_resource(resource: dict[str, Any]) -> Checked:
    """A Questionnaire resource, from a file or written in the editor. Never raises."""
    findings = Findings()
    identified = with_identity(resource)
    try:
        reading = read_questionnaire(identified)
    except UnreadableQuestionnaire as unreadable:
        return Checked(resource, None, unreadable.refused)
    try_expressions(reading.questionnaire, findings)
    validate(resource, findings)
    reason = misfit(reading.questionnaire)
    if reason:
        findings.refuse("", reason)
    return Checked(
        identified,
        reading.questionnaire,
        _each_item_once(reading.refused, findings.refused),
        (*reading.warnings, *findings.warnings),
    )


def _each_item_once(
    read: tuple[Finding, ...], validated: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """Our own reasons are in plain words: the validator's only where we found none."""
    told = {finding.link_id for finding in read}
    return (*read, *(finding for finding in validated if finding.link_id not in told))


def preview(checked: Checked) -> tuple[PreviewPage, ...]:
    if checked.questionnaire is None:
        return ()
    reasons = checked.reasons_by_item()
    return tuple(
        PreviewPage(section, tuple(_preview_items(section.items, 0, reasons)))
        for section in checked.questionnaire.sections
    )


def _preview_items(
    items: tuple[Item, ...], depth: int, reasons: dict[str, list[str]]
) -> list[PreviewItem]:
    rows = []
    for item in items:
        rows.append(PreviewItem(item, depth, tuple(reasons.get(item.link_id, ()))))
        rows += _preview_items(item.items, depth + 1, reasons)
    return rows


@transaction.atomic
def publish_checked(
    *, checked: Checked, by: User | None, now: datetime, offers_in_person: bool = True
) -> Published:
    """As a new version of what has the same address. Raises NotAccepted.

    Who wrote the file knew nothing of saying it in person: it is offered beside every question,
    unless the practice wants it otherwise or the file says it itself.
    """
    if not checked.is_accepted:
        raise NotAccepted
    resource = {**checked.resource, **_place(checked.resource)}
    if offers_in_person:
        resource = with_in_person(resource)
    latest = Questionnaire.objects.filter(slug=resource["id"]).last()
    if latest and _content(latest.resource) == _content(resource):
        return Published(latest, is_new=False)
    if latest:
        resource["version"] = _raised(str(resource["version"]), latest)
    questionnaire = Questionnaire.objects.create(
        slug=resource["id"],
        version=latest.version + 1 if latest else 1,
        title=checked.title,
        resource=resource,
        sha256=fingerprint(resource),
        published_at=now,
    )
    audit.record(
        action="questionnaire.publish",
        by=by,
        obj=questionnaire,
        detail={"slug": questionnaire.slug, "version": questionnaire.version},
        now=now,
    )
    return Published(questionnaire, is_new=True)


def with_in_person(resource: dict[str, Any]) -> dict[str, Any]:
    told = as_elements(resource.get("extension"))
    if any(extension.get("url") == IN_PERSON for extension in told):
        return resource
    return {**resource, "extension": [*told, {"url": IN_PERSON, "valueBoolean": True}]}


def _place(resource: dict[str, Any]) -> dict[str, Any]:
    """The slug that this address has or gets. The portal's own questionnaires stay its own."""
    others = Questionnaire.objects.exclude(slug__in=RESERVED)
    known = others.filter(resource__url=resource["url"]).last()
    if known:
        return {"id": known.slug}
    wanted, taken = resource["id"], set(others.values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return {"id": next(slug for slug in (wanted, *numbered) if slug not in taken)}


def _content(resource: dict[str, Any]) -> str:
    """All but the version: a file that comes again is the same, whatever we called it."""
    return fingerprint({key: value for key, value in resource.items() if key != "version"})


def _raised(version: str, latest: Questionnaire) -> str:
    """Two texts never share one version: answers name the version they were given for."""
    earlier = Questionnaire.objects.filter(slug=latest.slug)
    taken = {str(row.resource.get("version")) for row in earlier}
    if version not in taken:
        return version
    return f"{_RAISED.sub('', version)}-r{latest.version + 1}"
