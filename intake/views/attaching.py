"""Files that come with a page of questions: handed in one by one, or taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from accounts.guards import current_user
from intake.fhir.checking import Problem
from intake.fhir.places import name_of
from intake.fhir.questionnaire import ItemType
from intake.fhir.reading import file_name
from intake.forms.posted import Spoken, read_detached
from intake.services.answering import Change, Saved
from intake.services.attaching import hand_in, take_back, with_files, without
from intake.services.pages import Page
from intake.services.uploads import NotTaken
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@dataclass(frozen=True)
class HandedIn:
    """The changes with their files, what could not be taken, and what is taken back."""

    changes: list[Change]
    problems: list[Problem]
    detached: Spoken | None


def read_files(request: HttpRequest, page: Page, changes: Sequence[Change]) -> HandedIn:
    """Outside of a transaction: each file is opened and kept on the way."""
    detached = read_detached(page.response.questionnaire.parsed, request.POST)
    known, problems = with_files(page.response, changes), list[Problem]()
    with_new = [
        _with_new(request, page, change, problems)
        if change.item.type == ItemType.ATTACHMENT
        else change
        for change in known
    ]
    if detached:
        with_new = [
            without(change, detached.verb) if is_about(detached, change) else change
            for change in with_new
        ]
    return HandedIn(with_new, problems, detached)


def _with_new(request: HttpRequest, page: Page, change: Change, problems: list[Problem]) -> Change:
    field = file_name(name_of(change.item, change.path))
    for file in request.FILES.getlist(field):
        try:
            change = hand_in(
                change=change,
                file=file,
                response=page.response,
                by=current_user(request),
                now=utc_now(),
                source=source_of(request),
            )
        except NotTaken as refused:
            words = f"“{file.name}”: {refused}"
            problems.append(Problem(change.item.link_id, words, change.path))
    return change


def let_go(request: HttpRequest, page: Page, handed: HandedIn, saved: Saved) -> None:
    """The file that no answer names any more."""
    taken = handed.detached
    if taken and any(
        is_about(taken, change) and change.key in saved.applied for change in handed.changes
    ):
        take_back(
            page.response,
            taken.verb,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )


def is_about(spoken: Spoken, change: Change) -> bool:
    return (spoken.item.link_id, spoken.path) == (change.item.link_id, change.path)
