"""Whether a questionnaire that calls itself an instrument can be scored as that instrument."""

from intake.fhir.questionnaire import Item, Questionnaire
from intake.instruments.catalogue import Instrument, UnknownInstrument, get_instrument
from intake.instruments.lec import KINDS
from intake.instruments.scoring import scored_items


def misfit(questionnaire: Questionnaire) -> str:
    """Why not; empty when it can, and for one that is no instrument."""
    if not questionnaire.instrument:
        return ""
    try:
        instrument = get_instrument(questionnaire.instrument)
    except UnknownInstrument as unknown:
        return str(unknown)
    if instrument.name != questionnaire.instrument:
        return f"This instrument is called {instrument.name} here."
    items = scored_items(questionnaire)
    if len(items) != instrument.items:
        return f"{instrument.name} has {instrument.items} numbered items, not {len(items)}."
    if instrument.gate and instrument.gate not in questionnaire.by_link_id:
        return f"{instrument.name} begins with a question that has the linkId {instrument.gate}."
    wrong = next((item for item in items if not _has_answers_of(instrument, item)), None)
    return (
        f"The answers to item {wrong.prefix} are not those of {instrument.name}." if wrong else ""
    )


def _has_answers_of(instrument: Instrument, item: Item) -> bool:
    if not instrument.points:
        return {option.code for option in item.options} == set(KINDS)
    points = [option.ordinal for option in item.options if option.ordinal is not None]
    return sorted(points) == list(instrument.points)
