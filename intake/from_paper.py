"""How the answers of a part came in, in words and in FHIR, where they were written on paper."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from intake.fhir.extensions import PAPER
from intake.models import PaperSource, QuestionnaireResponse
from portal.shared.dates import long_date

SHEET = "paper__typed_by__practitioner"
"""What to read along with a response, so that nothing here asks the database."""


@dataclass(frozen=True)
class Typed:
    """How it came in, in words."""

    is_finished: bool
    words: str


def how_it_came(response: QuestionnaireResponse, zone: ZoneInfo) -> Typed | None:
    """`Filled in on paper on January 4, 2027; typed in ...`; None for what came by the portal."""
    paper = paper_of(response)
    if paper is None:
        return None
    day = f" on {long_date(paper.written_on)}" if paper.written_on else ""
    if paper.finished_at is None:
        return Typed(False, f"On paper{day}; being typed in by {typist(paper)}")
    typed_on = long_date(paper.finished_at.astimezone(zone).date())
    words = f"Filled in on paper{day}; typed in on {typed_on} by {typist(paper)}"
    return Typed(True, words)


def paper_of(response: QuestionnaireResponse) -> PaperSource | None:
    return getattr(response, "paper", None)


def typist(paper: PaperSource) -> str:
    """A therapist by name."""
    practitioner = getattr(paper.typed_by, "practitioner", None)
    return practitioner.name if practitioner else paper.typed_by.email


def fhir_fields(response: QuestionnaireResponse) -> dict[str, Any]:
    """Of a QuestionnaireResponse: somebody else than the client wrote it down here, and when."""
    paper = paper_of(response)
    if paper is None:
        return {}
    parts = [{"url": "begun", "valueDateTime": paper.begun_at.isoformat(timespec="seconds")}]
    if paper.written_on:
        parts.append({"url": "writtenOn", "valueDate": paper.written_on.isoformat()})
    if paper.finished_at:
        finished = paper.finished_at.isoformat(timespec="seconds")
        parts.append({"url": "finished", "valueDateTime": finished})
    return {
        "extension": [{"url": PAPER, "extension": parts}],
        "author": {"type": "Practitioner", "display": typist(paper)},
    }
