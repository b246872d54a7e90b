"""The editor of a questionnaire: sections and questions in order, and what is done with them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.fhir import arranging
from intake.fhir.advising import advise
from intake.fhir.arranging import Arranged, NowhereToGo
from intake.fhir.findings import UnreadableQuestionnaire
from intake.fhir.kinds import NAMES, Kind
from intake.fhir.questionnaire import Item, Questionnaire
from intake.fhir.tree import Json, NoSuchItem
from intake.forms.editing import ADDABLE, AddForm
from intake.forms.outline import outline, shortened
from intake.models import WorkingCopy
from intake.services.working_copies import (
    ChangedMeanwhile,
    NothingToUndo,
    change,
    check_copy,
    newest_version,
    taken_link_ids,
    undo,
)
from intake.views.autosaving import is_htmx
from portal.shared.clock import utc_now

PAGE = "intake/editor/editor.html"
GONE = "This has changed in another window. Here is how it is now."
FULL = "That is more than one questionnaire can hold. Nothing was changed."
NEEDS_MORE = frozenset({Kind.ONE, Kind.SEVERAL, Kind.SCALE, Kind.NUMBER, Kind.LOOP})
ACTS: dict[str, Callable[[Json, str], Arranged]] = {
    "up": lambda resource, link_id: arranging.move(resource, link_id, -1),
    "down": lambda resource, link_id: arranging.move(resource, link_id, 1),
    "remove": arranging.remove,
}
SAID = {"up": "Moved up", "down": "Moved down", "copy": "Copied", "remove": "Removed"}


@therapist_only
@require_http_methods(["GET", "POST"])
def editor(request: HttpRequest, public_id: UUID) -> HttpResponse:
    copy = get_object_or_404(WorkingCopy, public_id=public_id)
    if request.method == "GET":
        return show(request, copy)
    verb, _, link_id = request.POST.get("act", "").partition(" ")
    if verb == "undo":
        return _undo(request, copy)
    if verb == "add":
        return _add(request, copy)
    if verb in SAID:
        return _arrange(request, copy, verb, link_id)
    return show(request, copy)


def show(request: HttpRequest, copy: WorkingCopy, **more: Any) -> HttpResponse:
    """The whole page, or for htmx the part of it that acts change."""
    checked = check_copy(copy)
    parsed = checked.questionnaire
    advice = advise(parsed) if parsed else ()
    context = {
        "copy": copy,
        "parsed": parsed,
        "parts": outline(parsed, checked.refused, advice) if parsed else [],
        "whole_refused": [one.reason for one in checked.refused if not one.link_id],
        "problem_count": len(checked.refused),
        "question_count": checked.question_count,
        "last": copy.steps.first(),
        "newest": newest_version(copy),
        "kinds": [(kind, NAMES[kind]) for kind in ADDABLE],
        **more,
    }
    name = "intake/editor/reply.html" if is_htmx(request) else PAGE
    status = 422 if "form" in more and not is_htmx(request) else 200
    return render(request, name, context, status=status)


def address(name: str, copy: WorkingCopy, **query: str) -> str:
    bare = reverse(f"intake:{name}", args=[copy.public_id])
    return f"{bare}?{urlencode(query)}" if query else bare


def at(copy: WorkingCopy, link_id: str) -> str:
    """The editor, at this question."""
    parsed = check_copy(copy).questionnaire
    item = parsed.item(link_id) if parsed else None
    return f"{address('editor', copy)}#i-{item.name}" if item else address("editor", copy)


def named(copy: WorkingCopy, link_id: str) -> str:
    """A question by its words, for messages and for the name of an act."""
    parsed = check_copy(copy).questionnaire
    item = parsed.item(link_id) if parsed else None
    return f"“{shortened(item.text or 'without words')}”" if item else ""


def _answer(
    request: HttpRequest, copy: WorkingCopy, link_id: str, said: str, *, focus: str = ""
) -> HttpResponse:
    """Tell what happened, and come back at what it happened to; `focus` where a button went."""
    if is_htmx(request):
        return show(request, WorkingCopy.objects.get(pk=copy.pk), said=said, focus=focus)
    messages.success(request, said)
    return redirect(at(WorkingCopy.objects.get(pk=copy.pk), link_id))


def _arrange(request: HttpRequest, copy: WorkingCopy, verb: str, link_id: str) -> HttpResponse:
    words, done = named(copy, link_id), []

    def edit(resource: Json) -> Json:
        if verb == "copy":
            taken = taken_link_ids(copy)
            done.append(arranging.duplicate(resource, link_id, taken=taken))
        else:
            done.append(ACTS[verb](resource, link_id))
        return done[-1].resource

    said = f"{SAID[verb]}: {words}"
    try:
        changed = change(copy=copy, edit=edit, said=said, by=current_user(request), now=utc_now())
    except NowhereToGo:
        return _answer(request, copy, link_id, "It can’t go any further.")
    except NoSuchItem:
        return _answer(request, copy, "", GONE)
    except UnreadableQuestionnaire:
        return _answer(request, copy, link_id, FULL)
    freed = [name for name in (named(changed, one) for one in done[-1].freed) if name]
    if freed:
        said += f". No longer depending on it: {', '.join(freed)}"
    focus = done[-1].at if verb in ("copy", "remove") else ""
    return _answer(request, changed, done[-1].at, f"{said}.", focus=focus)


def _undo(request: HttpRequest, copy: WorkingCopy) -> HttpResponse:
    revision = request.POST.get("revision", "")
    try:
        said = undo(
            copy=copy,
            revision=int(revision) if revision.isdecimal() else 0,
            by=current_user(request),
            now=utc_now(),
        )
    except ChangedMeanwhile:
        return _answer(request, copy, "", GONE)
    except NothingToUndo:
        return _answer(request, copy, "", "There is nothing to take back.")
    return _answer(request, copy, "", f"Taken back: {said}.")


def _add(request: HttpRequest, copy: WorkingCopy) -> HttpResponse:
    form = AddForm(request.POST)
    if not form.is_valid():
        return show(request, copy, form=form, form_into=request.POST.get("into", ""))
    given = form.cleaned_data
    kind, spot = Kind(given["kind"]), given["spot"]
    where, _, link_id = spot.partition(" ")
    place = {where: link_id} if where in ("into", "after") and link_id else {"into": given["into"]}
    done: list[Arranged] = []

    def edit(resource: Json) -> Json:
        taken = taken_link_ids(copy)
        done.append(arranging.add(resource, kind=kind, text=given["text"], taken=taken, **place))
        return done[-1].resource

    said = f"Added “{shortened(given['text'])}”"
    try:
        changed = change(copy=copy, edit=edit, said=said, by=current_user(request), now=utc_now())
    except NoSuchItem:
        return show(request, copy, form=form, form_into="", is_gone=True)
    except UnreadableQuestionnaire:
        form.add_error("text", FULL)
        return show(request, copy, form=form, form_into=given["into"])
    messages.success(request, f"{said}.")
    if kind in NEEDS_MORE:
        return redirect(address("editor_item", changed, item=done[-1].at))
    return redirect(at(changed, done[-1].at))


def item_of(copy: WorkingCopy, link_id: str) -> tuple[Questionnaire, Item] | None:
    """None where another window took it out."""
    parsed = check_copy(copy).questionnaire
    item = parsed.item(link_id) if parsed else None
    return (parsed, item) if parsed and item else None
