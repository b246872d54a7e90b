"""Instruments of the practice: bringing a wording, choosing a cut-off, asking for one in a plan."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from intake.instruments.catalogue import INSTRUMENTS, get_instrument
from intake.instruments.pack import Pack
from intake.instruments.wording import WordingProblem, WordingRefused
from intake.models import CutOff, ImportedWording, Questionnaire, WordingSource
from intake.services.questionnaires import publish_questionnaire
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()
DECLARATION = (
    "I may use this instrument’s wording in my practice’s records under the licence that I named, "
    "and I checked that it stands here word for word."
)
BASIS_LIMIT = 500  # characters


class NotPublished(Exception):
    """These are the words that are published already."""


class NoSuchCutOff(Exception):
    """Not one of the cut-offs that are published for this instrument."""


@dataclass(frozen=True)
class Declaration:
    """Nothing is agreed to beforehand; `basis` says where the right comes from."""

    agrees: bool
    basis: str


def check_declaration(declaration: Declaration) -> list[WordingProblem]:
    problems = []
    basis = declaration.basis.strip()
    if not basis:
        problems.append(
            WordingProblem("basis", "Please say by what licence or permission you may use it.")
        )
    if len(basis) > BASIS_LIMIT:
        problems.append(WordingProblem("basis", f"Please keep to {BASIS_LIMIT} characters."))
    if not declaration.agrees:
        problems.append(WordingProblem("agrees", "Without this the wording can’t be published."))
    return problems


@transaction.atomic
def complete_pack(
    *,
    pack: Pack,
    resource: dict[str, Any],
    wording_source: WordingSource,
    declaration: Declaration,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> Questionnaire:
    """Publish a wording under its pack's rules. Raises WordingRefused and NotPublished."""
    problems = check_declaration(declaration)
    if problems:
        raise WordingRefused(problems)
    questionnaire = publish_questionnaire(resource=_versioned(pack, resource), by=by, now=now)
    if questionnaire is None:
        raise NotPublished(pack.slug)
    ImportedWording.objects.create(
        questionnaire=questionnaire,
        pack=pack.slug,
        pack_version=pack.version,
        source=wording_source,
        licence_basis=declaration.basis.strip(),
        declaration=DECLARATION,
        declared_by=by,
        declared_at=now,
    )
    audit.record(
        action="instrument.wording.import",
        by=by,
        obj=questionnaire,
        source=source,
        detail={"pack": pack.slug, "version": questionnaire.version},
        now=now,
    )
    return questionnaire


def _versioned(pack: Pack, resource: dict[str, Any]) -> dict[str, Any]:
    """The pack's version and a count; the words of the last one keep its version."""
    versions = Questionnaire.objects.filter(slug=pack.slug)
    latest = versions.last()
    if latest and _words(latest.resource) == _words(resource):
        return {**resource, "version": latest.resource["version"]}
    return {**resource, "version": f"{pack.version}+{versions.count() + 1}"}


def _words(resource: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in resource.items() if key != "version"}


@transaction.atomic
def choose_cut_off(
    *, instrument: str, value: int, by: User, now: datetime, source: Source = NOWHERE
) -> CutOff:
    """Holds for what is scored from now on. Raises NoSuchCutOff."""
    if value not in get_instrument(instrument).cut_offs:
        raise NoSuchCutOff(value)
    chosen, _ = CutOff.objects.update_or_create(
        instrument=instrument, defaults={"value": value, "chosen_by": by, "chosen_at": now}
    )
    audit.record(
        action="instrument.cut_off.choose",
        by=by,
        obj=chosen,
        source=source,
        detail={"instrument": instrument, "value": value},
        now=now,
    )
    return chosen


def cut_off_of(instrument: str) -> int | None:
    """The practice's own, or None: the published default holds, or it has none to choose."""
    known = INSTRUMENTS.get(instrument)
    if known is None or not known.cut_offs:
        return None
    return CutOff.objects.filter(instrument=instrument).values_list("value", flat=True).first()
