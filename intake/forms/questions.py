"""A question as its template shows it: names, ids, options, what was typed, what is wrong."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from intake.fhir.answers import Answer, answer_from_json
from intake.fhir.attachments import kind_words, kinds_of
from intake.fhir.places import Place
from intake.fhir.questionnaire import Attached, Item, ItemType
from intake.fhir.reading import (
    LOOKUPS,
    OTHER,
    OTHER_WORDS,
    file_name,
    in_person_name,
    other_name,
    revision_name,
    second_name,
)
from intake.fhir.wording import words
from intake.forms.entries import Entry, build_entries
from intake.forms.placed import Placed
from intake.models import Answer as StoredAnswer
from portal.shared.incoming import most_of_a_file
from portal.shared.sizes import size_words

MANY = 15  # options: more of them go into a list that opens
SLIDERS = (ItemType.INTEGER, ItemType.DECIMAL)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    id: str
    is_chosen: bool
    prefix: str = ""
    html: SafeString = field(default_factory=SafeString)


@dataclass(frozen=True)
class Version:
    """One of two versions of an answer that were typed at the same time."""

    choice: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Question(Placed):
    """`more` is set when a blank field was asked for, behind those that are filled in."""

    place: Place
    given: Answer
    revision: int
    is_shown: bool
    errors: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    more: bool = False
    below: tuple[Any, ...] = ()  # nodes of intake.forms.nodes

    template = "intake/question.html"

    @property
    def key(self) -> str:
        return self.place.key

    @property
    def revision_name(self) -> str:
        return revision_name(self.name)

    @property
    def in_person_name(self) -> str:
        return in_person_name(self.name)

    @property
    def file_name(self) -> str:
        return file_name(self.name)

    @property
    def files(self) -> tuple[Attached, ...]:
        """Those handed in already."""
        return tuple(value for value in self.given.values if isinstance(value, Attached))

    @property
    def can_attach(self) -> bool:
        most = self.item.limits.max_occurs if self.item.is_repeating else 1
        return most is None or len(self.files) < most

    @property
    def kinds(self) -> tuple[str, ...]:
        return kinds_of(self.item.limits.media_types)

    @property
    def kind_words(self) -> str:
        return kind_words(self.kinds)

    @property
    def most_bytes(self) -> int:
        """Of one file: the practice's limit, or a smaller one of the question."""
        own, most = self.item.limits.max_bytes, most_of_a_file()
        return min(own, most) if own else most

    @property
    def most_words(self) -> str:
        return size_words(self.most_bytes)

    @property
    def other_name(self) -> str:
        return other_name(self.name)

    @property
    def second_name(self) -> str:
        return second_name(self.item, self.name)

    @property
    def described_by(self) -> str:
        hint = f"{self.id}:hint " if self.has_hint else ""
        unit = f"{self.id}:unit " if self.has_unit_words else ""
        return f"{hint}{unit}{self.id}:errors"

    @property
    def has_unit_words(self) -> bool:
        has_one = len(self.item.units) == 1 and not self.item.may_type_unit
        is_line = self.control in ("line", "slider") and bool(self.item.unit_text)
        return is_line or (self.control == "quantity" and has_one)

    @property
    def has_hint(self) -> bool:
        return bool(self.item.help or self.item.entry_format or self.item.support_links)

    @cached_property
    def control(self) -> str:
        """The name of a template in intake/controls."""
        item = self.item
        if item.is_fixed:
            return "fixed"
        if item.type == ItemType.BOOLEAN:
            return "choices"
        if item.is_choice:
            return self._choosing
        if item.type in (ItemType.DATETIME, ItemType.QUANTITY, ItemType.ATTACHMENT):
            return str(item.type).lower()
        if self.is_long:
            return "area"
        return "slider" if self._can_slide else "line"

    @property
    def control_template(self) -> str:
        return f"intake/controls/{self.control}.html"

    @property
    def _choosing(self) -> str:
        item = self.item
        if item.control in LOOKUPS:
            return "lookup"
        is_many = len(item.options) > MANY and item.control not in ("radio-button", "check-box")
        is_list = item.control == "drop-down" or is_many
        return "select" if is_list and not item.is_repeating else "choices"

    @property
    def _can_slide(self) -> bool:
        """With both ends known and one number asked; while what was typed is a number."""
        item, limits = self.item, self.item.limits
        is_slider = item.control == "slider" and item.type in SLIDERS and not item.is_repeating
        has_ends = limits.minimum is not None and limits.maximum is not None
        return is_slider and has_ends and not any(isinstance(v, str) for v in self.given.values)

    @property
    def is_grouped(self) -> bool:
        """Several fields below one question need a fieldset, one field a label."""
        return self.control in ("choices", "datetime", "attachment") or (
            self.item.is_repeating and not self.item.is_choice
        )

    @property
    def is_long(self) -> bool:
        is_text = self.item.type == ItemType.TEXT and self.item.control != "text-box"
        return is_text or (self.item.type == ItemType.STRING and self.item.control == "text-area")

    @property
    def may_keep_both(self) -> bool:
        return self.item.type in (ItemType.TEXT, ItemType.STRING)

    @property
    def is_scale(self) -> bool:
        """An item of an instrument: numbered, with short answers beside each other."""
        return bool(self.item.prefix and self.item.options) or self.item.is_horizontal

    @property
    def has_other(self) -> bool:
        return self.item.type == ItemType.OPEN_CHOICE

    @property
    def input_type(self) -> str:
        """Of a choice."""
        return "checkbox" if self.item.is_repeating else "radio"

    @property
    def can_clear(self) -> bool:
        """A radio button can't be taken back by itself."""
        return self.control == "choices" and not self.item.is_repeating

    @property
    def choices(self) -> list[Choice]:
        if self.item.type == ItemType.BOOLEAN:
            return [
                Choice(value, label, f"{self.id}:{value}", truth in self.given.values)
                for value, label, truth in (("true", "Yes", True), ("false", "No", False))
            ]
        return [
            Choice(
                option.code,
                option.display,
                f"{self.id}:{number}",
                self.given.has_code(option.code),
                option.prefix,
                mark_safe(option.html),  # noqa: S308 - sanitised when it was read
            )
            for number, option in enumerate(self.item.options)
        ]

    @property
    def other(self) -> Choice:
        label = self.item.open_label or OTHER_WORDS
        return Choice(OTHER, label, f"{self.id}:other", bool(self._own_words))

    @property
    def other_text(self) -> str:
        return "" if self._own_words == OTHER_WORDS else self._own_words

    @property
    def _own_words(self) -> str:
        return next((value for value in self.given.values if isinstance(value, str)), "")

    @cached_property
    def entries(self) -> list[Entry]:
        """With ids of their own where the fieldset around them has the question's."""
        is_pair = self.is_grouped and not self.item.is_repeating
        id = f"{self.id}:1" if is_pair else self.id
        return build_entries(self.item, id, self.given, more=self.more)

    @property
    def can_add(self) -> bool:
        """A further field of its own for a further answer."""
        most = self.item.limits.max_occurs
        is_open = self.item.is_repeating and self.control not in ("choices", "fixed", "attachment")
        return is_open and (most is None or len(self.entries) < most)

    @property
    def fixed_words(self) -> tuple[str, ...]:
        return words(self.item, self.given)


def versions_of(item: Item, row: StoredAnswer) -> tuple[Version, ...]:
    rivals = [answer_from_json(item, rival) for rival in row.rivals or ()]
    others = [
        Version(str(number), "Use this one", words(item, rival) or ("Left blank",))
        for number, rival in enumerate(rivals)
    ]
    current = Version("current", "Use this one", words(item, row.given(item)) or ("Left blank",))
    return (current, *others)
