"""The expressions of a questionnaire: FHIRPath is kept, other languages are told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from intake.fhir import extensions
from intake.fhir.elements import Raw, as_element, as_elements, as_text
from intake.fhir.extensions import extension_value, extension_values, extensions_of
from intake.fhir.questionnaire import Constraint, Variable

LONGEST = 10_000
PATIENT = "patient"  # the only thing from outside that the portal can tell
_NAME = re.compile(r"%`?([A-Za-z_][\w-]*)`?", re.ASCII)


@dataclass(frozen=True)
class Expression:
    text: str
    language: str
    name: str = ""

    @property
    def is_fhirpath(self) -> bool:
        return self.language == "text/fhirpath" and 0 < len(self.text) <= LONGEST

    def uses(self, names: Iterable[str]) -> str:
        """One of these names that it uses (`%name`), or nothing."""
        used = set(_NAME.findall(self.text))
        return next((name for name in sorted(names) if name in used), "")

    @property
    def problem(self) -> str:
        """Why it can't be evaluated, in words that follow "an expression"."""
        if len(self.text) > LONGEST:
            return "that is too long"
        return f"in a language that the portal does not speak ({self.language or 'not named'})"


def read_expression(value: Any) -> Expression | None:
    """None when there is nothing to evaluate. A bare string is FHIRPath, as in older files."""
    if isinstance(value, str):
        return Expression(as_text(value), "text/fhirpath") if as_text(value) else None
    element = as_element(value)
    text = as_text(element.get("expression"))
    if not text and not as_text(element.get("reference")):
        return None
    language = as_text(element.get("language")).partition(";")[0].strip().lower()
    language = language.replace("application/fhirpath", "text/fhirpath")
    return Expression(text, language, as_text(element.get("name")))


def expression_of(element: Raw, *urls: str) -> Expression | None:
    return read_expression(extension_value(element, *urls))


def variables_of(element: Raw) -> tuple[tuple[Variable, ...], frozenset[str]]:
    """What it names for itself and below, and the names that can't be had here."""
    known: list[Variable] = []
    unknown: set[str] = set()
    # A value that is worked out may have a name, too, for the items below to use.
    for value in extension_values(element, extensions.VARIABLE, *extensions.CALCULATED):
        expression = read_expression(value)
        if expression and expression.name and expression.is_fhirpath:
            known.append(Variable(expression.name, expression.text))
        elif expression and expression.name:
            unknown.add(expression.name)
    return tuple(known), frozenset(unknown | _absent_contexts(element))


def _absent_contexts(element: Raw) -> set[str]:
    """Launch contexts but the patient: there is no encounter, no user's record here."""
    names: set[str] = set()
    for context in extensions_of(element, extensions.LAUNCH_CONTEXT):
        value = extension_value(context, "name")
        name = as_text(value) or as_text(as_element(value).get("code"))
        if name and name != PATIENT:
            names.add(name)
    return names


def constraints_of(element: Raw) -> tuple[Constraint, ...]:
    both = (extensions.CONSTRAINT, extensions.TARGET_CONSTRAINT)
    found = (_constraint(extension) for extension in extensions_of(element, *both))
    return tuple(constraint for constraint in found if constraint)


def _constraint(extension: Raw) -> Constraint | None:
    parts = {as_text(part.get("url")): part for part in as_elements(extension.get("extension"))}
    expression = read_expression(_value(parts.get("expression")))
    message = as_text(_value(parts.get("human")))
    if expression is None or not expression.is_fhirpath or not message:
        return None
    return Constraint(
        key=as_text(_value(parts.get("key"))),
        expression=expression.text,
        message=message[:500],
        is_error=as_text(_value(parts.get("severity"))) != "warning",
    )


def _value(part: Raw | None) -> Any:
    keys = (key for key in part or {} if key.startswith("value"))
    key = next(keys, "")
    return (part or {}).get(key)
