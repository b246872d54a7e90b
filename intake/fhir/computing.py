"""What FHIRPath makes of the answers: calculated values, what is turned off, what to begin with.

Names: https://build.fhir.org/ig/HL7/sdc/expressions.html. An expression looks at the response as a
whole; `%context` is the item that it stands on. One that fails changes nothing: no value is
calculated, and the question stays.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.fhir.answers import Answer, Answers, Given
from intake.fhir.computed_values import to_values
from intake.fhir.export import response_items
from intake.fhir.fhirpath import BadExpression, evaluate, lying_at, plain
from intake.fhir.fhirpath_functions import ORDINAL
from intake.fhir.places import Place, places_of
from intake.fhir.questionnaire import Item, Questionnaire, Variable

ROUNDS = 5  # a value may turn on a question that a value depends on
Raw = dict[str, Any]


@dataclass(frozen=True)
class Computed:
    """By the keys of answers."""

    values: Mapping[str, Answer] = field(default_factory=dict)
    off: frozenset[str] = frozenset()


NOTHING = Computed()


@dataclass(frozen=True)
class Surroundings:
    """What expressions may look at beside the answers; `resource` is the questionnaire's JSON."""

    now: datetime  # on the practice's clock
    patient: Raw = field(default_factory=dict)
    resource: Callable[[], Raw] = dict


def compute(
    questionnaire: Questionnaire,
    answers: Answers,
    around: Surroundings,
    before: Computed = NOTHING,
) -> Computed:
    """Values and switches that agree with each other, or those of the last round.

    `before` is what held until now; from there it is not far.
    """
    if not questionnaire.with_expressions:
        return NOTHING
    computed = before
    for _ in range(ROUNDS):
        given = Given({**answers, **computed.values}, computed.off)
        last, computed = computed, _Round(questionnaire, given, around).computed()
        if computed == last:
            break
    return computed


def initial_values(questionnaire: Questionnaire, around: Surroundings) -> dict[str, Answer]:
    """What stands there before the first answer, by key: fixed, or worked out from the patient."""
    return _Round(questionnaire, {}, around).initial()


class _Round:
    def __init__(
        self, questionnaire: Questionnaire, answers: Answers, around: Surroundings
    ) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self.around = around
        self.noted: dict[str, Raw] = {}
        items = response_items(questionnaire, answers, self.noted)
        self.response: Raw = {"resourceType": "QuestionnaireResponse", "status": "in-progress"}
        if items:
            self.response["item"] = items
        _tell_points(self.noted.values(), questionnaire)

    def computed(self) -> Computed:
        values: dict[str, Answer] = {}
        off: set[str] = set()
        for place, names in self._places():
            if place.item.calculated_expression:
                found = self._values(place, place.item.calculated_expression, names)
                values |= {place.key: Answer(found)} if found else {}
            if place.item.enable_expression and self._is_off(place, names):
                off.add(place.key)
        return Computed(values, frozenset(off))

    def initial(self) -> dict[str, Answer]:
        values: dict[str, Answer] = {}
        for place, names in self._places(all_places=True):
            found = place.item.initial
            if place.item.initial_expression:
                found = self._values(place, place.item.initial_expression, names) or found
            if found and place.item.is_question:
                values[place.key] = Answer(found)
        return values

    def _places(self, *, all_places: bool = False) -> Iterator[tuple[Place, Raw]]:
        """Each place with the names that its expressions may use."""
        names: Raw = {"resource": self.response, "patient": self.around.patient or []}
        names |= self._named(self.questionnaire.variables, names, self.response)
        top = places_of(self.questionnaire.items, self.answers)
        yield from self._below(top, names, all_places)

    def _below(
        self, places: Iterable[Place], names: Raw, all_places: bool
    ) -> Iterator[tuple[Place, Raw]]:
        for place in places:
            if all_places or place.item.link_id in self.questionnaire.with_expressions:
                known = self._named(place.item.variables, names, self._context(place))
                yield place, known
                yield from self._below(place.below, known, all_places)

    def _named(self, variables: Iterable[Variable], names: Raw, context: Any) -> Raw:
        known = dict(names)
        for variable in variables:
            known[variable.name] = self._evaluate(variable.expression, known, context, None) or []
        return known

    def _context(self, place: Place) -> Any:
        written = self.noted.get(place.name, {"linkId": place.item.link_id})
        return lying_at("QuestionnaireResponse.item", written)

    def _values(self, place: Place, expression: str, names: Raw) -> tuple[Any, ...]:
        found = self._evaluate(expression, names, self._context(place), place.item)
        return to_values(place.item, plain(found or []))

    def _is_off(self, place: Place, names: Raw) -> bool:
        """Anything but true; what can't be evaluated leaves the question where it is."""
        expression = place.item.enable_expression
        found = self._evaluate(expression, names, self._context(place), place.item)
        return found is not None and plain(found) != [True]

    def _evaluate(
        self, expression: str, names: Raw, context: Any, item: Item | None
    ) -> list[Any] | None:
        """None when it can't be evaluated."""
        variables = {**names, **self._from_file(expression, item), "context": context}
        try:
            return evaluate(
                expression, focus=self.response, variables=variables, now=self.around.now
            )
        except BadExpression:
            return None

    def _from_file(self, expression: str, item: Item | None) -> Raw:
        """The questionnaire's JSON, read only for an expression that speaks of it."""
        found: Raw = {}
        if "%questionnaire" in expression:
            found["questionnaire"] = self.around.resource()
        if "%qitem" in expression and item:
            raw = _find_raw(self.around.resource().get("item", []), item.link_id)
            found["qitem"] = lying_at("Questionnaire.item", raw)
        return found


def _find_raw(items: list[Raw], link_id: str) -> Raw:
    for raw in items:
        if raw.get("linkId") == link_id:
            return raw
        if found := _find_raw(raw.get("item", []), link_id):
            return found
    return {}


def _tell_points(written: Iterable[Raw], questionnaire: Questionnaire) -> None:
    """Chosen codings carry their ordinal value, so that expressions can add them up."""
    for item in written:
        asked = questionnaire.by_link_id[item["linkId"]]
        for answer in item.get("answer", ()):
            option = _option_of(asked, answer)
            if option is not None and "valueCoding" in answer:
                coding = deepcopy(answer["valueCoding"])
                points = {"url": ORDINAL, "valueDecimal": float(option)}
                others = [e for e in coding.get("extension", []) if e.get("url") != ORDINAL]
                answer["valueCoding"] = coding | {"extension": [*others, points]}


def _option_of(item: Item, answer: Raw) -> Any:
    """The points of the option that this answer chose."""
    coding = answer.get("valueCoding", {})
    for option in item.options:
        told = option.raw.get("valueCoding") or {"system": option.system, "code": option.code}
        if (told.get("code"), told.get("system") or "") == (
            coding.get("code"),
            coding.get("system") or "",
        ):
            return option.ordinal
    return None
