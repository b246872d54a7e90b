"""A questionnaire as a sheet to fill in by hand or on screen: each question with room to answer.

The order is that of the pages. What only a program can do is left out or said in words: hidden and
calculated items, and conditions ("Only if ...").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.html import strip_tags

from intake.fhir.places import join, most, name_of
from intake.fhir.questionnaire import Condition, Item, ItemType, Questionnaire
from intake.fhir.reading import OTHER_WORDS
from intake.fhir.wording import IN_PERSON, value_words

COPIES = 3  # of a group or an answer that may repeat; more go on another sheet
MOST_MARKS = 40  # options: where there are more, the answer is written out
TIP_LIMIT = 300  # characters; the name that a screen reader says
BETWEEN = "\n"  # in the tip of a circle: its question before, its own words behind
LONG_LINE = 80  # characters: a text with a lower limit gets a line, no box

OPERATORS = {
    "=": "is",
    "!=": "is not",
    ">": "is more than",
    "<": "is less than",
    ">=": "is at least",
    "<=": "is at most",
}
FORMS = {
    ItemType.DATE: "month / day / year",
    ItemType.DATETIME: "month / day / year, and the time",
    ItemType.TIME: "hours : minutes, am or pm",
}


@dataclass(frozen=True)
class Mark:
    """A box to tick, or a circle: of those with one name only one is marked."""

    name: str
    value: str
    label: str
    tip: str
    is_circle: bool

    @property
    def id(self) -> str:
        return f"{self.name}-{self.value}"


@dataclass(frozen=True)
class Room:
    """Room to write in: a line, or a box for many words."""

    name: str
    tip: str
    unit: str = ""
    is_box: bool = False


@dataclass(frozen=True)
class Asked:
    """One question with everything to mark and to write."""

    text: str
    prefix: str = ""
    hint: str = ""
    only_if: str = ""
    marks: tuple[Mark, ...] = ()
    other: Room | None = None
    rooms: tuple[Room, ...] = ()
    in_person: Mark | None = None
    is_required: bool = False
    template = "pdf/parts/blank_question.html"

    @property
    def is_across(self) -> bool:
        """Short answers beside each other."""
        return bool(self.marks) and all(len(mark.label) <= 24 for mark in self.marks)


@dataclass(frozen=True)
class Said:
    """Words between the questions."""

    text: str
    only_if: str = ""
    template = "pdf/parts/blank_text.html"


@dataclass(frozen=True)
class Headed:
    """The heading of a group, or of one of its repetitions."""

    text: str
    hint: str = ""
    only_if: str = ""
    template = "pdf/parts/blank_heading.html"


Piece = Asked | Said | Headed


@dataclass(frozen=True)
class Sheet:
    """One section of the questionnaire."""

    title: str
    pieces: tuple[Piece, ...]


def sheets(questionnaire: Questionnaire) -> tuple[Sheet, ...]:
    """Sections in their order; one without a heading of its own where there is but one."""
    found = []
    for section in questionnaire.sections:
        if any(group.is_hidden for group in section.within):
            continue
        innermost = section.within[-1:]
        items = innermost if innermost and innermost[0].is_loop else section.items
        pieces = tuple(_Writer(questionnaire).pieces(items))
        if pieces:
            found.append(Sheet(section.title, pieces))
    return tuple(found)


class _Writer:
    """Knows the questionnaire that conditions speak of."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire

    def pieces(self, items: Iterable[Item], path: str = "") -> Iterator[Piece]:
        for item in items:
            if item.is_hidden or (item.is_question and item.is_fixed):
                continue
            if item.is_loop:
                yield from self._copies(item, path)
            else:
                yield from self._piece(item, path)
                yield from self.pieces(item.items, path)

    def _copies(self, group: Item, path: str) -> Iterator[Piece]:
        count = min(most(group), COPIES)
        hint = group.help or "If you need more room, go on upon another sheet."
        for number in range(1, count + 1):
            title = f"{group.text} {number}".strip()
            yield Headed(title, hint if number == 1 else "", self._only_if(group))
            yield from self.pieces(group.items, join(path, number))

    def _piece(self, item: Item, path: str) -> Iterator[Piece]:
        text, only_if = _words(item), self._only_if(item)
        if item.type == ItemType.DISPLAY:
            if text:
                yield Said(text, only_if)
        elif item.type == ItemType.GROUP:
            if text:
                yield Headed(text, item.help, only_if)
        else:
            yield self._asked(item, f"{self.questionnaire.slug}_{name_of(item, path)}", only_if)

    def _asked(self, item: Item, name: str, only_if: str) -> Asked:
        # A dot in a field's name would make a tree of it.
        name, text = name.replace(".", "_"), _words(item)
        marks = tuple(_marks(item, name, text))
        return Asked(
            text=text,
            prefix=item.prefix,
            hint=_hint(item, has_marks=bool(marks)),
            only_if=only_if,
            marks=marks,
            other=_other(item, name, text) if marks else None,
            rooms=() if marks else tuple(_rooms(item, name, text)),
            in_person=_in_person(item, name, text),
            is_required=item.is_required,
        )

    def _only_if(self, item: Item) -> str:
        """`Only if “Do you smoke?” is Yes.`; empty for what is always asked."""
        if item.conditions:
            between = " and " if item.needs_every_condition else " or "
            return f"Only if {between.join(map(self._condition, item.conditions))}."
        return "Only if this applies to you." if item.enable_expression else ""

    def _condition(self, condition: Condition) -> str:
        asked = self.questionnaire.by_link_id.get(condition.question)
        question = f"“{_words(asked) if asked else condition.question}”"
        if condition.operator == "exists" or asked is None:
            return f"{question} is {'answered' if condition.expected else 'left blank'}"
        words = value_words(asked, condition.expected)
        return f"{question} {OPERATORS[condition.operator]} {words}"


