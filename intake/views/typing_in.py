"""The therapist types in a part that was filled in on paper, on pages like the client's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from accounts.services.clients import TooYoung
from intake.fhir.transcript import transcript
from intake.forms.paper import WrittenOnForm
from intake.forms.posted import read_changes, read_window
from intake.from_paper import paper_of
from intake.models import Intake, QuestionnaireResponse
from intake.services.answer_rows import AlreadySent, lock_open, rows_of
from intake.services.answering import (
    Change,
    Saved,
    save_locked,
)
from intake.services.attaching import with_files
from intake.services.blank_forms import code_of
from intake.services.pages import Page, Pages, leave_behind
from intake.services.paper import NotThatDay, TwoVersions, begin, finish, left_blank
from intake.views.acting import act_on
from intake.views.autosaving import SAVED_HEADER, is_htmx, reply, zone_for
from intake.views.guards import client_intake
from intake.views.posted_page import appeared, keep, shown
from intake.views.sending import record_read
from portal.shared.clock import utc_now
from portal.shared.incoming import takes_files
from portal.shared.request import source_of

DANGER = "intake/therapist/typing_danger.html"


@dataclass(frozen=True)
class Sheet:
    """One part of an intake that is being typed in, with its pages."""

    intake: Intake
    response: QuestionnaireResponse
    pages: tuple[Page, ...]

    @property
    def slug(self) -> str:
        return self.response.questionnaire.slug

    def url(self, page: Page) -> str:
        return reverse(
            "intake:typing_section", args=[self.intake.public_id, self.slug, page.section.slug]
        )

    @property
    def check_url(self) -> str:
        return reverse("intake:typing_check", args=[self.intake.public_id, self.slug])

    @property
    def reading_url(self) -> str:
        reading = reverse("intake:therapist_intake", args=[self.intake.public_id])
        return f"{reading}#{self.slug}"

    def find(self, section: str) -> Page | None:
        return next((page for page in self.pages if page.section.slug == section), None)

    def place(self, page: Page) -> int:
        """Counted from 1."""
        return [one.section.slug for one in self.pages].index(page.section.slug) + 1

    def after(self, page: Page) -> str:
        following = self.pages[self.place(page) :]
        return self.url(following[0]) if following else self.check_url

    def before(self, page: Page) -> str:
        place = self.place(page)
        return self.url(self.pages[place - 2]) if place > 1 else ""


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def typing_begin(request: HttpRequest, public_id: UUID, part: str) -> HttpResponse:
    """The day on the sheet first; from then on the part says that it comes from paper."""
    sheet = _sheet(request, public_id, part)
    paper = paper_of(sheet.response)
    initial = {"written_on": paper.written_on if paper else None}
    is_post = request.method == "POST"
    form = WrittenOnForm(request.POST if is_post else None, initial=initial)
    if is_post and form.is_valid():
        try:
            begin(
                response=sheet.response,
                written_on=form.cleaned_data["written_on"],
                zone=Practice.get().zone,
                **_who(request),
            )
            return redirect(sheet.url(sheet.pages[0]))
        except NotThatDay:
            form.add_error("written_on", "A sheet bears a day up to today. Please check the year.")
        except AlreadySent:
            return _already_sent(request, sheet)
    context = {"sheet": sheet, "form": form, "code": code_of(sheet.response), "paper": paper}
    status = 422 if is_post else 200
    return render(request, "intake/therapist/typing_begin.html", context, status=status)


@therapist_only
@never_cache
@takes_files
@require_http_methods(["GET", "POST"])
def typing_section(request: HttpRequest, public_id: UUID, part: str, section: str) -> HttpResponse:
    sheet = _sheet(request, public_id, part)
    if paper_of(sheet.response) is None:
        return redirect("intake:typing_begin", public_id, part)
    page = sheet.find(section)
    if page is None:  # an answer elsewhere may have made this page unnecessary
        return redirect(sheet.url(sheet.pages[0]))
    try:
        if request.method == "GET":
            _record_read(request, sheet)
            return _show(request, sheet, page)
        return _autosave(request, sheet, page) if is_htmx(request) else _save(request, sheet, page)
    except AlreadySent:
        return _already_sent(request, sheet)


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def typing_check(request: HttpRequest, public_id: UUID, part: str) -> HttpResponse:
    """Compare with the sheet once more, then close the part."""
    sheet = _sheet(request, public_id, part)
    paper = paper_of(sheet.response)
    if paper is None:
        return redirect("intake:typing_begin", public_id, part)
    error = ""
    if request.method == "POST":
        try:
            finish(paper=paper, **_who(request))
            messages.success(request, "All of it is in. It says that it comes from paper.")
            return redirect(sheet.reading_url)
        except AlreadySent:
            return _already_sent(request, sheet)
        except TwoVersions:
            error = "One answer has two versions. Please choose on its page which one holds."
        except TooYoung:
            error = "By the date of birth they are under 18: a parent or guardian comes in first."
    _record_read(request, sheet)
    parsed = sheet.response.questionnaire.parsed
    context = {
        "sheet": sheet,
        "paper": paper,
        "sections": [
            (one, sheet.url(page))
            for one in transcript(parsed, sheet.response.given())
            if (page := sheet.find(one.slug))
        ],
        "missing": [parsed.by_link_id[each.link_id].text for each in left_blank(sheet.response)],
        "error": error,
    }
    status = 422 if error else 200
    return render(request, "intake/therapist/typing_check.html", context, status=status)


def _sheet(request: HttpRequest, public_id: UUID, part: str) -> Sheet:
    """The part of a client of this therapist; 404 for any other, and for one without pages."""
    intake = client_intake(request, public_id)
    found = next((row for row in Pages(intake).parts if row.slug == part), None)
    if found is None or not found.pages:
        raise Http404
    found.response.intake = intake
    return Sheet(intake, found.response, found.pages)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": current_user(request), "now": utc_now(), "source": source_of(request)}


def _already_sent(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    messages.info(request, "This part is closed. Open it again to change it.")
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": sheet.reading_url, SAVED_HEADER: "sent"})
    return redirect(sheet.reading_url)


def _autosave(request: HttpRequest, sheet: Sheet, page: Page) -> HttpResponse:
    """As for the client; whatever the questionnaire works out stays in step."""
    parsed, section = page.response.questionnaire.parsed, page.section
    posted = read_changes(parsed, section, request.POST, zone_for(section))
    with transaction.atomic():
        locked = lock_open(page.response)
        rows, changes = rows_of(locked), with_files(locked, posted)
        saved = save_locked(
            locked=locked,
            rows=rows,
            changes=changes,
            writer=read_window(request.POST),
            **_who(request),
        )
    return reply(request, locked, section, rows, changes, saved, danger=DANGER)


def _save(request: HttpRequest, sheet: Sheet, page: Page) -> HttpResponse:
    kept = keep(request, page)
    if kept.about:
        return redirect(f"{sheet.url(page)}#q-{kept.about.name}")
    if kept.act and not kept.saved.problems:
        return redirect(act_on(request, page, kept.act, sheet.url(page)))
    sheet = _sheet(request, sheet.intake.public_id, sheet.slug)
    page = sheet.find(page.section.slug) or page
    if kept.saved.problems or kept.saved.rivals:
        return _show(request, sheet, page, changes=kept.changes, saved=kept.saved)
    return _go_on(request, sheet, page, kept.saved)


def _go_on(request: HttpRequest, sheet: Sheet, page: Page, saved: Saved) -> HttpResponse:
    name = appeared(request, page)
    if name:
        messages.info(request, "Because of this answer the sheet asks one more thing.")
        return redirect(f"{sheet.url(page)}#q-{name}")
    leave_behind(page=page)
    if saved.alerts:
        messages.warning(request, "An answer on this sheet raised a safety alert. It is on Today.")
    return redirect(sheet.after(page))


def _record_read(request: HttpRequest, sheet: Sheet) -> None:
    """What the client has answered already stands on these pages too."""
    record_read(request, sheet.intake, client=sheet.intake.client, action="intake.paper.read")


def _show(
    request: HttpRequest,
    sheet: Sheet,
    page: Page,
    *,
    changes: Sequence[Change] = (),
    saved: Saved | None = None,
) -> HttpResponse:
    if not page.response.is_open:
        raise AlreadySent
    context = {
        "sheet": sheet,
        "position": sheet.place(page),
        "back_url": sheet.before(page),
        **shown(request, page, changes, saved),
    }
    status = 422 if saved else 200
    return render(request, "intake/therapist/typing_section.html", context, status=status)
