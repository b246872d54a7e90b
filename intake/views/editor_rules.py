"""Pages of the editor for what needs a second look: a condition, and an answer's alert."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.fhir.editing_answers import Offered, mark_answer, offered
from intake.fhir.editing_conditions import (
    WITHOUT_ANSWER,
    WORDS,
    Comparison,
    NoAnswer,
    OnlyAny,
    Wanted,
    add_conditions,
    comparisons_of,
    could_ask,
)
from intake.fhir.questionnaire import Item, ItemType, Questionnaire
from intake.fhir.telling import named
from intake.fhir.tree import NoSuchItem, Tree
from intake.forms.outline import shortened
from intake.models import AlertKind, WorkingCopy
from intake.services.working_copies import change
from intake.views.editor import GONE, address, item_of
from intake.views.editor_item import ONLY_ANY
from portal.shared.clock import utc_now

TYPES = {ItemType.DATE: "date", ItemType.TIME: "time"}
NO_ANSWER = "Please give an answer that this question can have."


@therapist_only
@require_http_methods(["GET", "POST"])
def editor_condition(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How a question's answer decides over an item. Which question, the address says."""
    copy = get_object_or_404(WorkingCopy, public_id=public_id)
    found = item_of(copy, request.GET.get("item", ""))
    if found is None:
        messages.info(request, GONE)
        return redirect(address("editor", copy))
    parsed, item = found
    wanted = request.GET.get("question", "")
    asked = next((one for one in could_ask(parsed, item) if one.link_id == wanted), None)
    if asked is None:
        messages.info(request, "Please choose a question first.")
        return redirect(_when(copy, item))
    if request.method == "GET":
        return _condition_page(request, copy, parsed, item, asked)
    return _add_condition(request, copy, parsed, item, asked)


def _when(copy: WorkingCopy, item: Item) -> str:
    return f"{address('editor_item', copy, item=item.link_id)}#when"


def _add_condition(
    request: HttpRequest, copy: WorkingCopy, parsed: Questionnaire, item: Item, asked: Item
) -> HttpResponse:
    wanted = _wanted(request, asked)
    if wanted is None:
        return _condition_page(request, copy, parsed, item, asked, problem="Please say how.")
    try:
        change(
            copy=copy,
            edit=lambda resource: add_conditions(resource, item, asked, wanted),
            said=f"Condition added to “{shortened(item.text)}”",
            by=current_user(request),
            now=utc_now(),
        )
    except NoAnswer:
        return _condition_page(request, copy, parsed, item, asked, problem=NO_ANSWER)
    except OnlyAny:
        return _condition_page(request, copy, parsed, item, asked, problem=ONLY_ANY)
    except NoSuchItem:
        messages.info(request, GONE)
        return redirect(address("editor", copy))
    messages.success(request, "Condition added.")
    return redirect(_when(copy, item))


def _wanted(request: HttpRequest, asked: Item) -> Wanted | None:
    comparison = request.POST.get("comparison", "")
    if comparison not in list(Comparison):
        return None
    answers = tuple(one for one in request.POST.getlist("answer") if one)
    chosen = Comparison(comparison)
    if chosen == Comparison.IS and len(answers) > 1:
        chosen = Comparison.ONE_OF
    return Wanted(asked.link_id, chosen, () if chosen in WITHOUT_ANSWER else answers)


def _condition_page(
    request: HttpRequest,
    copy: WorkingCopy,
    parsed: Questionnaire,
    item: Item,
    asked: Item,
    *,
    problem: str = "",
) -> HttpResponse:
    chosen = request.POST.getlist("answer")
    comparison = request.POST.get("comparison", comparisons_of(asked)[0])
    context: dict[str, Any] = {
        "copy": copy,
        "item": item,
        "asked": asked,
        "asked_words": named(asked),
        "comparisons": [(one, WORDS[one], one == comparison) for one in comparisons_of(asked)],
        "choices": [(key, words, key in chosen) for key, words in _choices(asked)],
        "typed": chosen[0] if chosen else "",
        "input_type": TYPES.get(asked.type, "text"),
        "takes_answer": len(comparisons_of(asked)) > len(WITHOUT_ANSWER),
        "is_many": asked.is_choice,
        "problem": problem,
        "back": _when(copy, item),
    }
    status = 422 if problem else 200
    return render(request, "intake/editor/condition.html", context, status=status)


def _choices(asked: Item) -> list[tuple[str, str]]:
    if asked.type == ItemType.BOOLEAN:
        return [("true", "Yes"), ("false", "No")]
    return [(option.code, option.display) for option in asked.options]


@therapist_only
@require_http_methods(["GET", "POST"])
def editor_alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whether an answer raises an alert. Both ways are confirmed: it is about somebody's safety."""
    copy = get_object_or_404(WorkingCopy, public_id=public_id)
    found = item_of(copy, request.GET.get("item", ""))
    answer = _answer_of(copy, found[1], request.GET.get("answer", "")) if found else None
    if found is None or answer is None:
        messages.info(request, GONE)
        return redirect(address("editor", copy))
    item, kind = found[1], request.POST.get("alert", answer.safety)
    problem = ""
    if request.method == "POST":
        problem = _alert_problem(request, kind, answer)
        if not problem:
            return _mark(request, copy, item, answer, kind)
    context = {
        "copy": copy,
        "item": item,
        "answer": answer,
        "kinds": [(value, label, value == kind) for value, label in AlertKind.choices],
        "is_none": kind == "",
        "problem": problem,
        "back": f"{address('editor_item', copy, item=item.link_id)}#answers",
    }
    status = 422 if problem else 200
    return render(request, "intake/editor/alert.html", context, status=status)


def _answer_of(copy: WorkingCopy, item: Item, key: str) -> Offered | None:
    there = offered(Tree(copy.resource).raw(item.link_id))
    return next((one for one in there if one.key == key), None)


def _alert_problem(request: HttpRequest, kind: str, answer: Offered) -> str:
    if kind not in ("", answer.safety, *AlertKind.values):
        return "Please choose one of them."
    if kind != answer.safety and "sure" not in request.POST:
        return "Please confirm it with the tick below."
    return ""


def _mark(
    request: HttpRequest, copy: WorkingCopy, item: Item, answer: Offered, kind: str
) -> HttpResponse:
    words = f"“{shortened(answer.words)}”"
    said = f"{words} raises an alert" if kind else f"{words} raises no alert"

    def edit(resource: dict[str, Any]) -> dict[str, Any]:
        there = offered(Tree(resource).raw(item.link_id))
        place = next((one.place for one in there if one.key == answer.key), -1)
        return mark_answer(resource, item.link_id, place, safety=kind)

    try:
        change(copy=copy, edit=edit, said=said, by=current_user(request), now=utc_now())
    except NoSuchItem:
        messages.info(request, GONE)
        return redirect(address("editor", copy))
    messages.success(request, f"{said}.")
    return redirect(f"{address('editor_item', copy, item=item.link_id)}#answers")
