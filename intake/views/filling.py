"""Filling in: the overview, and one section a page, saved as it is typed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user
from accounts.policies import client_only
from intake.fhir.answers import BLANK
from intake.fhir.enabling import shown_keys
from intake.fhir.questionnaire import Item, ItemType
from intake.forms.posted import (
    WINDOW,
    by_question,
    read_changes,
    read_choice,
    read_window,
)
from intake.forms.questions import Question, build_questions
from intake.models import Intake
from intake.services.answering import (
    AlreadySent,
    Change,
    NoSuchVersion,
    Saved,
    keep_version,
    save_answers,
)
from intake.services.consent_state import is_settled
from intake.services.intakes import is_sent
from intake.services.pages import Page, Pages, leave_behind
from intake.services.safety import safety_kind
from intake.views.guards import own_intake
from portal.shared.clock import utc_now
from portal.shared.request import source_of

TO_CHECK = "check"  # ?back=check: return to check-your-answers after this page
SAVED_HEADER = "X-Intake-Saved"  # tells the page's script that the reply is ours


@client_only
@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    intakes = list(Intake.objects.for_client(current_user(request)).with_answers())
    if len(intakes) == 1:
        return redirect("intake:overview", public_id=intakes[0].public_id)
    rows = [(intake, Pages(intake, intake.responses.all()), is_sent(intake)) for intake in intakes]
    return render(request, "intake/home.html", {"rows": rows})


@client_only
@never_cache
@require_GET
def overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = own_intake(request, public_id)
    pages = Pages(intake)
    context = {
        "intake": intake,
        "pages": pages,
        "has_consents": intake.consents.exists(),
        "is_signed": is_settled(intake),
        "is_sent": is_sent(intake),
        "is_started": any(part.is_started for part in pages.parts),
    }
    return render(request, "intake/overview.html", context)


@client_only
@require_GET
def part(request: HttpRequest, public_id: UUID, part: str) -> HttpResponse:
    """To the page of this part where the client goes on."""
    pages = Pages(own_intake(request, public_id))
    found = next((row for row in pages.parts if row.slug == part), None)
    if found is None or not found.pages:
        raise Http404
    return redirect(page_url(pages.intake, found.first_open))


@client_only
@never_cache
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, public_id: UUID, part: str, section: str) -> HttpResponse:
    pages = Pages(own_intake(request, public_id))
    page = pages.find(part, section)
    if page is None:
        # An answer elsewhere may have made this page unnecessary.
        return redirect("intake:part", public_id=public_id, part=part)
    if not page.response.is_open:
        return redirect("intake:check", public_id=public_id)
    if request.method == "POST":
        return _save(request, pages, page)
    return _show(request, pages, page)


def _save(request: HttpRequest, pages: Pages, page: Page) -> HttpResponse:
    changes = read_changes(page.section, request.POST)
    chosen = read_choice(page.section, request.POST)
    if chosen:
        changes = [change for change in changes if change.item != chosen[0]]
    try:
        saved = _keep(request, page, changes, chosen)
    except AlreadySent:
        return _already_sent(request, pages)
    pages = Pages(pages.intake)
    page = pages.find(page.part, page.section.slug) or page
    if is_htmx(request):
        return _reply(request, page, changes, saved)
    if chosen:
        return redirect(f"{page_url(pages.intake, page)}#q-{chosen[0].link_id}")
    return _go_on(request, pages, page, changes, saved)


def _keep(
    request: HttpRequest, page: Page, changes: Sequence[Change], chosen: tuple[Item, str] | None
) -> Saved:
    act: dict[str, Any] = {
        "response": page.response,
        "writer": read_window(request.POST),
        "by": current_user(request),
        "now": utc_now(),
        "source": source_of(request),
    }
    saved = save_answers(changes=changes, **act)
    if chosen:
        try:
            keep_version(item=chosen[0], choice=chosen[1], **act)
        except NoSuchVersion:
            messages.info(request, "This answer has one version by now.")
    return saved


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _already_sent(request: HttpRequest, pages: Pages) -> HttpResponse:
    messages.info(request, "You have sent these answers. Your therapist can open them again.")
    response = redirect("intake:check", public_id=pages.intake.public_id)
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": response.url, SAVED_HEADER: "sent"})
    return response


def _reply(
    request: HttpRequest, page: Page, changes: Sequence[Change], saved: Saved
) -> HttpResponse:
    """What htmx puts into the page: the mark, new revisions, errors, questions that (dis)appear."""
    posted = {change.item.link_id for change in changes}
    questions = _questions(page, changes, saved)
    context = {
        "saved": saved,
        "problem_count": len({problem.link_id for problem in saved.problems}),
        "posted": [question for question in questions if question.name in posted],
        "applied": [question for question in questions if question.name in saved.applied],
        "toggled": [
            question
            for question in questions
            if question.item.conditions and question.is_shown != (question.name in posted)
        ],
        "is_in_danger": bool(dangers_on(page)),
        "is_oob": True,
    }
    reply = render(request, "intake/saved.html", context)
    reply.headers[SAVED_HEADER] = "yes"
    return reply


def _go_on(
    request: HttpRequest, pages: Pages, page: Page, changes: Sequence[Change], saved: Saved
) -> HttpResponse:
    if saved.problems or saved.rivals:
        return _show(request, pages, page, changes=changes, saved=saved)
    here = page_url(pages.intake, page)
    appeared = _appeared(page, changes)
    if appeared:
        messages.info(request, "Because of your answer there is one more thing to ask.")
        return redirect(f"{here}#q-{appeared}")
    leave_behind(page=page)
    if dangers_on(page):
        return redirect("intake:support", pages.intake.public_id, page.part, page.section.slug)
    if request.POST.get("back") == TO_CHECK:
        return redirect("intake:check", public_id=pages.intake.public_id)
    return redirect(next_url(pages, page))


def _appeared(page: Page, changes: Sequence[Change]) -> str:
    """A question that this save made appear, so that it is not passed over without JavaScript."""
    posted = {change.item.link_id for change in changes}
    return next((item.link_id for item in _shown_items(page) if item.link_id not in posted), "")


def _shown_items(page: Page) -> list[Item]:
    shown = shown_keys(page.response.questionnaire.parsed, page.response.given())
    return [item for item in page.section.questions() if item.link_id in shown]


def dangers_on(page: Page) -> set[str]:
    """The kinds of danger that the answers on this page speak of."""
    given = page.response.given()
    kinds = {safety_kind(item, given.get(item.link_id, BLANK)) for item in _shown_items(page)}
    return kinds - {""}


def next_url(pages: Pages, page: Page) -> str:
    following = pages.after(page)
    if following:
        return page_url(pages.intake, following)
    return reverse("intake:check", kwargs={"public_id": pages.intake.public_id})


def page_url(intake: Intake, page: Page) -> str:
    return reverse("intake:section", args=[intake.public_id, page.part, page.section.slug])


def _show(
    request: HttpRequest,
    pages: Pages,
    page: Page,
    *,
    changes: Sequence[Change] = (),
    saved: Saved | None = None,
) -> HttpResponse:
    questions = _questions(page, changes, saved)
    has_lede = questions[0].is_display
    context = {
        **_place(pages, page),
        "lede": questions[0] if has_lede else None,
        "questions": questions[1:] if has_lede else questions,
        "refused": [question for question in questions if question.errors or question.versions],
        "has_answers": any(not question.given.is_blank for question in questions),
        "is_in_danger": bool(dangers_on(page)),
        "back_to": request.POST.get("back") or request.GET.get("back", ""),
        "window_name": WINDOW,
        "window": read_window(request.POST) or uuid4().hex,
    }
    return render(request, "intake/section.html", context, status=422 if saved else 200)


def _place(pages: Pages, page: Page) -> dict[str, Any]:
    """Where this page stands, and what the whole questionnaire says of itself."""
    before = pages.before(page)
    return {
        "intake": pages.intake,
        "page": page,
        "position": pages.position(page),
        "page_count": len(pages.all) + 1,  # the last one is check-your-answers
        "part_count": len(pages.parts) + pages.intake.consents.exists(),
        "minutes_left": pages.minutes_left,
        "back_url": page_url(pages.intake, before) if before else "",
        "is_plain": page.response.questionnaire.parsed.instrument != "",
        "copyright": page.response.questionnaire.parsed.copyright,
    }


def _questions(page: Page, changes: Sequence[Change], saved: Saved | None) -> list[Question]:
    """With what was typed, where it could not be kept as it is."""
    errors = by_question(saved.problems) if saved else {}
    unsettled = {*errors, *(saved.rivals if saved else ())}
    questions = build_questions(
        list(page.section.walk()),
        stored={row.link_id: row for row in page.response.answers.all()},
        shown=shown_keys(page.response.questionnaire.parsed, page.response.given()),
        typed={c.item.link_id: c.given for c in changes if c.item.link_id in unsettled},
        errors=errors,
    )
    revisions = {change.item.link_id: change.shown_revision for change in changes}
    return [
        replace(question, revision=revisions[question.name])
        if question.name in unsettled
        else question
        for question in questions
        if question.item.type != ItemType.GROUP
    ]
