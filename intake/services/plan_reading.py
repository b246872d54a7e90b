"""A session type's plan as the therapist reads it: what is asked, in order, and for how long."""

from dataclasses import dataclass
from math import ceil

from booking.models import SessionType
from intake.fhir.progress import measure
from intake.models import ConsentDocument, Intake, IntakePlan, Questionnaire
from intake.services.retiring import retired_slugs
from intake.services.shelf import retired_questionnaires

WORDS_A_MINUTE = 200  # of somebody who reads a contract with care; an estimate, said with "about"


@dataclass(frozen=True)
class Asked:
    """One entry of a plan. Without a row it was never published, and nothing can be opened."""

    slug: str
    row: Questionnaire | ConsentDocument | None
    seconds: int = 0
    is_retired: bool = False
    is_first: bool = False
    is_last: bool = False

    @property
    def title(self) -> str:
        return self.row.title if self.row else self.slug

    @property
    def minutes(self) -> int:
        return ceil(self.seconds / 60)


@dataclass(frozen=True)
class PlanRead:
    session_type: SessionType
    questionnaires: tuple[Asked, ...]
    consents: tuple[Asked, ...]
    open_intakes: int

    @property
    def minutes(self) -> int:
        """Of the whole intake, rounded up: what a person who answers everything asked needs."""
        return ceil(sum(one.seconds for one in (*self.questionnaires, *self.consents)) / 60)

    @property
    def is_empty(self) -> bool:
        return not (self.questionnaires or self.consents)


@dataclass(frozen=True)
class Newest:
    """Read once for all the plans of a page."""

    questionnaires: dict[str, Questionnaire]
    consents: dict[str, ConsentDocument]
    retired: frozenset[str]
    retired_texts: set[str]


def newest_versions() -> Newest:
    return Newest(
        {row.slug: row for row in Questionnaire.objects.order_by("version")},
        {row.slug: row for row in ConsentDocument.objects.order_by("version")},
        retired_questionnaires(),
        retired_slugs(),
    )


def read_plan(session_type: SessionType, plan: IntakePlan | None, newest: Newest) -> PlanRead:
    unfinished = Intake.objects.filter(
        appointment__session_type=session_type, completed_at__isnull=True
    )
    return PlanRead(
        session_type,
        _numbered([_questionnaire(slug, newest) for slug in plan.questionnaires] if plan else []),
        _numbered([_consent(slug, newest) for slug in plan.consents] if plan else []),
        unfinished.count(),
    )


def _questionnaire(slug: str, newest: Newest) -> Asked:
    row, is_retired = newest.questionnaires.get(slug), slug in newest.retired
    is_skipped = row is None or is_retired or row.is_clinician_only
    seconds = 0 if is_skipped or row is None else measure(row.parsed, {}).seconds_left
    return Asked(slug, row, seconds, is_retired)


def _consent(slug: str, newest: Newest) -> Asked:
    row, is_retired = newest.consents.get(slug), slug in newest.retired_texts
    words = 0 if row is None or is_retired else len(row.text.split())
    return Asked(slug, row, words * 60 // WORDS_A_MINUTE, is_retired)


def _numbered(asked: list[Asked]) -> tuple[Asked, ...]:
    last = len(asked) - 1
    return tuple(
        Asked(one.slug, one.row, one.seconds, one.is_retired, place == 0, place == last)
        for place, one in enumerate(asked)
    )
