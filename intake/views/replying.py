"""What htmx puts into a page after a save: the mark, and only what is different now."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from intake.forms.nodes import Node, questions_in
from intake.forms.posted import read_shown
from intake.forms.questions import Question
from intake.services.answering import Change, Saved
from intake.services.pages import Page
from intake.views.page_nodes import dangers_on, nodes_of

SAVED_HEADER = "X-Intake-Saved"  # tells the page's script that the reply is ours


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def reply(
    request: HttpRequest, page: Page, changes: Sequence[Change], saved: Saved
) -> HttpResponse:
    nodes = nodes_of(page, changes, saved)
    toggled = list(_toggled(nodes, read_shown(request.POST)))
    posted = {change.key for change in changes}
    questions = questions_in(nodes)
    context = {
        "saved": saved,
        "problem_count": len({problem.key for problem in saved.problems}),
        "posted": [question for question in questions if question.key in posted],
        "applied": [question for question in questions if question.key in saved.applied],
        "calculated": _calculated(questions),
        "toggled": toggled,
        "is_in_danger": bool(dangers_on(page)),
        "is_oob": True,
    }
    answer = render(request, "intake/saved.html", context)
    answer.headers[SAVED_HEADER] = "yes"
    return answer


def _toggled(nodes: Sequence[Node], on_page: frozenset[str]) -> Iterator[Node]:
    """What has to appear or to go. Below such a node nothing is looked at: it comes as a whole."""
    for node in nodes:
        if node.is_conditional and node.is_shown != (node.name in on_page):
            yield node
        elif node.is_shown:
            yield from _toggled(node.below, on_page)


def _calculated(questions: Sequence[Question]) -> list[Question]:
    return [question for question in questions if question.item.calculated_expression]
