"""One question in the editor: its words, its answers, and when it is shown."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.fhir import arranging, editing_answers
from intake.fhir.cleaning import clean_line
from intake.fhir.editing import edit as edit_item
from intake.fhir.editing_answers import Offered, offered
from intake.fhir.editing_conditions import OnlyAny, could_ask, need_every, remove_conditions
from intake.fhir.kinds import kind_name
from intake.fhir.questionnaire import Item, Questionnaire
from intake.fhir.set_by_file import set_by_file
from intake.fhir.telling import told
from intake.fhir.tree import Json, NoSuchItem, Tree, elements
from intake.forms.editing import ANSWER_LIMIT, ItemForm
from intake.forms.outline import has_answers, holders, is_section, shortened
from intake.models import AlertKind, WorkingCopy
from intake.services.working_copies import ChangedMeanwhile, change, fingerprint_of
from intake.views.autosaving import is_htmx
from intake.views.editor import GONE, address, at, item_of
from portal.shared.clock import utc_now

Edit = Callable[[Json], Json]
ONLY_ANY = "“Is one of” works where any of the conditions is enough. Nothing was changed."


@therapist_only
@require_http_methods(["GET", "POST"])
def editor_item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    copy = get_object_or_404(WorkingCopy, public_id=public_id)
    found = item_of(copy, request.GET.get("item", ""))
    if found is None:
        messages.info(request, GONE)
        return redirect(address("editor", copy))
    if request.method == "GET":
        return _page(request, copy, *found, ItemForm(found[1]))
    return _post(request, copy, *found)


def _post(
    request: HttpRequest, copy: WorkingCopy, parsed: Questionnaire, item: Item
) -> HttpResponse:
    verb, _, name = request.POST.get("act", "").partition(" ")
    if verb in RULES:
        return _rule(request, copy, item, RULES[verb](request, parsed, item, name))
    return _save(request, copy, parsed, item, verb, name)


def _save(
    request: HttpRequest,
    copy: WorkingCopy,
    parsed: Questionnaire,
    item: Item,
    verb: str,
    name: str,
) -> HttpResponse:
    """What was typed, and with it what one of the buttons beside an answer does."""
    form = ItemForm(item, request.POST)
    typed = [clean_line(words) for words in request.POST.getlist("answer")]
    more = clean_line(request.POST.get("new_answer", ""))[:ANSWER_LIMIT]
    problems = _answer_problems(copy, item, typed)
    if not form.is_valid() or problems:
        return _page(
            request, copy, parsed, item, form, typed=typed, more=more, answer_problems=problems
        )
    edits: list[Edit] = [
        partial(unchanged, link_id=item.link_id, seen=request.POST.get("seen", "")),
        lambda resource: edit_item(resource, item, form.content()),
    ]
    if has_answers(item) and typed:
        alone = {int(one) for one in request.POST.getlist("alone") if one.isdecimal()}
        edits.append(partial(_answers, item=item, typed=typed, alone=alone))
    if more:
        edits.append(partial(editing_answers.add_answer, link_id=item.link_id, words=more))
    edits += _beside(copy, item, verb, name)
    said = f"Changed “{shortened(item.text)}”"
    try:
        changed = change(
            copy=copy,
            edit=lambda resource: _one_by_one(resource, edits),
            said=said,
            by=current_user(request),
            now=utc_now(),
        )
    except ChangedMeanwhile:
        return _page(request, copy, parsed, item, form, typed=typed, more=more, is_late=True)
    return _saved(request, changed, item, verb, is_same=changed.revision == copy.revision)


def unchanged(resource: Json, *, link_id: str, seen: str) -> Json:
    """Raises ChangedMeanwhile where the item is not as the window was showing it."""
    if fingerprint_of(resource, link_id) != seen:
        raise ChangedMeanwhile
    return resource


def _one_by_one(resource: Json, edits: Sequence[Edit]) -> Json:
    for edit in edits:
        resource = edit(resource)
    return resource


def _answers(resource: Json, *, item: Item, typed: Sequence[str], alone: set[int]) -> Json:
    resource = editing_answers.reword_answers(resource, item.link_id, typed)
    for one in offered(Tree(resource).raw(item.link_id)):
        if one.is_exclusive != (one.place in alone):
            resource = editing_answers.mark_answer(
                resource, item.link_id, one.place, is_exclusive=one.place in alone
            )
    return resource


def _answer_problems(copy: WorkingCopy, item: Item, typed: Sequence[str]) -> list[str]:
    """By the answers' places; one that is to go is taken out by its button."""
    there = offered(Tree(copy.resource).raw(item.link_id))
    problems = []
    for one, words in zip(there, typed, strict=False):
        is_blank = one.can_reword and not words
        problems.append("Please write it, or take it out." if is_blank else "")
    return problems if any(problems) else []


