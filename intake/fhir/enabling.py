"""enableWhen: which questions are asked, given the answers so far.

Rule: https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
"""

import operator
from collections.abc import Callable, Iterator
from typing import Any

from intake.fhir.answers import BLANK, Answers
from intake.fhir.questionnaire import (
    Condition,
    Item,
    Questionnaire,
    Section,
    Value,
)

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def shown_questions(questionnaire: Questionnaire, answers: Answers) -> list[Item]:
    """Every question that is asked, in reading order."""
    shown = shown_link_ids(questionnaire, answers)
    return [item for item in questionnaire.questions() if item.link_id in shown]


def shown_sections(questionnaire: Questionnaire, answers: Answers) -> list[Section]:
    """The sections with something to ask."""
    shown = shown_link_ids(questionnaire, answers)
    return [
        section
        for section in questionnaire.sections
        if any(item.link_id in shown for item in section.questions())
    ]


def shown_link_ids(questionnaire: Questionnaire, answers: Answers) -> frozenset[str]:
    """Groups, texts and questions that are on; what is off hides all that depends on it."""
    visible = _Visibility(questionnaire, answers)
    shown: set[str] = set()
    for section in questionnaire.sections:
        if visible.has_on(section):
            shown.update(_walk_shown(section.items, visible))
    return frozenset(shown)


def _walk_shown(items: tuple[Item, ...], visible: "_Visibility") -> Iterator[str]:
    for item in items:
        if visible.meets(item):
            yield item.link_id
            yield from _walk_shown(item.items, visible)


class _Visibility:
    """Remembers what it found, so that a chain of conditions is walked once."""

    def __init__(self, questionnaire: Questionnaire, answers: Answers) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self.known: dict[str, bool] = {}
        self.parents = _parents(questionnaire)

    def has_on(self, section: Section) -> bool:
        return all(self.meets(group) for group in section.within)

    def meets(self, holder: Item) -> bool:
        if not holder.conditions:
            return True
        met = (self.holds(condition) for condition in holder.conditions)
        return all(met) if holder.needs_every_condition else any(met)

    def holds(self, condition: Condition) -> bool:
        """Without an answer only `exists` can be met: silence is neither yes nor no."""
        given = self._given(condition.question)
        if condition.operator == "exists":
            return bool(given) is condition.expected
        if condition.operator == "=":
            return condition.expected in given
        if condition.operator == "!=":
            return bool(given) and condition.expected not in given
        return any(self._compares(condition, value) for value in given)

    def _compares(self, condition: Condition, value: Value) -> bool:
        expected, given = self._rank(condition, condition.expected), self._rank(condition, value)
        if type(expected) is not type(given):
            return False
        return _ORDERED[condition.operator](given, expected)

    def _rank(self, condition: Condition, value: Value) -> Any:
        """Codes compare by their ordinal value."""
        item = self.questionnaire.by_link_id[condition.question]
        option = item.option(getattr(value, "code", ""))
        return option.ordinal if option else value

    def _given(self, link_id: str) -> tuple[Value, ...]:
        if not self._is_on(link_id):
            return ()
        return self.answers.get(link_id, BLANK).values

    def _is_on(self, link_id: str) -> bool:
        """An answer to a question that is no longer asked counts for nothing."""
        if link_id not in self.known:
            self.known[link_id] = False  # a condition that leads back to itself is never met
            self.known[link_id] = all(self.meets(holder) for holder in self.parents[link_id])
        return self.known[link_id]


def _parents(questionnaire: Questionnaire) -> dict[str, tuple[Item, ...]]:
    """For each item: itself and all that it lies in."""
    parents: dict[str, tuple[Item, ...]] = {}

    def note(items: tuple[Item, ...], above: tuple[Item, ...]) -> None:
        for item in items:
            parents[item.link_id] = (*above, item)
            note(item.items, parents[item.link_id])

    note(questionnaire.items, ())
    return parents
