"""A posted page of questions: what changed, and what else the page said."""

from collections import defaultdict
from collections.abc import Iterable

from django.http import QueryDict

from intake.fhir.checking import Problem
from intake.fhir.questionnaire import Item, Section
from intake.fhir.reading import read_answer, revision_name
from intake.services.answering import Change

WINDOW = "window"  # names the window that a page was shown in
KEEP = "keep"  # "<choice>:<linkId>" of the button that chooses between two versions


def read_changes(section: Section, posted: QueryDict) -> list[Change]:
    """The questions that stood on the page; a missing one was not shown and is left alone."""
    return [
        Change(
            item, read_answer(item, posted), _revision(posted.get(revision_name(item.link_id), ""))
        )
        for item in section.questions()
        if revision_name(item.link_id) in posted
    ]


def read_window(posted: QueryDict) -> str:
    return posted.get(WINDOW, "")[:40]


def read_choice(section: Section, posted: QueryDict) -> tuple[Item, str] | None:
    """The question and the version that was chosen for it, if this post chooses one."""
    choice, _, link_id = posted.get(KEEP, "").partition(":")
    item = next((item for item in section.questions() if item.link_id == link_id), None)
    return (item, choice) if item else None


def by_question(problems: Iterable[Problem]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        grouped[problem.link_id].append(problem.message)
    return dict(grouped)


def _revision(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