def _beside(copy: WorkingCopy, item: Item, verb: str, name: str) -> list[Edit]:
    there = offered(Tree(copy.resource).raw(item.link_id))
    place = next((one.place for one in there if one.key == name), None)
    if place is None:
        return []
    moved = {"answer-up": -1, "answer-down": 1}
    if verb in moved:
        step = moved[verb]
        return [lambda resource: editing_answers.move_answer(resource, item.link_id, place, step)]
    if verb == "answer-remove":
        return [lambda resource: editing_answers.remove_answer(resource, item.link_id, place)]
    return []


def _saved(
    request: HttpRequest, copy: WorkingCopy, item: Item, verb: str, *, is_same: bool
) -> HttpResponse:
    if verb.startswith("answer"):
        found = item_of(copy, item.link_id)
        if is_htmx(request) and found:
            return _page(request, copy, *found, ItemForm(found[1]), said="Saved.")
        return redirect(f"{address('editor_item', copy, item=item.link_id)}#answers")
    messages.success(request, "Nothing had changed." if is_same else "Saved.")
    return redirect(at(copy, item.link_id))


def _page(
    request: HttpRequest,
    copy: WorkingCopy,
    parsed: Questionnaire,
    item: Item,
    form: ItemForm,
    *,
    typed: Sequence[str] = (),
    more: str = "",
    answer_problems: Sequence[str] = (),
    is_late: bool = False,
    said: str = "",
) -> HttpResponse:
    raw = Tree(copy.resource).raw(item.link_id)
    conditions = told(parsed, item)
    context = {
        "copy": copy,
        "item": item,
        "form": form,
        "kind": "Section" if is_section(parsed, item) else kind_name(item),
        "is_section": is_section(parsed, item),
        "seen": fingerprint_of(copy.resource, item.link_id),
        "answers": _rows(offered(raw), typed, answer_problems) if has_answers(item) else [],
        "takes_answers": has_answers(item) and not raw.get("answerValueSet"),
        "more": more,
        "answer_problems": answer_problems,
        "is_late": is_late,
        "said": said,
        "conditions": conditions,
        "has_unread": len(elements(raw.get("enableWhen"))) != len(item.conditions),
        "could_ask": [(one.link_id, shortened(one.text)) for one in could_ask(parsed, item)],
        "holders": [] if is_section(parsed, item) else holders(parsed, item),
        "by_file": set_by_file(item, raw),
        "back": at(copy, item.link_id),
    }
    is_part = is_htmx(request)
    name = "intake/editor/item_form.html" if is_part else "intake/editor/item.html"
    status = 200 if is_part else 409 if is_late else 422 if form.errors or answer_problems else 200
    return render(request, name, context, status=status)


def _rows(
    there: Sequence[Offered], typed: Sequence[str], problems: Sequence[str]
) -> list[dict[str, Any]]:
    """What stands in the fields: what was typed, when the form comes back."""
    is_typed = len(typed) == len(there)
    return [
        {
            "answer": one,
            "words": typed[one.place] if is_typed else one.words,
            "problem": problems[one.place] if len(problems) == len(there) else "",
            "alert": dict(AlertKind.choices).get(one.safety, one.safety),
        }
        for one in there
    ]


def _rule(
    request: HttpRequest, copy: WorkingCopy, item: Item, rule: tuple[str, Edit]
) -> HttpResponse:
    """Conditions, and where the item stands: nothing that is typed goes along."""
    said, rule_edit = rule
    seen = request.POST.get("seen", "")

    def edit(resource: Json) -> Json:
        return rule_edit(unchanged(resource, link_id=item.link_id, seen=seen))

    try:
        changed = change(copy=copy, edit=edit, said=said, by=current_user(request), now=utc_now())
    except OnlyAny:
        messages.error(request, ONLY_ANY)
        changed = copy
    except (ChangedMeanwhile, NoSuchItem, arranging.NowhereToGo):
        messages.info(request, GONE)
        changed = copy
    else:
        messages.success(request, f"{said}.")
    return redirect(f"{address('editor_item', changed, item=item.link_id)}#when")


def _take_condition(
    request: HttpRequest, parsed: Questionnaire, item: Item, name: str
) -> tuple[str, Edit]:
    places = [int(place) for place in name.split(",") if place.isdecimal()]
    return "Condition taken out", lambda resource: remove_conditions(resource, item.link_id, places)


def _every(request: HttpRequest, parsed: Questionnaire, item: Item, name: str) -> tuple[str, Edit]:
    is_every = request.POST.get("every") == "all"
    said = "All conditions have to be met" if is_every else "Any of the conditions is enough"
    return said, lambda resource: need_every(resource, item.link_id, is_every)


def _elsewhere(
    request: HttpRequest, parsed: Questionnaire, item: Item, name: str
) -> tuple[str, Edit]:
    into = request.POST.get("into", "")
    holder = parsed.item(into)
    said = f"Moved to “{shortened(holder.text)}”" if holder else "Moved"

    def edit(resource: Json) -> Json:
        if not into:
            raise NoSuchItem
        return arranging.move_into(resource, item.link_id, into).resource

    return said, edit


RULES: dict[str, Callable[..., tuple[str, Edit]]] = {
    "condition-remove": _take_condition,
    "every": _every,
    "move": _elsewhere,
}
