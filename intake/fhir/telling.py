"""When a question is shown, in words: "Shown when “Do you sleep well?” is No"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from intake.fhir.questionnaire import Condition, Item, PartialDate, Questionnaire
from intake.fhir.wording import value_words

LONGEST = 90  # characters of a question's words, where they name it
_COMPARED = {
    "=": "is",
    "!=": "is not",
    ">": "is more than",
    ">=": "is at least",
    "<": "is less than",
    "<=": "is at most",
}
_OF_DAYS = {
    ">": "is after",
    ">=": "is not before",
    "<": "is before",
    "<=": "is not after",
}


@dataclass(frozen=True)
class Told:
    """One condition, or several that say "is one of": their places among an item's conditions."""

    places: tuple[int, ...]
    question: str  # its link id
    words: str


def named(item: Item) -> str:
    """A question by its words in quotes; a long one is cut."""
    text = item.text or item.link_id
    return f"“{text if len(text) <= LONGEST else f'{text[: LONGEST - 1].rstrip()}…'}”"


def told(questionnaire: Questionnaire, item: Item) -> tuple[Told, ...]:
    """In their order; answers to one question are told together where any will do."""
    return tuple(
        Told(places, condition.question, _words(questionnaire, item, places))
        for places, condition in _together(item)
    )


def _together(item: Item) -> Iterator[tuple[tuple[int, ...], Condition]]:
    seen: set[int] = set()
    for place, condition in enumerate(item.conditions):
        if place in seen:
            continue
        places: tuple[int, ...] = (place,)
        if condition.operator == "=" and not item.needs_every_condition:
            others = enumerate(item.conditions)
            is_like = (condition.question, "=")
            places = tuple(n for n, one in others if (one.question, one.operator) == is_like)
        seen.update(places)
        yield places, condition


def _words(questionnaire: Questionnaire, item: Item, places: tuple[int, ...]) -> str:
    conditions = [item.conditions[place] for place in places]
    asked = questionnaire.by_link_id[conditions[0].question]
    if len(conditions) > 1:
        values = [value_words(asked, one.expected) for one in conditions]
        return f"{named(asked)} is one of {', '.join(values[:-1])} or {values[-1]}"
    return f"{named(asked)} {_compared(asked, conditions[0])}"


def _compared(asked: Item, condition: Condition) -> str:
    if condition.operator == "exists":
        return "was answered" if condition.expected else "was not answered"
    of_days = isinstance(condition.expected, date | datetime | PartialDate)
    words = _OF_DAYS if of_days and condition.operator in _OF_DAYS else _COMPARED
    return f"{words[condition.operator]} {value_words(asked, condition.expected)}"


def shown_when(questionnaire: Questionnaire, item: Item) -> str:
    """All conditions in one sentence without its stop; empty when it is always shown."""
    parts = [one.words for one in told(questionnaire, item)]
    if item.enable_expression:
        parts.append("a formula of the file says so")
    if not parts:
        return ""
    between = " and " if item.needs_every_condition else " or "
    return f"Shown when {between.join(parts)}"
