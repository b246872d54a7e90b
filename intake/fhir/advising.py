"""What to think about before a questionnaire is published; nothing here keeps it from being so."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.fhir.findings import Finding
from intake.fhir.questionnaire import Coded, Condition, Item, ItemType, Questionnaire
from intake.fhir.telling import named

LEAST_ANSWERS = 2
AGAIN = "The same words are asked before, in the same section."


def advise(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """In reading order, each with the words of its item."""
    showing, again = Showing(questionnaire), _asked_again(questionnaire)
    positions = {link_id: n for n, link_id in enumerate(questionnaire.by_link_id)}
    return tuple(
        Finding(item.link_id, reason, item.text)
        for item in questionnaire.by_link_id.values()
        for reason in (
            *_never(showing, item),
            *_empty(item),
            *_same_answers(item),
            *_later(questionnaire, item, positions),
            *([AGAIN] if item.link_id in again else []),
        )
    )


def _never(showing: "Showing", item: Item) -> Iterator[str]:
    if item.is_hidden or not showing.is_never(item):
        return
    if item.is_required:
        yield "It is needed, and it is never shown: its conditions can’t be met."
    elif item.conditions:
        yield "It is never shown: its conditions can’t be met."


def _empty(item: Item) -> Iterator[str]:
    if item.type == ItemType.GROUP and not item.items:
        yield "Nothing is in it yet."
    if item.type == ItemType.CHOICE and 0 < len(item.options) < LEAST_ANSWERS:
        yield "It offers only one answer to choose."


def _same_answers(item: Item) -> Iterator[str]:
    counted = Counter(option.display.casefold() for option in item.options)
    twice = [option.display for option in item.options if counted[option.display.casefold()] > 1]
    for words in dict.fromkeys(twice):
        yield f"Two of its answers say the same: {words}."


def _later(questionnaire: Questionnaire, item: Item, positions: Mapping[str, int]) -> Iterator[str]:
    """What a client reads from top to bottom should not change above what they answer."""
    for question in dict.fromkeys(condition.question for condition in item.conditions):
        asked = questionnaire.by_link_id[question]
        if positions[question] > positions[item.link_id] and not asked.is_hidden:
            yield f"It depends on {named(asked)}, which is asked later."


def _asked_again(questionnaire: Questionnaire) -> set[str]:
    """The same words twice side by side, unless conditions choose between them."""
    seen: set[tuple[str, ...]] = set()
    again = set()
    for item in questionnaire.questions():
        if item.is_conditional or item.is_hidden or not item.text:
            continue
        around = (each.link_id for each in questionnaire.around[item.link_id])
        said = (*around, item.text.casefold())
        if said in seen:
            again.add(item.link_id)
        seen.add(said)
    return again


@dataclass
class Showing:
    """Which items can be shown at all. Only what is certain counts: unsure is shown."""

    questionnaire: Questionnaire
    _known: dict[str, bool] = field(default_factory=dict)

    def is_never(self, item: Item) -> bool:
        if item.link_id not in self._known:
            self._known[item.link_id] = False  # on a way that leads back here
            around = self.questionnaire.around[item.link_id]
            above = any(self._is_off(each) for each in around)
            self._known[item.link_id] = above or self._is_off(item)
        return self._known[item.link_id]

    def _is_off(self, item: Item) -> bool:
        if item.enable_expression or not item.conditions:
            return False
        if not item.needs_every_condition:
            return all(map(self._fails, item.conditions))
        return any(map(self._fails, item.conditions)) or self._clash(item.conditions)

    def _fails(self, condition: Condition) -> bool:
        asked = self.questionnaire.by_link_id[condition.question]
        if condition.operator == "exists" and not condition.expected:
            return False
        if self.is_never(asked):
            return True
        is_coded = isinstance(condition.expected, Coded) and condition.operator == "="
        return is_coded and asked.option(_code(condition)) is None

    def _clash(self, conditions: Sequence[Condition]) -> bool:
        """One answer can't be two things."""
        exact: dict[str, set[object]] = {}
        for condition in conditions:
            asked = self.questionnaire.by_link_id[condition.question]
            if condition.operator == "=" and not asked.is_repeating and not self._is_in_loop(asked):
                exact.setdefault(condition.question, set()).add(condition.expected)
        return any(len(values) > 1 for values in exact.values())

    def _is_in_loop(self, asked: Item) -> bool:
        """It may have another answer in each repetition."""
        return bool(self.questionnaire.loops[asked.link_id])


def _code(condition: Condition) -> str:
    return condition.expected.code if isinstance(condition.expected, Coded) else ""
