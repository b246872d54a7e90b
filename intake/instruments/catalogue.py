"""The instruments that the portal scores, by name, and what a clinician calls them."""

from collections.abc import Callable
from dataclasses import dataclass

from intake.fhir.answers import Answers as GivenAnswers
from intake.fhir.questionnaire import Coded, Item, Questionnaire
from intake.instruments.gad import GAD7_ITEMS, score_gad2, score_gad7
from intake.instruments.pcl import ITEMS as PCL5_ITEMS
from intake.instruments.pcl import score_pcl5
from intake.instruments.phq import PHQ9_ITEMS, score_phq2, score_phq9
from intake.instruments.result import Answer, Answers, Result
from intake.instruments.two_weeks import PAIR_ITEMS


class UnknownInstrument(LookupError):
    """No instrument of that name is scored here."""


@dataclass(frozen=True)
class Instrument:
    name: str
    full_name: str
    items: int
    score: Callable[[Answers], Result]


INSTRUMENTS = {
    instrument.name: instrument
    for instrument in (
        Instrument("PHQ-9", "Patient Health Questionnaire, 9 items", PHQ9_ITEMS, score_phq9),
        Instrument("PHQ-2", "Patient Health Questionnaire, 2 items", PAIR_ITEMS, score_phq2),
        Instrument("GAD-7", "Generalized Anxiety Disorder scale, 7 items", GAD7_ITEMS, score_gad7),
        Instrument("GAD-2", "Generalized Anxiety Disorder scale, 2 items", PAIR_ITEMS, score_gad2),
        Instrument("PCL-5", "PTSD Checklist for DSM-5", PCL5_ITEMS, score_pcl5),
    )
}


def get_instrument(name: str) -> Instrument:
    """Raises UnknownInstrument."""
    try:
        return INSTRUMENTS[name.upper()]
    except KeyError as error:
        known = ", ".join(INSTRUMENTS)
        raise UnknownInstrument(f"{name} is not scored here. Known: {known}.") from error


def scored_items(questionnaire: Questionnaire) -> list[Item]:
    """The items that count: the numbered ones whose every option has an ordinal value."""
    instrument = get_instrument(questionnaire.instrument)
    numbered = [item for item in questionnaire.questions() if item.prefix and item.options]
    return numbered[: instrument.items]


def score_questionnaire(questionnaire: Questionnaire, answers: GivenAnswers) -> Result:
    """Raises UnknownInstrument for a questionnaire that is no instrument."""
    instrument = get_instrument(questionnaire.instrument)
    ordinals = [_ordinal(item, answers) for item in scored_items(questionnaire)]
    return instrument.score(ordinals)


def _ordinal(item: Item, answers: GivenAnswers) -> Answer:
    given = answers.get(item.link_id)
    coded = (
        next((value for value in given.values if isinstance(value, Coded)), None) if given else None
    )
    option = item.option(coded.code) if coded else None
    return int(option.ordinal) if option and option.ordinal is not None else None
