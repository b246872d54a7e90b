"""Filling in: the overview, and one section a page, saved as it is typed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user
from accounts.policies import client_only
from intake.fhir.answers import BLANK
from intake.models import Intake
from intake.services.answer_rows import AlreadySent
from intake.services.answering import Change, Saved
from intake.services.consent_state import is_settled
from intake.services.intakes import is_sent
from intake.services.pages import Page, Pages, leave_behind
from intake.views.acting import act_on
from intake.views.addresses import Addresses
from intake.views.autosaving import autosave, closed_words, is_htmx
from intake.views.guards import own_intake
from intake.views.page_nodes import dangers_on, shown_places_on
from intake.views.posted_page import Kept, appeared, keep, shown
from portal.shared.incoming import takes_files

TO_CHECK = "check"  # ?back=check: return to check-your-answers after this page


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
    try:
        kept = keep(request, page)
        if kept.act and not kept.saved.problems:
            return redirect(act_on(request, page, kept.act, here))
    except AlreadySent:
        return _already_sent(request, pages)
    if kept.about:
        return redirect(f"{here}#q-{kept.about.name}")
    pages = Pages(pages.sitting)
    page = pages.find(page.part, page.section.slug) or page
    return _go_on(request, pages, page, kept)


def _already_sent(request: HttpRequest, pages: Pages) -> HttpResponse:
    of = Addresses.of(pages.sitting)
    messages.info(request, closed_words(of))
    return redirect(of.check)


def _go_on(request: HttpRequest, pages: Pages, page: Page, kept: Kept) -> HttpResponse:
    if kept.saved.problems or kept.saved.rivals:
        return _show(request, pages, page, changes=kept.changes, saved=kept.saved)
    of = Addresses.of(pages.sitting)
    name = appeared(request, page)
    if name:
        messages.info(request, "Because of your answer there is one more thing to ask.")
        return redirect(f"{of.page(page)}#q-{name}")
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


def _show(
    request: HttpRequest,
    pages: Pages,
    page: Page,
    *,
    changes: Sequence[Change] = (),
    saved: Saved | None = None,
) -> HttpResponse:
    context = {
        **_place(pages, page),
        **shown(request, page, changes, saved),
        "back_to": request.POST.get("back") or request.GET.get("back", ""),
    }
    return render(request, "intake/section.html", context, status=422 if saved else 200)


def _place(pages: Pages, page: Page) -> dict[str, Any]:
    """Where this page stands."""
    before, sitting, of = pages.before(page), pages.sitting, Addresses.of(pages.sitting)
    has_consents = isinstance(sitting, Intake) and sitting.consents.exists()
    return {
        "addresses": of,
        "position": pages.position(page),
        "page_count": len(pages.all) + 1,  # the last one is check-your-answers
        "part_count": len(pages.parts) + has_consents,
        "minutes_left": pages.minutes_left,
        "back_url": of.page(before) if before else "",
    }
