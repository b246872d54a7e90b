"""Where items stand: once, or once in every repetition of the groups around them.

A repetition has a number that stays its own when one before it is removed. A path is the numbers
of the repetitions around an item, outermost first: "" outside, "2", "2.1". Which repetitions there
are is an answer too, to the repeating group itself: their numbers in order.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.fhir.answers import BLANK, Answers, key_of
from intake.fhir.questionnaire import Item, Questionnaire, Section

MOST_REPETITIONS = 100  # of one group, whatever the questionnaire says
LONGEST_PATH = 60  # characters
_PATH = re.compile(r"[1-9][0-9]{0,3}(\.[1-9][0-9]{0,3})*")


@dataclass(frozen=True)
class Place:
    """An item in one spot; for a repeating group one of its repetitions."""

    item: Item
    path: str = ""
    number: int = 0  # of a repetition: its own for good
    position: int = 0  # of a repetition: as people count, from 1
    below: tuple["Place", ...] = ()

    @property
    def key(self) -> str:
        """Of its answer among the answers; the repetitions of a group share one."""
        return key_of(self.item.link_id, self.path)

    @property
    def inner(self) -> str:
        """The path of what lies in it."""
        return join(self.path, self.number) if self.number else self.path

    @property
    def name(self) -> str:
        """Of its form fields: unique on every page of a questionnaire."""
        return name_of(self.item, self.inner)

    @property
    def title(self) -> str:
        """ "Medication 2" for a repetition, else the item's own words."""
        return f"{self.item.text} {self.position}".strip() if self.position else self.item.text

    def walk(self) -> Iterator["Place"]:
        """This place and all below it, in reading order."""
        yield self
        for place in self.below:
            yield from place.walk()


def join(path: str, number: int) -> str:
    return f"{path}.{number}" if path else str(number)


def name_of(item: Item, path: str) -> str:
    return f"{item.name}.{path}" if path else item.name


def find(questionnaire: Questionnaire, name: str) -> tuple[Item, str] | None:
    """The item and the path that a form field's name speaks of; None for any other name.

    The repetition need not exist any more: another window may have removed it.
    """
    own, _, path = name.partition(".")
    item = questionnaire.by_name.get(own)
    if item is None or len(path) > LONGEST_PATH or (path and not _PATH.fullmatch(path)):
        return None
    depth = len(questionnaire.loops[item.link_id])
    length = path.count(".") + 1 if path else 0
    return (item, path) if length in ({depth, depth + 1} if item.is_loop else {depth}) else None


def numbers(group: Item, path: str, answers: Answers) -> tuple[int, ...]:
    """The repetitions of a group that there are; from the start as many as are asked for."""
    noted = answers.get(key_of(group.link_id, path), BLANK)
    if noted.values:
        return tuple(value for value in noted.values if isinstance(value, int))
    return tuple(range(1, least(group) + 1))


def least(group: Item) -> int:
    """One is there even if none is asked for: to see what would be asked."""
    return min(max(1, group.limits.min_occurs), MOST_REPETITIONS)


def most(group: Item) -> int:
    return min(group.limits.max_occurs or MOST_REPETITIONS, MOST_REPETITIONS)


def places_of(items: Sequence[Item], answers: Answers, path: str = "") -> tuple[Place, ...]:
    """Everything that could be asked, whether or not a condition turns it off."""
    return tuple(_places(items, answers, path))


def _places(items: Sequence[Item], answers: Answers, path: str) -> Iterator[Place]:
    for item in items:
        if not item.is_loop:
            yield Place(item, path, below=places_of(item.items, answers, path))
            continue
        for position, number in enumerate(numbers(item, path, answers), start=1):
            inner = places_of(item.items, answers, join(path, number))
            yield Place(item, path, number, position, inner)


def all_places(questionnaire: Questionnaire, answers: Answers) -> Iterator[Place]:
    for top in places_of(questionnaire.items, answers):
        yield from top.walk()


def places_in(section: Section, answers: Answers) -> tuple[Place, ...]:
    """What stands on one page. A page that is a repeating group shows its repetitions.

    Of the groups around a page only the innermost may repeat: then the page is that group.
    """
    if any(group.is_hidden for group in section.within):
        return ()
    innermost = section.within[-1:]
    is_loop = bool(innermost) and innermost[0].is_loop
    return places_of(innermost if is_loop else section.items, answers)
