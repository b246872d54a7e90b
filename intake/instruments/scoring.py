"""From the answers to a questionnaire to the result of its instrument."""

from typing import Any

from intake.fhir.answers import BLANK
from intake.fhir.answers import Answers as GivenAnswers
from intake.fhir.enabling import shown_keys
from intake.fhir.questionnaire import Coded, Item, Questionnaire
from intake.instruments.catalogue import Instrument, get_instrument
from intake.instruments.result import Result


def scored_items(questionnaire: Questionnaire) -> list[Item]:
    """The items that count: the numbered ones."""
    instrument = get_instrument(questionnaire.instrument)
    numbered = [item for item in questionnaire.questions() if item.prefix and item.options]
    return numbered[: instrument.items]


def score_questionnaire(
    questionnaire: Questionnaire, answers: GivenAnswers, *, cut_off: int | None = None
) -> Result:
    """`cut_off` is the practice's own. Raises UnknownInstrument for what is no instrument."""
    instrument = get_instrument(questionnaire.instrument)
    given = flat_answers(instrument, questionnaire, answers)
    chosen = {"cut_off": cut_off} if cut_off is not None and instrument.cut_offs else {}
    return instrument.score(given, **chosen)


def flat_answers(
    instrument: Instrument, questionnaire: Questionnaire, answers: GivenAnswers
) -> list[Any]:
    """In the order of the rule, a gate first; what is not asked any more counts as blank."""
    shown = shown_keys(questionnaire, answers)
    items = scored_items(questionnaire)
    if instrument.gate:
        items = [questionnaire.by_link_id[instrument.gate], *items]
    return [_value(item, answers) if item.link_id in shown else None for item in items]


def _value(item: Item, answers: GivenAnswers) -> Any:
    values = answers.get(item.link_id, BLANK).values
    if item.is_repeating:
        return [value.code for value in values if isinstance(value, Coded)] or None
    first = next(iter(values), None)
    if isinstance(first, bool):
        return int(first)
    option = item.option(first.code) if isinstance(first, Coded) else None
    return int(option.ordinal) if option and option.ordinal is not None else None
