"""Expressions tried once, on a response without answers: what can't be evaluated is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.fhir.fhirpath import BadExpression, evaluate
from intake.fhir.findings import Findings
from intake.fhir.questionnaire import Item, Questionnaire

MOST = 400  # different expressions; reading one takes some milliseconds
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_EMPTY = {"resourceType": "QuestionnaireResponse", "status": "in-progress"}


@dataclass(frozen=True)
class _Use:
    """An expression on an item, and the names that it may speak of."""

    item: Item
    expression: str
    names: frozenset[str]
    purpose: str
    is_needed: bool  # without it the item would be shown wrongly


def try_expressions(questionnaire: Questionnaire, findings: Findings) -> None:
    tried: dict[str, bool] = {}
    for use in _uses(questionnaire):
        if use.expression not in tried and len(tried) >= MOST:
            findings.refuse("", f"It has more than {MOST} different expressions.")
            return
        if use.expression not in tried:
            tried[use.expression] = _works(use)
        if not tried[use.expression]:
            reason = f"{use.purpose} by an expression that can't be evaluated here."
            tell = findings.refuse if use.is_needed and not use.item.is_hidden else findings.warn
            tell(use.item.link_id, reason, use.item.text)


def _uses(questionnaire: Questionnaire) -> Iterator[_Use]:
    names = frozenset(variable.name for variable in questionnaire.variables)
    for item in questionnaire.items:
        yield from _uses_of(item, names)


def _uses_of(item: Item, above: frozenset[str]) -> Iterator[_Use]:
    names = above | {variable.name for variable in item.variables}
    is_worked_out = bool(item.calculated_expression)
    for expression, purpose, is_needed in (
        (item.enable_expression, "It is asked", True),
        (item.calculated_expression, "It is worked out", is_worked_out and item.is_question),
        (item.initial_expression, "It is filled in at first", False),
    ):
        if expression:
            yield _Use(item, expression, names, purpose, is_needed)
    for child in item.items:
        yield from _uses_of(child, names)


def _works(use: _Use) -> bool:
    variables: dict[str, list[None]] = {name: [] for name in use.names}
    known = {"resource": _EMPTY, "patient": [], "questionnaire": [], "qitem": []}
    try:
        evaluate(use.expression, focus=_EMPTY, variables={**known, **variables}, now=_NOON)
    except BadExpression:
        return False
    return True
