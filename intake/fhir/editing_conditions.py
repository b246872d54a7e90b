"""Conditions made from what a therapist chooses: a question, how it compares, and answers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from intake.fhir.questionnaire import Item, ItemType, Questionnaire
from intake.fhir.tree import Json, Tree, elements, set_or_drop
from intake.fhir.values import read_date, read_time


class Comparison(StrEnum):
    IS = "is"
    IS_NOT = "is-not"
    ONE_OF = "one-of"
    MORE = "more"
    AT_LEAST = "at-least"
    LESS = "less"
    AT_MOST = "at-most"
    AFTER = "after"
    BEFORE = "before"
    ANSWERED = "answered"
    NOT_ANSWERED = "not-answered"


WORDS = {
    Comparison.IS: "is",
    Comparison.IS_NOT: "is not",
    Comparison.ONE_OF: "is one of",
    Comparison.MORE: "is more than",
    Comparison.AT_LEAST: "is at least",
    Comparison.LESS: "is less than",
    Comparison.AT_MOST: "is at most",
    Comparison.AFTER: "is after",
    Comparison.BEFORE: "is before",
    Comparison.ANSWERED: "was answered",
    Comparison.NOT_ANSWERED: "was not answered",
}
WITHOUT_ANSWER = frozenset({Comparison.ANSWERED, Comparison.NOT_ANSWERED})
_OPERATORS = {
    Comparison.IS: "=",
    Comparison.IS_NOT: "!=",
    Comparison.ONE_OF: "=",
    Comparison.MORE: ">",
    Comparison.AT_LEAST: ">=",
    Comparison.LESS: "<",
    Comparison.AT_MOST: "<=",
    Comparison.AFTER: ">",
    Comparison.BEFORE: "<",
}
_WHETHER = (Comparison.ANSWERED, Comparison.NOT_ANSWERED)
_NUMBERS = (
    Comparison.IS, Comparison.IS_NOT, Comparison.MORE, Comparison.AT_LEAST, Comparison.LESS,
    Comparison.AT_MOST,
)  # fmt: skip
_MOMENTS = (Comparison.IS, Comparison.AFTER, Comparison.BEFORE)
_BY_TYPE: dict[ItemType, tuple[Comparison, ...]] = {
    ItemType.BOOLEAN: (Comparison.IS,),
    ItemType.CHOICE: (Comparison.IS, Comparison.IS_NOT, Comparison.ONE_OF),
    ItemType.OPEN_CHOICE: (Comparison.IS, Comparison.IS_NOT, Comparison.ONE_OF),
    ItemType.INTEGER: _NUMBERS,
    ItemType.DECIMAL: _NUMBERS,
    ItemType.DATE: _MOMENTS,
    ItemType.TIME: _MOMENTS,
}


class NoAnswer(Exception):
    """The answer to compare with is missing, or is none that the question can have."""


class OnlyAny(Exception):
    """ "Is one of" needs that any condition will do, and the item asks for all of them."""


@dataclass(frozen=True)
class Wanted:
    """`answers` as a form gives them: keys of options, "true" and "false", or what was typed."""

    question: str
    comparison: Comparison
    answers: tuple[str, ...] = ()


def comparisons_of(asked: Item) -> tuple[Comparison, ...]:
    return (*_BY_TYPE.get(asked.type, ()), *_WHETHER)


def could_ask(questionnaire: Questionnaire, item: Item) -> Iterator[Item]:
    """Questions that the item may depend on: not itself, and nothing that lies in it."""
    below = {one.link_id for one in item.walk()}
    for question in questionnaire.questions():
        if question.link_id not in below and not question.is_hidden:
            yield question


def add_conditions(resource: Json, item: Item, asked: Item, wanted: Wanted) -> Json:
    """Raises NoAnswer, OnlyAny and NoSuchItem."""
    tree = Tree(resource)
    raw = tree.raw(item.link_id)
    new = list(_written(asked, wanted))
    there = elements(raw.get("enableWhen"))
    is_every = raw.get("enableBehavior") == "all"
    if len(new) > 1 and there and is_every:
        raise OnlyAny
    raw["enableWhen"] = [*there, *(one for one in new if one not in there)]
    if len(raw["enableWhen"]) > 1:  # FHIR wants to be told from the second one on
        otherwise = "any" if len(new) > 1 or there[1:] else "all"
        raw["enableBehavior"] = raw.get("enableBehavior") or otherwise
        if len(new) > 1:
            raw["enableBehavior"] = "any"
    return tree.resource


def remove_conditions(resource: Json, link_id: str, places: Collection[int]) -> Json:
    """Raises NoSuchItem."""
    tree = Tree(resource)
    raw = tree.raw(link_id)
    there = elements(raw.get("enableWhen"))
    kept = [one for place, one in enumerate(there) if place not in places]
    set_or_drop(raw, "enableWhen", kept)
    if not kept:
        raw.pop("enableBehavior", None)
    return tree.resource


def need_every(resource: Json, link_id: str, is_every: bool) -> Json:
    """Whether all conditions have to be met, or any. Raises OnlyAny and NoSuchItem."""
    tree = Tree(resource)
    raw = tree.raw(link_id)
    there = elements(raw.get("enableWhen"))
    exact = [one.get("question") for one in there if one.get("operator") == "="]
    if is_every and len(exact) != len(set(exact)):
        raise OnlyAny
    if there:
        raw["enableBehavior"] = "all" if is_every else "any"
    return tree.resource


def _written(asked: Item, wanted: Wanted) -> Iterator[Json]:
    if wanted.comparison not in comparisons_of(asked):
        raise NoAnswer
    if wanted.comparison in WITHOUT_ANSWER:
        was_answered = wanted.comparison == Comparison.ANSWERED
        yield {"question": asked.link_id, "operator": "exists", "answerBoolean": was_answered}
        return
    answers: Sequence[str] = wanted.answers
    if not answers or (len(answers) > 1 and wanted.comparison != Comparison.ONE_OF):
        raise NoAnswer
    for answer in answers:
        operator = _OPERATORS[wanted.comparison]
        yield {"question": asked.link_id, "operator": operator, **_answer(asked, answer)}


def _answer(asked: Item, answer: str) -> Json:
    """As FHIR's answer[x]. Raises NoAnswer."""
    if asked.is_choice:
        option = asked.option(answer)
        if option is None:
            raise NoAnswer
        key, value = next(iter(option.raw.items()))
        return {key.replace("value", "answer", 1): value}
    if asked.type == ItemType.BOOLEAN:
        if answer not in ("true", "false"):
            raise NoAnswer
        return {"answerBoolean": answer == "true"}
    return _typed(asked, answer.strip())


def _typed(asked: Item, answer: str) -> Json:
    if asked.type == ItemType.DATE:
        day = read_date(answer)
        return {"answerDate": _or_none(day if isinstance(day, date) else None).isoformat()}
    if asked.type == ItemType.TIME:
        moment: time = _or_none(read_time(answer))
        return {"answerTime": moment.isoformat()}
    number = _number(answer)
    if asked.type == ItemType.INTEGER:
        if number != number.to_integral_value():
            raise NoAnswer
        return {"answerInteger": int(number)}
    return {"answerDecimal": float(number)}


def _or_none(value: Any) -> Any:
    if value is None:
        raise NoAnswer
    return value


def _number(answer: str) -> Decimal:
    try:
        number = Decimal(answer)
    except InvalidOperation:
        raise NoAnswer from None
    if not number.is_finite() or abs(number) >= 10**9:
        raise NoAnswer
    return number
