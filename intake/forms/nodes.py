"""What stands on a page, as a tree: questions, texts, groups, and groups that repeat."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from intake.fhir.answers import BLANK, Answer, Answers
from intake.fhir.places import Place, all_places, join, least, most, name_of, places_in
from intake.fhir.questionnaire import Item, ItemType, Questionnaire
from intake.forms.placed import Placed
from intake.forms.questions import Question, versions_of
from intake.models import Answer as StoredAnswer


@dataclass(frozen=True)
class Text(Placed):
    """Words between the questions."""

    place: Place
    is_shown: bool
    template = "intake/text.html"
    below: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Removed:
    """A repetition that was taken away and had something in it."""

    name: str
    label: str


@dataclass(frozen=True)
class Group(Placed):
    """A headed group, or one repetition of a group that repeats."""

    place: Place
    is_shown: bool
    below: tuple["Node", ...] = ()
    can_remove: bool = False
    template = "intake/group.html"

    @property
    def is_conditional(self) -> bool:
        """A repetition is there as long as its group is."""
        return self.item.is_conditional and not self.place.number


@dataclass(frozen=True)
class Loop:
    """A group that repeats: its repetitions, and the ways to more and fewer of them."""

    item: Item
    name: str
    is_shown: bool
    below: tuple[Group, ...]
    can_add: bool
    removed: tuple[Removed, ...] = ()
    template = "intake/loop.html"

    @property
    def is_conditional(self) -> bool:
        return self.item.is_conditional

    @property
    def id(self) -> str:
        return f"q-{self.name}"


Node = Question | Text | Group | Loop


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from walk(node.below)


def questions_in(nodes: Sequence[Node]) -> list[Question]:
    return [node for node in walk(nodes) if isinstance(node, Question)]


@dataclass(frozen=True)
class State:
    """What is known of the answers when a page is shown; every mapping goes by the answer's key.

    `typed` and `revisions` are what a refused form held: it stays on the page, saved or not.
    """

    answers: Answers
    rows: Mapping[str, StoredAnswer]
    shown: frozenset[str]
    typed: Mapping[str, Answer] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more: str = ""  # the name of the question that a blank field was asked for
    removed: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


def build_nodes(places: Sequence[Place], state: State) -> list[Node]:
    """Hidden items are not on the page at all; what a condition turns off is there, not shown."""
    seen = [place for place in places if not place.item.is_hidden]
    nodes: list[Node] = []
    for is_loop, run in groupby(seen, key=lambda place: place.number > 0 and place.key):
        run_of_places = list(run)
        if is_loop:
            nodes.append(_loop(run_of_places, state))
        else:
            nodes += [_node(place, state) for place in run_of_places]
    return nodes


def _node(place: Place, state: State) -> Node:
    below = tuple(build_nodes(place.below, state))
    is_shown = place.key in state.shown
    if place.item.type == ItemType.DISPLAY:
        return Text(place, is_shown, below)
    if place.item.type == ItemType.GROUP:
        return Group(place, is_shown, below)
    return _question(place, state, is_shown, below)


def _question(place: Place, state: State, is_shown: bool, below: tuple[Node, ...]) -> Question:
    key, row = place.key, state.rows.get(place.key)
    return Question(
        place=place,
        given=state.typed.get(key, state.answers.get(key, BLANK)),
        revision=state.revisions.get(key, row.revision if row else 0),
        is_shown=is_shown,
        errors=tuple(state.errors.get(key, ())),
        versions=versions_of(place.item, row) if row and row.rivals else (),
        more=place.name == state.more,
        below=below,
    )


def _loop(places: Sequence[Place], state: State) -> Loop:
    item, path = places[0].item, places[0].path
    can_remove = len(places) > least(item) and not item.is_read_only
    repetitions = tuple(
        Group(place, True, tuple(build_nodes(place.below, state)), can_remove) for place in places
    )
    removed = state.removed.get(places[0].key, {})
    return Loop(
        item=item,
        name=name_of(item, path),
        is_shown=places[0].key in state.shown,
        below=repetitions,
        can_add=len(places) < most(item) and not item.is_read_only,
        removed=tuple(
            Removed(name_of(item, join(path, number)), label)
            for number, label in sorted(removed.items())
            if number not in {place.number for place in places}
        ),
    )


def preview_nodes(questionnaire: Questionnaire) -> list[Node]:
    """All that may be asked, on one page and without answers."""
    everything = frozenset(place.key for place in all_places(questionnaire, {}))
    state = State(answers={}, rows={}, shown=everything)
    return build_nodes(
        [place for section in questionnaire.sections for place in places_in(section, {})], state
    )
