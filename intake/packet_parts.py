"""What stands in a packet, ready to be printed: no queries, no templates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from intake.fhir.answers import BLANK, Answers
from intake.fhir.questionnaire import Coded, Item, Questionnaire
from intake.fhir.transcript import Told, ToldSection, transcript
from intake.fhir.wording import words
from intake.instruments.result import Result
from intake.instruments.scoring import score_questionnaire, scored_items
from intake.instruments.words import findings, headline

SHORT = 60  # characters: shorter questions with shorter answers share a table
BLANK_WORDS = "Not answered"


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    is_blank: bool = False


@dataclass(frozen=True)
class Block:
    """A heading, a table of short answers, or one question with its answers."""

    heading: str = ""
    question: str = ""
    answers: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Group:
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Part:
    """One chapter of the booklet; `template` prints its body."""

    template: str
    title: str
    anchor: str
    subtitle: str = ""


@dataclass(frozen=True)
class AnswersPart(Part):
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class ScoredItem:
    question: str
    answer: str
    points: str


@dataclass(frozen=True)
class InstrumentPart(Part):
    stem: str = ""
    items: tuple[ScoredItem, ...] = ()
    total_label: str = ""
    total: str = ""
    extras: tuple[Fact, ...] = ()
    clinical: tuple[Fact, ...] = ()
    """For the therapist's copy only: bands, flags and what they rest on."""
    credit: str = ""


@dataclass(frozen=True)
class Measure:
    """One line of the therapist's first page."""

    name: str
    total: str
    meaning: str
    is_urgent: bool = False


@dataclass(frozen=True)
class GlancePart(Part):
    measures: tuple[Measure, ...] = ()
    alerts: tuple[str, ...] = ()
    notes: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class PrintedSignature:
    typed_name: str
    intent: str
    image: str
    evidence: tuple[Fact, ...]


@dataclass(frozen=True)
class ConsentPart(Part):
    text: SafeString = field(default_factory=SafeString)
    signature: PrintedSignature | None = None
    paper_note: str = ""


def answers_part(
    questionnaire: Questionnaire, answers: Answers, *, anchor: str, subtitle: str
) -> AnswersPart:
    sections = transcript(questionnaire, answers)
    return AnswersPart(
        template="pdf/parts/answers.html",
        title=questionnaire.title,
        anchor=anchor,
        subtitle=subtitle,
        groups=tuple(_group(section, len(sections) > 1) for section in sections),
    )


def _group(section: ToldSection, has_heading: bool) -> Group:
    blocks = (
        block
        for group in section.groups
        for block in (*_headed(group.heading), *_blocks(group.told))
    )
    return Group(section.title if has_heading else "", tuple(blocks))


def _headed(heading: str) -> tuple[Block, ...]:
    return (Block(heading=heading),) if heading else ()


def _blocks(told: Iterable[Told]) -> Iterator[Block]:
    """Neighbours that are short or blank share a table, in the order in which they were asked."""
    facts: list[Fact] = []
    for one in told:
        if _is_short(one):
            facts.append(_fact(one))
            continue
        if facts:
            yield Block(facts=tuple(facts))
            facts = []
        yield Block(question=one.question, answers=(*one.words, *_fingerprints(one)))
    if facts:
        yield Block(facts=tuple(facts))


def _fingerprints(told: Told) -> Iterator[str]:
    """Of the files that were handed in, which are not in the packet themselves."""
    for file in told.files:
        yield f"{file.name}, SHA-256: {grouped(file.sha256)}"


def grouped(sha256: str) -> str:
    """Hex digits in eights, so that a person can compare them and a line can break."""
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))


def _fact(told: Told) -> Fact:
    words = told.words[0] if told.words else BLANK_WORDS
    return Fact(told.question, words, is_blank=not told.words)


def _is_short(told: Told) -> bool:
    return not told.words or (
        not told.is_long
        and not told.files
        and len(told.question) <= SHORT
        and len(told.words) <= 1
        and all(len(words) <= SHORT for words in told.words)
    )


def instrument_part(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    anchor: str,
    subtitle: str,
    for_clinician: bool,
    cut_off: int | None = None,
) -> InstrumentPart:
    """Everyone reads the items, points and the sum; only a clinician reads what it may mean.

    `cut_off` is the practice's own, here and below.
    """
    scored = scored_items(questionnaire)
    result = score_questionnaire(questionnaire, answers, cut_off=cut_off)
    return InstrumentPart(
        template="pdf/parts/instrument.html",
        title=questionnaire.title,
        anchor=anchor,
        subtitle=subtitle,
        stem=_stem(questionnaire),
        items=tuple(_scored(item, answers) for item in scored),
        total_label=_total_label(result),
        total=str(result.total) if result.is_complete else "–",
        extras=tuple(_extras(questionnaire, answers, scored)),
        clinical=tuple(clinical_facts(result)) if for_clinician else (),
        credit=questionnaire.copyright,
    )


def _stem(questionnaire: Questionnaire) -> str:
    texts = [item.text for item in questionnaire.by_link_id.values() if item.link_id == "stem"]
    return texts[0] if texts else ""


def _scored(item: Item, answers: Answers) -> ScoredItem:
    answer = answers.get(item.link_id, BLANK)
    said = ", ".join(words(item, answer)) or BLANK_WORDS
    option = next((item.option(v.code) for v in answer.values if isinstance(v, Coded)), None)
    points = "–" if option is None or option.ordinal is None else str(option.ordinal)
    return ScoredItem(item.text, said, points)


def _total_label(result: Result) -> str:
    """Empty for an instrument that has no sum."""
    if not result.has_sum:
        return ""
    if result.is_complete:
        return f"Sum, from {result.lowest} to {result.highest}"
    return f"Incomplete: {result.missing} not answered, so there is no sum"


def _extras(questionnaire: Questionnaire, answers: Answers, scored: list[Item]) -> Iterator[Fact]:
    """What is asked beside the scored items."""
    counted = {item.link_id for item in scored}
    for section in transcript(questionnaire, answers):
        for told in section.told:
            if told.link_id not in counted:
                yield Fact(told.question, ", ".join(told.words) or BLANK_WORDS)


def clinical_facts(result: Result) -> Iterator[Fact]:
    """Bands, cut-offs and flags, in the words of the published rules."""
    return (Fact(finding.label, finding.value) for finding in findings(result))


def measure(
    questionnaire: Questionnaire, answers: Answers, *, cut_off: int | None = None
) -> Measure:
    """An instrument in one line, for the therapist."""
    result = score_questionnaire(questionnaire, answers, cut_off=cut_off)
    met = [finding.label for finding in findings(result) if finding.is_met]
    return Measure(
        name=questionnaire.instrument,
        total=headline(result),
        meaning="; ".join([*([result.band] if result.band else []), *met]) or "–",
        is_urgent=bool(result.safety),
    )
