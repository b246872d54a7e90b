"""A question as its template shows it: names, ids, options, what was typed, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from intake.fhir.answers import BLANK, Answer, answer_from_json
from intake.fhir.questionnaire import Coded, Item, ItemType
from intake.fhir.reading import OTHER, OTHER_WORDS, in_person_name, other_name, revision_name
from intake.fhir.wording import words
from intake.models import Answer as StoredAnswer

INPUT_TYPES = {"tel": "tel"}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    id: str
    is_chosen: bool


@dataclass(frozen=True)
class Version:
    """One of two versions of an answer that were typed at the same time."""

    choice: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    item: Item
    given: Answer
    revision: int
    is_shown: bool
    errors: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()

    @property
    def name(self) -> str:
        return self.item.link_id

    @property
    def id(self) -> str:
        return f"q-{self.item.link_id}"

    @property
    def revision_name(self) -> str:
        return revision_name(self.item.link_id)

    @property
    def in_person_name(self) -> str:
        return in_person_name(self.item.link_id)

    @property
    def other_name(self) -> str:
        return other_name(self.item.link_id)

    @property
    def described_by(self) -> str:
        hint = f"{self.id}-hint " if self.item.help else ""
        return f"{hint}{self.id}-errors"

    @property
    def is_display(self) -> bool:
        return self.item.type == ItemType.DISPLAY

    @property
    def is_long(self) -> bool:
        return self.item.type == ItemType.TEXT

    @property
    def is_scale(self) -> bool:
        """An item of an instrument: numbered, with short answers beside each other."""
        return bool(self.item.prefix)

    @property
    def has_other(self) -> bool:
        return self.item.type == ItemType.OPEN_CHOICE

    @property
    def control(self) -> str:
        return "checkbox" if self.item.is_repeating else "radio"

    @property
    def choices(self) -> list[Choice]:
        if self.item.type == ItemType.BOOLEAN:
            return [
                Choice(value, label, f"{self.id}-{value}", truth in self.given.values)
                for value, label, truth in (("true", "Yes", True), ("false", "No", False))
            ]
        return [
            Choice(
                option.code,
                option.display,
                f"{self.id}-{option.code}",
                self.given.has_code(option.code),
            )
            for option in self.item.options
        ]

    @property
    def other(self) -> Choice:
        return Choice(OTHER, OTHER_WORDS, f"{self.id}-other", bool(self._own_words))

    @property
    def other_text(self) -> str:
        return "" if self._own_words == OTHER_WORDS else self._own_words

    @property
    def _own_words(self) -> str:
        return next((value for value in self.given.values if isinstance(value, str)), "")

    @property
    def text(self) -> str:
        """What stands in the box, also when it could not be kept."""
        value = next(iter(self.given.values), "")
        if isinstance(value, Coded):
            return ""
        return value.isoformat() if isinstance(value, date) else str(value)

    @property
    def input_type(self) -> str:
        if self.item.type == ItemType.DATE:
            # A browser's date control would throw away what is no date.
            is_date = not self.given.values or isinstance(self.given.values[0], date)
            return "date" if is_date else "text"
        return INPUT_TYPES.get(self.item.autocomplete, "text")


def build_questions(
    items: Sequence[Item],
    *,
    stored: Mapping[str, StoredAnswer],
    shown: frozenset[str],
    typed: Mapping[str, Answer] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> list[Question]:
    """`typed` is what a refused form held: it stays on the page, saved or not."""
    return [
        _build(item, stored.get(item.link_id), shown, typed or {}, errors or {}) for item in items
    ]


def _build(
    item: Item,
    row: StoredAnswer | None,
    shown: frozenset[str],
    typed: Mapping[str, Answer],
    errors: Mapping[str, Sequence[str]],
) -> Question:
    given = row.given(item) if row else BLANK
    return Question(
        item=item,
        given=typed.get(item.link_id, given),
        revision=row.revision if row else 0,
        is_shown=item.link_id in shown,
        errors=tuple(errors.get(item.link_id, ())),
        versions=_versions(item, row) if row and row.rivals else (),
    )


def _versions(item: Item, row: StoredAnswer) -> tuple[Version, ...]:
    rivals = [answer_from_json(item, rival) for rival in row.rivals]
    others = [
        Version(str(number), "Use this one", words(item, rival) or ("Left blank",))
        for number, rival in enumerate(rivals)
    ]
    current = Version("current", "Use this one", words(item, row.given(item)) or ("Left blank",))
    return (current, *others)
