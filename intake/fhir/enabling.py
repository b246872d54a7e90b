"""enableWhen: what is asked, given the answers so far.

Rule: https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
"""

from collections.abc import Iterable, Iterator

from intake.fhir.answers import BLANK, Answers, key_of, switched_off
from intake.fhir.comparing import compares, is_same
from intake.fhir.places import Place, join, numbers, places_in, places_of
from intake.fhir.questionnaire import Condition, Item, Questionnaire, Section, Value


def shown_questions(questionnaire: Questionnaire, answers: Answers) -> list[Place]:
    """Every question that is asked and can be seen, in reading order."""
    return [
        place
        for top in shown_places(questionnaire, answers)
        for place in top.walk()
        if place.item.is_question
    ]


def shown_sections(questionnaire: Questionnaire, answers: Answers) -> list[Section]:
    """The sections with something to ask."""
    shown = shown_keys(questionnaire, answers)
    return [
        section
        for section in questionnaire.sections
        if any(
            place.item.is_question and not place.item.is_hidden and place.key in shown
            for top in places_in(section, answers)
            for place in top.walk()
        )
    ]


def shown_places(questionnaire: Questionnaire, answers: Answers) -> tuple[Place, ...]:
    """The tree of what is asked; hidden items are left out with all below them."""
    return pruned(
        places_of(questionnaire.items, answers), shown_keys(questionnaire, answers), seen=True
    )


def pruned(
    places: Iterable[Place], shown: frozenset[str], *, seen: bool = False
) -> tuple[Place, ...]:
    """Without what is off, and with `seen` without what is hidden."""
    return tuple(
        Place(
            place.item,
            place.path,
            place.number,
            place.position,
            pruned(place.below, shown, seen=seen),
        )
        for place in places
        if place.key in shown and not (seen and place.item.is_hidden)
    )


def shown_keys(questionnaire: Questionnaire, answers: Answers) -> frozenset[str]:
    """Keys of all that is on; what is off turns off all that lies in it or depends on it."""
    rules = _Rules(questionnaire, answers)
    return frozenset(_walk_on(places_of(questionnaire.items, answers), rules))


def _walk_on(places: Iterable[Place], rules: "_Rules") -> Iterator[str]:
    for place in places:
        if rules.meets(place.item, place.path):
            yield place.key
            yield from _walk_on(place.below, rules)


class _Rules:
    """Remembers what it found, so that a chain of conditions is walked once."""

    def __init__(self, questionnaire: Questionnaire, answers: Answers) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self.switched_off = switched_off(answers)
        self.known: dict[str, bool] = {}

    def meets(self, holder: Item, path: str) -> bool:
        """By the item's own rules; the groups around it have theirs."""
        if key_of(holder.link_id, path) in self.switched_off:
            return False
        if not holder.conditions:
            return True
        met = (self.holds(condition, holder, path) for condition in holder.conditions)
        return all(met) if holder.needs_every_condition else any(met)

    def holds(self, condition: Condition, holder: Item, path: str) -> bool:
        """Without an answer only `exists` can be met: silence is neither yes nor no."""
        given = self._given(condition.question, holder, path)
        if condition.operator == "exists":
            return bool(given) is condition.expected
        if condition.operator == "=":
            return any(is_same(value, condition.expected) for value in given)
        if condition.operator == "!=":
            return bool(given) and not any(is_same(value, condition.expected) for value in given)
        asked = self.questionnaire.by_link_id[condition.question]
        return any(
            compares(asked, value, condition.operator, condition.expected) for value in given
        )

    def _given(self, link_id: str, holder: Item, path: str) -> tuple[Value, ...]:
        asked = self.questionnaire.by_link_id[link_id]
        return tuple(
            value
            for spot in self._nearest(asked, holder, path)
            if self._is_on(asked, spot)
            for value in self.answers.get(key_of(link_id, spot), BLANK).values
        )

    def _nearest(self, asked: Item, holder: Item, path: str) -> Iterator[str]:
        """Where the question stands: in the same repetition if it can, else in each of them."""
        loops = self.questionnaire.loops[asked.link_id]
        own = self.questionnaire.loops[holder.link_id]
        common = 0
        while common < min(len(loops), len(own)) and loops[common] is own[common]:
            common += 1
        shared = ".".join(path.split(".")[:common])
        yield from self._spots(loops[common:], shared)

    def _spots(self, loops: tuple[Item, ...], path: str) -> Iterator[str]:
        if not loops:
            yield path
            return
        for number in numbers(loops[0], path, self.answers):
            yield from self._spots(loops[1:], join(path, number))

    def _is_on(self, item: Item, path: str) -> bool:
        """An answer to a question that is no longer asked counts for nothing."""
        key = key_of(item.link_id, path)
        if key not in self.known:
            self.known[key] = False  # a condition that leads back to itself is never met
            around = self.questionnaire.around[item.link_id]
            self.known[key] = self.meets(item, path) and all(
                self.meets(each, self._path_of(each, path)) for each in around
            )
        return self.known[key]

    def _path_of(self, outer: Item, path: str) -> str:
        """Of something around an item: the first numbers of the item's own path."""
        return ".".join(path.split(".")[: len(self.questionnaire.loops[outer.link_id])])
