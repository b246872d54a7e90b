"""One page of questions as it is posted whole and shown again, whoever fills it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest

from accounts.guards import current_user
from intake.fhir.answers import BLANK
from intake.fhir.reading import revision_name
from intake.forms.nodes import Node, Text, questions_in
from intake.forms.posted import (
    WINDOW,
    Spoken,
    read_act,
    read_changes,
    read_choice,
    read_window,
)
from intake.services.answering import Change, NoSuchVersion, Saved, keep_version, save_answers
from intake.services.pages import Page
from intake.views.attaching import is_about, let_go, read_files
from intake.views.autosaving import zone_for
from intake.views.page_nodes import dangers_on, nodes_of, shown_places_on
from portal.shared.clock import utc_now
from portal.shared.request import source_of

MORE = "more"  # ?more=<name>: one blank field more for this question


@dataclass(frozen=True)
class Kept:
    """What became of a post. `about` is the question to come back to, `act` what is left to do."""

    changes: list[Change]
    saved: Saved
    act: Spoken | None
    about: Spoken | None


def keep(request: HttpRequest, page: Page) -> Kept:
    """The answers with their files, and the version that was chosen. Raises AlreadySent."""
    parsed = page.response.questionnaire.parsed
    posted = read_changes(parsed, page.section, request.POST, zone_for(page.section))
    handed = read_files(request, page, posted)
    changes = handed.changes
    chosen, act = read_choice(parsed, request.POST), read_act(parsed, request.POST)
    if chosen:
        changes = [change for change in changes if not is_about(chosen, change)]
    if act and act.verb == "clear":
        changes = [_cleared(change) if is_about(act, change) else change for change in changes]
    who: dict[str, Any] = {
        "response": page.response,
        "writer": read_window(request.POST),
        "by": current_user(request),
        "now": utc_now(),
        "source": source_of(request),
    }
    saved = save_answers(changes=changes, **who)
    if chosen:
        _choose(request, chosen, who)
    saved.problems += handed.problems
    let_go(request, page, handed, saved)
    about = chosen or (None if saved.problems else handed.detached)
    return Kept(changes, saved, act, about)


def _cleared(change: Change) -> Change:
    return Change(change.item, BLANK, change.shown_revision, change.path)


def _choose(request: HttpRequest, chosen: Spoken, who: dict[str, Any]) -> None:
    try:
        keep_version(item=chosen.item, path=chosen.path, choice=chosen.verb, **who)
    except NoSuchVersion:
        messages.info(request, "This answer has one version by now.")


def appeared(request: HttpRequest, page: Page) -> str:
    """A question that this save made appear, so that it is not passed over without JavaScript."""
    return next(
        (
            place.name
            for place in shown_places_on(page)
            if place.item.is_asked and revision_name(place.name) not in request.POST
        ),
        "",
    )


def shown(
    request: HttpRequest, page: Page, changes: Sequence[Change], saved: Saved | None
) -> dict[str, Any]:
    """What the page's form asks of its template, whoever fills it in."""
    nodes = nodes_of(page, changes, saved, more=request.GET.get(MORE, ""))
    first_words = lede(nodes)
    questions = questions_in(nodes)
    parsed = page.response.questionnaire.parsed
    return {
        "page": page,
        "lede": first_words,
        "nodes": nodes[1:] if first_words else nodes,
        "refused": [question for question in questions if question.errors or question.versions],
        "has_answers": any(not question.given.is_blank for question in questions),
        "takes_files": any(question.control == "attachment" for question in questions),
        "is_in_danger": bool(dangers_on(page)),
        "window_name": WINDOW,
        "window": read_window(request.POST) or uuid4().hex,
        "is_plain": parsed.instrument != "",
        "copyright": parsed.copyright,
    }


def lede(nodes: Sequence[Node]) -> Text | None:
    """Plain words that stand there first, whatever was answered, stand below the heading."""
    first = nodes[0] if nodes else None
    is_lede = isinstance(first, Text) and first.is_shown and not first.is_conditional
    return first if is_lede and isinstance(first, Text) and not first.item.html else None
