"""What a questionnaire is, once read: pages of items with options, conditions and limits.

The tree of the file stands in `Questionnaire.items`; `sections` are its pages. Every item of the
tree lies in exactly one section, as one of its items, below one, or as a group around it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from portal.shared.sizes import size_words

BASE = "https://example.org/fhir"
STRING_LIMIT = 200  # characters, unless the item says otherwise
TEXT_LIMIT = 20_000
LINK_ID_LIMIT = 255  # characters; what R5 advises, and what fits an index


class ItemType(StrEnum):
    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"
    DATETIME = "dateTime"
    TIME = "time"
    STRING = "string"
    TEXT = "text"
    URL = "url"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"
    ATTACHMENT = "attachment"
    QUANTITY = "quantity"


CHOICES = frozenset({ItemType.CHOICE, ItemType.OPEN_CHOICE})


@dataclass(frozen=True)
class Coded:
    """A chosen option, by its key within its item (`Option.code`); the words are there."""

    code: str


@dataclass(frozen=True)
class PartialDate:
    """FHIR dates may be a year, or a year and a month."""

    year: int
    month: int | None = None

    def __str__(self) -> str:
        return f"{self.year:04}" if self.month is None else f"{self.year:04}-{self.month:02}"


@dataclass(frozen=True)
class Quantity:
    """A number with a unit: `unit` is the key of one of the item's units, or typed, or empty."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True)
class Attached:
    """A file that was handed in, by its public id. The rest is what it was then, or not known."""

    public_id: str
    name: str = ""
    media_type: str = ""
    size: int = 0  # bytes
    sha256: str = ""
    sha1: str = ""
    given_at: str = ""  # ISO 8601

    @property
    def size_words(self) -> str:
        return size_words(self.size)


Value = (
    Coded | str | bool | int | Decimal | date | datetime | time | PartialDate | Quantity | Attached
)


@dataclass(frozen=True)
class Coding:
    system: str
    code: str
    display: str = ""


@dataclass(frozen=True)
class Option:
    """One answer to choose. `code` is its key: unique and never empty within its item."""

    code: str
    display: str
    system: str
    ordinal: Decimal | None = None
    is_exclusive: bool = False
    safety: str = ""  # the kind of safety alert this answer raises, or nothing
    prefix: str = ""  # such as "a)"
    html: str = ""  # sanitised, in place of `display`; empty when that is all
    is_initial: bool = False
    # As the answer of a FHIR response: {"valueCoding": {...}}, {"valueInteger": 3}, ...
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)


@dataclass(frozen=True)
class Unit:
    """A unit to choose (or the only one). `key` is unique within its item."""

    key: str
    display: str
    system: str = ""
    code: str = ""


@dataclass(frozen=True)
class Condition:
    """One FHIR enableWhen: `question` `operator` `expected`.

    For a question with options `expected` is Coded(key of the option), whatever the option's kind.
    """

    question: str
    operator: str
    expected: Value


@dataclass(frozen=True)
class Variable:
    """A name that the FHIRPath expressions on its item and below may use (`%name`)."""

    name: str
    expression: str


@dataclass(frozen=True)
class Constraint:
    """A rule that answers must meet: `expression` is FHIRPath and true when all is well."""

    key: str
    expression: str
    message: str
    is_error: bool = True  # otherwise a hint


