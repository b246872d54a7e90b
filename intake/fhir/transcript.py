"""What was asked and what was said, in the client's words: for reading, checking and print."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from intake.fhir.answers import BLANK, Answers
from intake.fhir.enabling import pruned, shown_keys
from intake.fhir.places import Place, places_in
from intake.fhir.questionnaire import Attached, ItemType, Questionnaire
from intake.fhir.wording import words

AFTERWARDS = "Also asked"  # heads what follows a headed group and belongs to none


@dataclass(frozen=True)
class Told:
    """One question that was asked. `words` is empty when it was left blank."""

    link_id: str
    key: str
    within: tuple[str, ...]  # the headings around it on its page, such as "Medication 2"
    prefix: str
    question: str
    words: tuple[str, ...]
    in_person: bool
    is_blank: bool
    is_required: bool
    is_long: bool
    is_more_in_person: bool  # something was written, and more is kept for the session
    files: tuple[Attached, ...] = ()  # what was handed in; `words` tells it too

    @property
    def full_question(self) -> str:
        """With the headings around it, for a list that shows none."""
        return ": ".join([*self.within, self.question])


@dataclass(frozen=True)
class ToldGroup:
    """Questions below the same headings; `heading` is empty for the first, right on the page."""

    heading: str
    told: tuple[Told, ...]

    @property
    def answered(self) -> tuple[Told, ...]:
        return tuple(entry for entry in self.told if not entry.is_blank)


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

    @property
    def groups(self) -> tuple[ToldGroup, ...]:
        """In reading order, one for each run of questions below the same headings."""
        return _grouped(self.told)

    @property
    def answered_groups(self) -> tuple[ToldGroup, ...]:
        return _grouped(self.answered)


def _grouped(told: Iterable[Told]) -> tuple[ToldGroup, ...]:
    runs = groupby(told, key=lambda entry: entry.within)
    return tuple(
        ToldGroup(" · ".join(within) or (AFTERWARDS if number else ""), tuple(entries))
        for number, (within, entries) in enumerate(runs)
    )


def transcript(questionnaire: Questionnaire, answers: Answers) -> tuple[ToldSection, ...]:
    """Only what is asked given the answers; sections with nothing to ask are left out."""
    shown = shown_keys(questionnaire, answers)
    sections = (
        ToldSection(
            section.slug,
            section.title,
            tuple(_told(pruned(places_in(section, answers), shown, seen=True), answers, ())),
        )
        for section in questionnaire.sections
    )
    return tuple(section for section in sections if section.told)


def _told(places: Iterable[Place], answers: Answers, within: tuple[str, ...]) -> Iterator[Told]:
    for place in places:
        below = within
        if place.item.is_question:
            yield _tell(place, answers, within)
        elif place.title:
            below = (*within, place.title)
        yield from _told(place.below, answers, below)


def _tell(place: Place, answers: Answers, within: tuple[str, ...]) -> Told:
    item, answer = place.item, answers.get(place.key, BLANK)
    return Told(
        link_id=item.link_id,
        key=place.key,
        within=within,
        prefix=item.prefix,
        question=item.text,
        words=words(item, answer),
        in_person=answer.in_person,
        is_blank=answer.is_blank,
        is_required=item.is_required,
        is_long=item.type == ItemType.TEXT,
        is_more_in_person=answer.in_person and bool(answer.values),
        files=tuple(value for value in answer.values if isinstance(value, Attached)),
    )
