"""The score of an instrument as a FHIR Observation. https://hl7.org/fhir/R4/observation.html

LOINC names the total and the items where a code is known; what has none goes in words. A form
with a blank has no total here either, and says why. What a score may mean is for a clinician:
only an export `with_reading` says it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from intake.export.shapes import TERMS, Resource, absent, concept, instant, known, reference
from intake.fhir.answers import BLANK, Answers
from intake.fhir.enabling import shown_keys
from intake.fhir.export import value_to_fhir
from intake.fhir.questionnaire import Coded, Item, Questionnaire
from intake.fhir.wording import words
from intake.instruments.catalogue import Instrument, get_instrument
from intake.instruments.loinc import SYSTEM as LOINC
from intake.instruments.result import Result
from intake.instruments.scoring import score_questionnaire, scored_items
from intake.instruments.words import SCALES, findings
from intake.models import QuestionnaireResponse, ResponseStatus

UCUM = "http://unitsofmeasure.org"
STATUS = {
    ResponseStatus.IN_PROGRESS: "preliminary",
    ResponseStatus.COMPLETED: "final",
    ResponseStatus.AMENDED: "amended",
    ResponseStatus.STOPPED: "cancelled",
}
NO_MEANING = ("Sum", "Items", "Cluster ", "Scale ")
"""Findings that are numbers, not readings."""


@dataclass(frozen=True)
class Scored:
    """An instrument that was answered, and what came of it."""

    questionnaire: Questionnaire
    answers: Answers
    result: Result

    @property
    def instrument(self) -> Instrument:
        return get_instrument(self.questionnaire.instrument)


def observation_id(response_id: UUID) -> UUID:
    """The same for the same response, however often it is exported."""
    return uuid5(response_id, "score")


def score(
    one: QuestionnaireResponse,
    *,
    patient: Resource,
    derived_from: Resource,
    with_reading: bool,
    cut_off: int | None = None,
) -> Resource:
    """Of a response to an instrument. `cut_off` is the practice's own."""
    parsed, answers = one.questionnaire.parsed, one.given()
    result = score_questionnaire(parsed, answers, cut_off=cut_off)
    return observation(
        Scored(parsed, answers, result),
        identifier=observation_id(one.public_id),
        status=STATUS[ResponseStatus(one.status)],
        answered_at=one.submitted_at or one.updated_at,
        patient=patient,
        derived_from=derived_from,
        with_reading=with_reading,
    )


def observation(
    scored: Scored,
    *,
    identifier: UUID,
    status: str,
    answered_at: datetime,
    patient: Resource,
    derived_from: Resource,
    with_reading: bool,
) -> Resource:
    """`answered_at` must be aware."""
    instrument, result = scored.instrument, scored.result
    title = f"{instrument.name}: {instrument.full_name}"
    return known(
        {
            "resourceType": "Observation",
            "id": str(identifier),
            "status": status,
            "category": [concept("Survey", system=f"{TERMS}observation-category", code="survey")],
            "code": concept(title, system=LOINC, code=instrument.loinc.score),
            "subject": reference(patient),
            "effectiveDateTime": instant(answered_at),
            "performer": [reference(patient)],
            **_value(instrument, result),
            "interpretation": list(_readings(result)) if with_reading else [],
            "derivedFrom": [reference(derived_from)],
            "component": [*_items(scored), *_subscales(instrument, result)],
        }
    )


def _value(instrument: Instrument, result: Result) -> dict[str, Any]:
    """One number where the instrument has one; several stand in the components."""
    if not result.is_complete:
        blank = result.missing
        reason = f"{blank} item{'' if blank == 1 else 's'} not answered, so there is no score"
        return {"dataAbsentReason": absent("unknown", reason)}
    if result.has_sum:
        return _quantity(result.total)
    if len(instrument.tracks) == 1:
        return _quantity(instrument.tracks[0].value_in(result.to_json()))
    return {}


def _quantity(points: float | None) -> dict[str, Any]:
    if points is None:
        return {}
    unit = {"unit": "score", "system": UCUM, "code": "{score}"}
    return {"valueQuantity": {"value": points, **unit}}


def _readings(result: Result) -> Iterator[dict[str, Any]]:
    for finding in findings(result):
        if not finding.label.startswith(NO_MEANING):
            yield {"text": f"{finding.label}: {finding.value}"}


def _items(scored: Scored) -> Iterator[dict[str, Any]]:
    """The answers themselves, where LOINC has a code for the question."""
    shown = shown_keys(scored.questionnaire, scored.answers)
    items = scored_items(scored.questionnaire)
    for item, code in zip(items, scored.instrument.loinc.items, strict=False):
        yield {
            "code": concept(item.text, system=LOINC, code=code),
            **_answer(item, scored.answers, is_shown=item.link_id in shown),
        }


def _answer(item: Item, answers: Answers, *, is_shown: bool) -> dict[str, Any]:
    answer = answers.get(item.link_id, BLANK)
    chosen = next((value for value in answer.values if isinstance(value, Coded)), None)
    if not is_shown:
        return {"dataAbsentReason": absent("not-asked", "Not asked")}
    if answer.in_person:
        reason = absent("asked-declined", "Would rather say it in person")
        return {"dataAbsentReason": reason}
    if chosen is None:
        return {"dataAbsentReason": absent("unknown", "Left blank")}
    coding = value_to_fhir(item, chosen).get("valueCoding")
    codings = {"coding": [coding]} if coding else {}
    return {"valueCodeableConcept": {**codings, "text": ", ".join(words(item, answer))}}


def _subscales(instrument: Instrument, result: Result) -> Iterator[dict[str, Any]]:
    """Sums of parts, in words: LOINC codes of them were not seen."""
    if not result.is_complete:
        return
    for name, points in result.clusters.items():
        yield _subscale(f"Cluster {name}", points)
    for name, points in result.values.get(SCALES, {}).items():
        yield _subscale(f"Scale {name}", points)
    if result.has_sum or len(instrument.tracks) > 1:
        for track in instrument.tracks:
            if track.name in result.values:
                yield _subscale(track.label, result.values[track.name])


def _subscale(label: str, points: float) -> dict[str, Any]:
    return {"code": concept(label), **_quantity(points)}
