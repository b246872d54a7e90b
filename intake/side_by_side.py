"""How the therapist works and how the client would like to: questions to talk over, never a sum.

Nothing here is counted or ordered by how far the two are apart: a difference is a beginning of a
conversation, and what is the same is said in words as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from booking.models import WayOfWorking
from booking.ways.dimensions import NO_PREFERENCE, STEPS, UNSURE, Dimension
from booking.ways.words import DIMENSIONS
from intake.conversation import ASKED, Topic
from intake.fhir.answers import BLANK, Answer, Answers
from intake.fhir.questionnaire import Coded, Questionnaire
from intake.fhir.transcript import Told, transcript
from intake.fhir.wording import words

PREFERENCES = "how-you-like-to-work"
OWN_WORDS = ("together-words", "two-of-us-words")
IN_PERSON = "They would rather say this in person."
IS_OPEN = "They don’t know yet. Say how you do it, and ask again when you have met a few times."
IS_FREE = (
    "They have no preference. Say how you do it, and how they can tell you if it does not suit."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One dimension: her words, theirs, and what to talk about; each may be empty."""

    title: str
    hers: str
    sentence: str
    theirs: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that they wrote, with a question that it gives rise to."""

    asked: str
    told: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """The whole page."""

    pairs: tuple[Pair, ...]
    own_words: tuple[Heard, ...]
    chapters: tuple[Chapter, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing was told yet."""
        has_heard = any(chapter.heard for chapter in self.chapters)
        return not (has_heard or self.own_words or any(pair.theirs for pair in self.pairs))


Parts = Mapping[str, tuple[Questionnaire, Answers]]
"""The parts of one intake by their slug."""


def both(way: WayOfWorking | None, parts: Parts) -> Both:
    return Both(
        pairs=tuple(_pair(dimension, way, parts.get(PREFERENCES)) for dimension in DIMENSIONS),
        own_words=tuple(_own_words(parts)),
        chapters=tuple(_chapters(parts)),
    )


def _pair(
    dimension: Dimension, way: WayOfWorking | None, part: tuple[Questionnaire, Answers] | None
) -> Pair:
    step = way.places.get(dimension.code, "") if way else ""
    answer, theirs = _answered(dimension, part)
    return Pair(
        title=dimension.title,
        hers=dimension.says(step) if step else "",
        sentence=way.sentences.get(dimension.code, "") if way else "",
        theirs=theirs,
        question=_question(dimension, step, answer),
    )


def _answered(
    dimension: Dimension, part: tuple[Questionnaire, Answers] | None
) -> tuple[Answer, tuple[str, ...]]:
    """In the words of the version that they answered."""
    if part is None:
        return BLANK, ()
    questionnaire, answers = part
    item, answer = questionnaire.item(dimension.code), answers.get(dimension.code, BLANK)
    return answer, words(item, answer) if item else ()


def _question(dimension: Dimension, hers: str, answer: Answer) -> str:
    if answer.in_person:
        return IN_PERSON
    theirs = next((value.code for value in answer.values if isinstance(value, Coded)), "")
    if theirs == UNSURE:
        return IS_OPEN
    if theirs == NO_PREFERENCE:
        return IS_FREE
    if not hers or theirs not in STEPS:
        return ""
    return dimension.question_between(hers, theirs)


def _own_words(parts: Parts) -> Iterator[Heard]:
    for told in _told(parts, PREFERENCES):
        if told.link_id in OWN_WORDS and not told.is_blank:
            yield Heard(told.question, told.words, "")


def _chapters(parts: Parts) -> Iterator[Chapter]:
    for title, topics in ASKED:
        heard = tuple(_heard(parts, topics))
        if heard:
            yield Chapter(title, heard)


def _heard(parts: Parts, topics: Iterable[Topic]) -> Iterator[Heard]:
    for topic in topics:
        for told in _told(parts, topic.slug):
            if told.link_id == topic.link_id and not told.is_blank:
                yield Heard(told.full_question, told.words, topic.question)


def _told(parts: Parts, slug: str) -> Iterator[Told]:
    """What was asked and answered in one part, in its order."""
    if slug not in parts:
        return
    for section in transcript(*parts[slug]):
        yield from section.told
