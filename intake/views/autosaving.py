"""One answer at a time, saved as it is given: as few queries as it takes, whatever else there is.

htmx posts what was touched; the reply holds the mark, new revisions, errors, and what appeared or
went because of the answer.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.guards import current_user
from accounts.models import Practice
from intake.fhir.answers import Answers
from intake.fhir.questionnaire import ItemType, Questionnaire, Section
from intake.forms.nodes import Node, questions_in
from intake.forms.posted import read_changes, read_shown, read_window
from intake.models import QuestionnaireResponse
from intake.services.answer_rows import AlreadySent, Rows, check_open, given_in, rows_of
from intake.services.answering import Change, Saved, save_locked
from intake.services.attaching import with_files
from intake.views.addresses import Addresses
from intake.views.page_nodes import dangers_in, nodes_from
from portal.shared.clock import utc_now
from portal.shared.request import source_of

SAVED_HEADER = "X-Intake-Saved"  # tells the page's script that the reply is ours


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def autosave(request: HttpRequest, of: Addresses, part: str, section: str) -> HttpResponse:
    """`part` is empty for a form, which has one part."""
    try:
        with transaction.atomic():
            locked = _locked(request, of, part)
            page = locked.questionnaire.parsed.section(section)
            if page is None:
                return _elsewhere(of.part(part))
            check_open(locked)
            rows = rows_of(locked, page)
            changes = _changes(request, locked, page)
            saved = save_locked(
                locked=locked,
                rows=rows,
                changes=changes,
                writer=read_window(request.POST),
                by=current_user(request),
                now=utc_now(),
                source=source_of(request),
            )
    except AlreadySent:
        messages.info(request, closed_words(of))
        return _elsewhere(of.check)
    return reply(request, locked, page, rows, changes, saved)


def _locked(request: HttpRequest, of: Addresses, part: str) -> QuestionnaireResponse:
    """The client's own response; anything else is 404."""
    user, own = current_user(request), QuestionnaireResponse.objects
    if of.is_form:
        locked = own.lock_form_for_saving(user=user, measure=of.public_id)
    else:
        locked = own.lock_for_saving(user=user, intake=of.public_id, part=part)
    if locked is None:
        raise Http404
    return locked


def closed_words(of: Addresses) -> str:
    if of.is_form:
        return "This form is closed. What you have answered is kept."
    return "You have sent these answers. Your therapist can open them again."


def _elsewhere(address: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": address, SAVED_HEADER: "sent"})


def _changes(request: HttpRequest, locked: QuestionnaireResponse, section: Section) -> list[Change]:
    parsed = locked.questionnaire.parsed
    return with_files(locked, read_changes(parsed, section, request.POST, zone_for(section)))


def zone_for(section: Section) -> tzinfo:
    """The practice's, where a page asks for a time of a day."""
    has_moments = any(item.type == ItemType.DATETIME for item in section.walk())
    return Practice.get().zone if has_moments else UTC


def reply(
    request: HttpRequest,
    locked: QuestionnaireResponse,
    section: Section,
    rows: Rows,
    changes: Sequence[Change],
    saved: Saved,
    *,
    danger: str = "intake/danger.html",
) -> HttpResponse:
    """What became of the changes, and what else on the page changed by them.

    `danger` is the template for what is said where an answer speaks of it.
    """
    parsed, answers = locked.questionnaire.parsed, given_in(rows, locked)
    nodes = nodes_from(parsed, section, answers, rows, changes, saved)
    questions, posted = questions_in(nodes), {change.key for change in changes}
    context = {
        "saved": saved,
        "problem_count": len({problem.key for problem in saved.problems}),
        "posted": [question for question in questions if question.key in posted],
        "applied": [question for question in questions if question.key in saved.applied],
        "calculated": [each for each in questions if each.item.calculated_expression],
        "toggled": list(toggled(nodes, read_shown(request.POST))),
        "is_oob": True,
        "danger": danger,
        **_danger(parsed, section, answers),
    }
    return HttpResponse(
        render_to_string("intake/saved.html", context), headers={SAVED_HEADER: "yes"}
    )


def _danger(parsed: Questionnaire, section: Section, answers: Answers) -> dict[str, object]:
    """And the practice, whose phone the words of support name."""
    is_in_danger = bool(dangers_in(parsed, section, answers))
    return {"is_in_danger": is_in_danger} | ({"practice": Practice.get()} if is_in_danger else {})


def toggled(nodes: Sequence[Node], on_page: frozenset[str]) -> Iterator[Node]:
    """What has to appear or to go. Below such a node nothing is looked at: it comes as a whole."""
    for node in nodes:
        if node.is_conditional and node.is_shown != (node.name in on_page):
            yield node
        elif node.is_shown:
            yield from toggled(node.below, on_page)
