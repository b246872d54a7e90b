"""What was asked and what was said, in the client's words: for reading, checking and print."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.fhir.answers import BLANK, Answers, words
from intake.fhir.enabling import shown_link_ids
from intake.fhir.questionnaire import Item, ItemType, Questionnaire, Section


@dataclass(frozen=True)
class Told:
    """One question that was asked. `words` is empty when it was left blank."""

    link_id: str
    prefix: str
    question: str
    words: tuple[str, ...]
    in_person: bool
    is_blank: bool
    is_required: bool
    is_long: bool
    is_more_in_person: bool  # something was written, and more is kept for the session


@dataclass(frozen=True)
class ToldSection:
    slug: str
    title: str
    told: tuple[Told, ...]

    @property
    def answered(self) -> tuple[Told, ...]:
        return tuple(entry for entry in self.told if not entry.is_blank)

    @property
    def left_blank(self) -> tuple[Told, ...]:
        return tuple(entry for entry in self.told if entry.is_blank)


def transcript(questionnaire: Questionnaire, answers: Answers) -> tuple[ToldSection, ...]:
    """Only what is asked given the answers; sections with nothing to ask are left out."""
    shown = shown_link_ids(questionnaire, answers)
    sections = (
        ToldSection(section.slug, section.title, tuple(_told(section, answers, shown)))
        for section in questionnaire.sections
    )
    return tuple(section for section in sections if section.told)


def _told(section: Section, answers: Answers, shown: frozenset[str]) -> Iterator[Told]:
    for item in section.questions():
        if item.link_id in shown:
            yield _tell(item, answers)


def _tell(item: Item, answers: Answers) -> Told:
    answer = answers.get(item.link_id, BLANK)
    return Told(
        link_id=item.link_id,
        prefix=item.prefix,
        question=item.text,
        words=words(item, answer),
        in_person=answer.in_person,
        is_blank=answer.is_blank,
        is_required=item.is_required,
        is_long=item.type == ItemType.TEXT,
        is_more_in_person=answer.in_person and bool(answer.values),
    )
