"""Filling in: the overview, and one section a page, saved as it is typed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user
from accounts.policies import client_only
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
from intake.models import Intake
from intake.services.answer_rows import AlreadySent
from intake.services.answering import (
    Change,
    NoSuchVersion,
    Saved,
    keep_version,
    save_answers,
)
from intake.services.consent_state import is_settled
from intake.services.intakes import is_sent
from intake.services.pages import Page, Pages, leave_behind
from intake.views.acting import act_on
from intake.views.addresses import Addresses
from intake.views.attaching import is_about, let_go, read_files
from intake.views.autosaving import autosave, closed_words, is_htmx, zone_for
from intake.views.guards import own_intake
from intake.views.page_nodes import dangers_on, nodes_of, shown_places_on
from portal.shared.clock import utc_now
from portal.shared.incoming import takes_files
from portal.shared.request import source_of

TO_CHECK = "check"  # ?back=check: return to check-your-answers after this page
MORE = "more"  # ?more=<name>: one blank field more for this question


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
    return redirect(Addresses.of(pages.sitting).page(found.first_open))


@client_only
@never_cache
@takes_files
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, public_id: UUID, part: str, section: str) -> HttpResponse:
    if request.method == "POST" and is_htmx(request):
        return autosave(request, Addresses(public_id, is_form=False), part, section)
    return fill(request, Pages(own_intake(request, public_id)), part, section)


def fill(request: HttpRequest, pages: Pages, part: str, section: str) -> HttpResponse:
    """Show one page, or save it and go on."""
    page, of = pages.find(part, section), Addresses.of(pages.sitting)
    if page is None:
        # An answer elsewhere may have made this page unnecessary.
        return redirect(of.part(part))
    if not page.response.is_open:
        return redirect(of.check)
    if request.method == "POST":
        return _save(request, pages, page)
    return _show(request, pages, page)


def _save(request: HttpRequest, pages: Pages, page: Page) -> HttpResponse:
    here = Addresses.of(pages.sitting).page(page)
    parsed = page.response.questionnaire.parsed
    handed = read_files(
        request,
        page,
        read_changes(parsed, page.section, request.POST, zone_for(page.section)),
    )
    changes = handed.changes
    chosen, act = read_choice(parsed, request.POST), read_act(parsed, request.POST)
    if chosen:
        changes = [change for change in changes if not is_about(chosen, change)]
    if act and act.verb == "clear":
        changes = [_cleared(change) if is_about(act, change) else change for change in changes]
    try:
        saved = _keep(request, page, changes, chosen)
        saved.problems += handed.problems
        let_go(request, page, handed, saved)
        if act and not saved.problems:
            return redirect(act_on(request, page, act, here))
    except AlreadySent:
        return _already_sent(request, pages)
    pages = Pages(pages.sitting)
    page = pages.find(page.part, page.section.slug) or page
    about = chosen or (None if saved.problems else handed.detached)
    if about:
        return redirect(f"{here}#q-{about.name}")
    return _go_on(request, pages, page, changes, saved)


def _cleared(change: Change) -> Change:
    return Change(change.item, BLANK, change.shown_revision, change.path)


def _keep(
    request: HttpRequest, page: Page, changes: Sequence[Change], chosen: Spoken | None
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
            keep_version(item=chosen.item, path=chosen.path, choice=chosen.verb, **act)
        except NoSuchVersion:
            messages.info(request, "This answer has one version by now.")
    return saved


def _already_sent(request: HttpRequest, pages: Pages) -> HttpResponse:
    of = Addresses.of(pages.sitting)
    messages.info(request, closed_words(of))
    return redirect(of.check)


def _go_on(
    request: HttpRequest, pages: Pages, page: Page, changes: Sequence[Change], saved: Saved
) -> HttpResponse:
    if saved.problems or saved.rivals:
        return _show(request, pages, page, changes=changes, saved=saved)
    of = Addresses.of(pages.sitting)
    appeared = _appeared(request, page)
    if appeared:
        messages.info(request, "Because of your answer there is one more thing to ask.")
        return redirect(f"{of.page(page)}#q-{appeared}")
    leave_behind(page=page)
    if dangers_on(page):
        return redirect(of.support(page))
    if request.POST.get("back") == TO_CHECK:
        return redirect(of.check)
    return redirect(of.pause(page) if _was_a_lot(page) else of.after(pages, page))


def _was_a_lot(page: Page) -> bool:
    """A heavy page, left for the first time with something told on it."""
    if not page.section.is_heavy or page.is_passed:
        return False
    given = page.response.given()
    return any(not given.get(place.key, BLANK).is_blank for place in shown_places_on(page))


def _appeared(request: HttpRequest, page: Page) -> str:
    """A question that this save made appear, so that it is not passed over without JavaScript."""
    return next(
        (
            place.name
            for place in shown_places_on(page)
            if place.item.is_asked and revision_name(place.name) not in request.POST
        ),
        "",
    )


def _show(
    request: HttpRequest,
    pages: Pages,
    page: Page,
    *,
    changes: Sequence[Change] = (),
    saved: Saved | None = None,
) -> HttpResponse:
    nodes = nodes_of(page, changes, saved, more=request.GET.get(MORE, ""))
    first_words = lede(nodes)
    questions = questions_in(nodes)
    context = {
        **_place(pages, page),
        "lede": first_words,
        "nodes": nodes[1:] if first_words else nodes,
        "refused": [question for question in questions if question.errors or question.versions],
        "has_answers": any(not question.given.is_blank for question in questions),
        "takes_files": any(question.control == "attachment" for question in questions),
        "is_in_danger": bool(dangers_on(page)),
        "back_to": request.POST.get("back") or request.GET.get("back", ""),
        "window_name": WINDOW,
        "window": read_window(request.POST) or uuid4().hex,
    }
    return render(request, "intake/section.html", context, status=422 if saved else 200)


def lede(nodes: Sequence[Node]) -> Text | None:
    """Plain words that stand there first, whatever was answered, stand below the heading."""
    first = nodes[0] if nodes else None
    is_lede = isinstance(first, Text) and first.is_shown and not first.is_conditional
    return first if is_lede and isinstance(first, Text) and not first.item.html else None


def _place(pages: Pages, page: Page) -> dict[str, Any]:
    """Where this page stands, and what the whole questionnaire says of itself."""
    before, sitting, of = pages.before(page), pages.sitting, Addresses.of(pages.sitting)
    has_consents = isinstance(sitting, Intake) and sitting.consents.exists()
    return {
        "addresses": of,
        "page": page,
        "position": pages.position(page),
        "page_count": len(pages.all) + 1,  # the last one is check-your-answers
        "part_count": len(pages.parts) + has_consents,
        "minutes_left": pages.minutes_left,
        "back_url": of.page(before) if before else "",
        "is_plain": page.response.questionnaire.parsed.instrument != "",
        "copyright": page.response.questionnaire.parsed.copyright,
    }