@dataclass(frozen=True)
class Limits:
    """What an answer must keep to. None, 0 and "" stand for no limit."""

    min_occurs: int = 0  # answers, or repetitions of a group
    max_occurs: int | None = None
    minimum: Value | None = None  # for a quantity a Quantity
    maximum: Value | None = None
    minimum_expression: str = ""  # FHIRPath, in place of a fixed one
    maximum_expression: str = ""
    step: Decimal | None = None  # of a slider or spinner
    max_decimals: int | None = None
    min_length: int = 0
    regex: str = ""  # to match in full; compiles, and is short
    media_types: tuple[str, ...] = ()
    max_bytes: int = 0


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Item:
    link_id: str
    type: ItemType
    name: str = ""  # of form fields and HTML ids: letters, digits, "-" and "_", unique
    text: str = ""
    html: str = ""  # sanitised, in place of `text`; empty when that is all
    help: str = ""
    help_html: str = ""
    prefix: str = ""
    code: str = ""
    codes: tuple[Coding, ...] = ()
    is_required: bool = False
    is_repeating: bool = False
    is_read_only: bool = False
    is_hidden: bool = False  # never shown; initial and calculated values count all the same
    max_length: int = 0
    limits: Limits = NO_LIMITS
    options: tuple[Option, ...] = ()
    units: tuple[Unit, ...] = ()
    may_type_unit: bool = False
    initial: tuple[Value, ...] = ()
    conditions: tuple[Condition, ...] = ()
    needs_every_condition: bool = False
    enable_expression: str = ""  # FHIRPath; "" without one. Same for the next ones.
    calculated_expression: str = ""
    initial_expression: str = ""
    answer_expression: str = ""
    variables: tuple[Variable, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    control: str = ""  # FHIR itemControl: "radio-button", "slider", "gtable", "page", ...
    is_horizontal: bool = False  # choiceOrientation
    entry_format: str = ""  # words such as "MM/YYYY"
    prompt: str = ""  # words inside the empty field
    lower: str = ""  # words at the low end of a slider
    upper: str = ""
    unit_text: str = ""  # words behind the field
    open_label: str = ""  # words of "something else"
    support_links: tuple[str, ...] = ()  # addresses, shown as text
    may_say_in_person: bool = False
    prefill: str = ""
    autocomplete: str = ""
    is_heavy: bool = False  # hard to answer: a pause is suggested behind its page
    items: tuple["Item", ...] = ()  # below a group, and below a question too

    @property
    def is_question(self) -> bool:
        return self.type not in (ItemType.GROUP, ItemType.DISPLAY)

    @property
    def is_choice(self) -> bool:
        return self.type in CHOICES

    @property
    def is_conditional(self) -> bool:
        return bool(self.conditions or self.enable_expression)

    @property
    def is_fixed(self) -> bool:
        """Not for the client to answer."""
        return self.is_read_only or bool(self.calculated_expression)

    @property
    def is_asked(self) -> bool:
        """Something that the client sees and may answer, if it is on."""
        return self.is_question and not self.is_fixed and not self.is_hidden

    @property
    def may_be_partial(self) -> bool:
        """A date whose form asks for no day: a year, or a month of one, will do."""
        form = self.entry_format.upper()
        return self.type in (ItemType.DATE, ItemType.DATETIME) and "Y" in form and "D" not in form

    @property
    def is_loop(self) -> bool:
        """A group that may stand there several times, each with answers of its own."""
        return self.type == ItemType.GROUP and self.is_repeating

    @property
    def limit(self) -> int:
        """Longest answer accepted, in characters."""
        return self.max_length or (TEXT_LIMIT if self.type == ItemType.TEXT else STRING_LIMIT)

    def option(self, code: str) -> Option | None:
        return next((option for option in self.options if option.code == code), None)

    def unit(self, key: str) -> Unit | None:
        return next((unit for unit in self.units if unit.key == key), None)

    def walk(self) -> Iterator["Item"]:
        """This item and everything below it, in reading order."""
        yield self
        for child in self.items:
            yield from child.walk()


@dataclass(frozen=True)
class Section:
    """What is shown on one page: a group, a part of one, or some items without a group."""

    slug: str
    title: str
    items: tuple[Item, ...]
    within: tuple[Item, ...] = ()  # the groups around `items`, outermost first
    is_heavy: bool = False  # a pause is suggested behind it

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
    items: tuple[Item, ...]
    sections: tuple[Section, ...]
    is_flat: bool  # without groups of its own: shown as one section that the JSON lacks
    by_link_id: dict[str, Item] = field(compare=False, hash=False)
    variables: tuple[Variable, ...] = ()
    constraints: tuple[Constraint, ...] = ()

    def questions(self) -> Iterator[Item]:
        for item in self.items:
            yield from (found for found in item.walk() if found.is_question)

    def item(self, link_id: str) -> Item | None:
        return self.by_link_id.get(link_id)

    @cached_property
    def by_name(self) -> Mapping[str, Item]:
        return {item.name: item for item in self.by_link_id.values()}

    @cached_property
    def around(self) -> Mapping[str, tuple[Item, ...]]:
        """For each item, by linkId: the groups and questions that it lies in, outermost first."""
        found: dict[str, tuple[Item, ...]] = {}
        _note_around(self.items, (), found)
        return found

    @cached_property
    def loops(self) -> Mapping[str, tuple[Item, ...]]:
        """For each item, by linkId: the repeating groups that it lies in, outermost first."""
        return {
            link_id: tuple(item for item in around if item.is_loop)
            for link_id, around in self.around.items()
        }

    def section(self, slug: str) -> Section | None:
        return next((section for section in self.sections if section.slug == slug), None)

    def section_of(self, link_id: str) -> Section:
        """Raises LookupError when no section holds the question."""
        for section in self.sections:
            if any(item.link_id == link_id for item in section.walk()):
                return section
        raise LookupError(link_id)

    @cached_property
    def with_expressions(self) -> frozenset[str]:
        """The linkIds of the items that something is worked out for, and of all around them."""
        own = {
            link_id
            for link_id, item in self.by_link_id.items()
            if item.calculated_expression or item.enable_expression
        }
        return frozenset(own | {each.link_id for key in own for each in self.around[key]})


def _note_around(
    items: tuple[Item, ...], around: tuple[Item, ...], found: dict[str, tuple[Item, ...]]
) -> None:
    for item in items:
        found[item.link_id] = around
        _note_around(item.items, (*around, item), found)