def _words(item: Item) -> str:
    return item.text or " ".join(strip_tags(item.html).split())


def _marks(item: Item, name: str, text: str) -> Iterator[Mark]:
    if item.type == ItemType.BOOLEAN:
        options = [("true", "Yes"), ("false", "No")]
    elif item.is_choice and len(item.options) <= MOST_MARKS:
        options = [
            (str(number), f"{option.prefix} {option.display}".strip())
            for number, option in enumerate(item.options, start=1)
        ]
    else:
        return
    is_circle = not item.is_repeating
    for value, label in options:
        own = name if is_circle else f"{name}-{value}"
        yield Mark(own, value, label, _tip(text, label, is_circle=is_circle), is_circle)


def _other(item: Item, name: str, text: str) -> Room | None:
    if item.type != ItemType.OPEN_CHOICE:
        return None
    label = item.open_label or OTHER_WORDS
    return Room(f"{name}-other", _tip(text, label), unit=label)


def _rooms(item: Item, name: str, text: str) -> Iterator[Room]:
    if item.type == ItemType.ATTACHMENT:
        return
    count = min(item.limits.max_occurs or COPIES, COPIES) if item.is_repeating else 1
    unit = item.unit_text or (item.units[0].display if len(item.units) == 1 else "")
    for number in range(1, count + 1):
        own, tip = (name, text) if count == 1 else (f"{name}-{number}", f"{text}, {number}")
        yield Room(own, _tip(tip), unit, _is_box(item))


def _is_box(item: Item) -> bool:
    is_short = item.type == ItemType.TEXT and 0 < item.max_length <= LONG_LINE
    return (item.type == ItemType.TEXT and not is_short) or item.control == "text-area"


def _in_person(item: Item, name: str, text: str) -> Mark | None:
    if not item.may_say_in_person:
        return None
    return Mark(f"{name}-in-person", "yes", IN_PERSON, _tip(text, IN_PERSON), is_circle=False)


def _hint(item: Item, *, has_marks: bool) -> str:
    return " ".join(part for part in (item.help, _how(item, has_marks=has_marks)) if part)


def _how(item: Item, *, has_marks: bool) -> str:
    """How to answer, where the room alone does not tell."""
    if item.type == ItemType.ATTACHMENT:
        return "Put the document, or a copy of it, with this form."
    if has_marks:
        return "Tick all that apply." if item.is_repeating else ""
    if item.entry_format:
        return f"Like this: {item.entry_format}."
    if item.type in FORMS:
        return f"{FORMS[item.type].capitalize()}."
    return _range(item)


def _range(item: Item) -> str:
    """`A number from 0 (not at all) to 10 (very much).`"""
    low, high = item.limits.minimum, item.limits.maximum
    if low is None or high is None:
        return ""
    ends = [
        f"{value_words(item, end)} ({words})" if words else value_words(item, end)
        for end, words in ((low, item.lower), (high, item.upper))
    ]
    return f"From {ends[0]} to {ends[1]}."


def _tip(text: str, label: str = "", *, is_circle: bool = False) -> str:
    """The circle's question is kept apart, for its group is called by it."""
    if not label:
        return text[:TIP_LIMIT]
    return f"{text[:TIP_LIMIT]}{BETWEEN if is_circle else ': '}{label}"
