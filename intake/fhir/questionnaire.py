"""What a questionnaire is, once read: sections of items with options and conditions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

BASE = "https://example.org/fhir"
STRING_LIMIT = 200  # characters, unless the item says otherwise
TEXT_LIMIT = 20_000


class ItemType(StrEnum):
    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DATE = "date"
    STRING = "string"
    TEXT = "text"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"


CHOICES = frozenset({ItemType.CHOICE, ItemType.OPEN_CHOICE})


@dataclass(frozen=True)
class Coded:
    """A chosen option, by its code; the words are in the questionnaire."""

    code: str


Value = Coded | str | bool | int | date


@dataclass(frozen=True)
class Option:
    code: str
    display: str
    system: str
    ordinal: int | None = None
    is_exclusive: bool = False
    safety: str = ""  # the kind of safety alert this answer raises, or nothing


@dataclass(frozen=True)
class Condition:
    """One FHIR enableWhen: `question` `operator` `expected`."""

    question: str
    operator: str
    expected: Value


@dataclass(frozen=True)
class Item:
    link_id: str
    type: ItemType
    text: str = ""
    help: str = ""
    prefix: str = ""
    code: str = ""
    is_required: bool = False
    is_repeating: bool = False
    max_length: int = 0
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    needs_every_condition: bool = False
    may_say_in_person: bool = False
    prefill: str = ""
    autocomplete: str = ""
    items: tuple["Item", ...] = ()

    @property
    def is_question(self) -> bool:
        return self.type not in (ItemType.GROUP, ItemType.DISPLAY)

    @property
    def is_choice(self) -> bool:
        return self.type in CHOICES

    @property
    def limit(self) -> int:
        """Longest answer accepted, in characters."""
        return self.max_length or (TEXT_LIMIT if self.type == ItemType.TEXT else STRING_LIMIT)

    def option(self, code: str) -> Option | None:
        return next((option for option in self.options if option.code == code), None)

    def walk(self) -> Iterator["Item"]:
        """This item and everything below it, in reading order."""
        yield self
        for child in self.items:
            yield from child.walk()


@dataclass(frozen=True)
class Section:
    """What is shown on one page: a top-level group, or a flat questionnaire as a whole."""

    slug: str
    title: str
    items: tuple[Item, ...]
    conditions: tuple[Condition, ...] = ()
    needs_every_condition: bool = False

    def questions(self) -> Iterator[Item]:
        for item in self.walk():
            if item.is_question:
                yield item

    def walk(self) -> Iterator[Item]:
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True)
class Questionnaire:
    url: str
    version: str
    slug: str
    title: str
    description: str
    copyright: str
    instrument: str
    sections: tuple[Section, ...]
    is_flat: bool  # without groups of its own: shown as one section that the JSON lacks
    by_link_id: dict[str, Item] = field(compare=False, hash=False)

    def questions(self) -> Iterator[Item]:
        for section in self.sections:
            yield from section.questions()

    def item(self, link_id: str) -> Item | None:
        return self.by_link_id.get(link_id)

    def section(self, slug: str) -> Section | None:
        return next((section for section in self.sections if section.slug == slug), None)

    def section_of(self, link_id: str) -> Section:
        """Raises LookupError when no section holds the question."""
        for section in self.sections:
            if any(item.link_id == link_id for item in section.walk()):
                return section
        raise LookupError(link_id)
