"""The expressions of a questionnaire: FHIRPath is kept, other languages are told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from intake.fhir import extensions
from intake.fhir.elements import Raw, as_element, as_elements, as_text
from intake.fhir.extensions import extension_value, extension_values, extensions_of
from intake.fhir.questionnaire import Constraint, Variable

LONGEST = 10_000
# What every expression may look at. Of a launch context the portal can tell the patient only.
_GIVEN = frozenset(
    {"resource", "rootResource", "context", "questionnaire", "qitem", "patient"}
    | {"ucum", "sct", "loinc"}
)
_NAME = re.compile(r"%(?:`([^`]+)`|([A-Za-z_]\w*))", re.ASCII)


@dataclass(frozen=True)
class Expression:
    text: str
    language: str
    name: str = ""

    @property
    def is_fhirpath(self) -> bool:
        return self.language == "text/fhirpath" and 0 < len(self.text) <= LONGEST

    def spelled(self, known: Iterable[str]) -> "Expression":
        """Names with hyphens in quotes: some files have them, and FHIRPath reads a minus."""
        text = self.text
        for name in known:
            if "-" in name:
                text = text.replace(f"%{name}", f"%`{name}`")
        return replace(self, text=text)

    def unknown_name(self, known: Iterable[str]) -> str:
        """A name that it uses (`%name`) and nobody told; empty when there is none."""
        used = {quoted or plain for quoted, plain in _NAME.findall(self.text)}
        unknown = used - _GIVEN - {*known}
        return min((name for name in unknown if not name.startswith(("vs-", "ext-"))), default="")

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


def variables_of(element: Raw) -> tuple[Variable, ...]:
    """What it names for itself and below, as far as it can be evaluated here."""
    # A value that is worked out may have a name, too, for the items below to use.
    values = extension_values(element, extensions.VARIABLE, *extensions.CALCULATED)
    found = (read_expression(value) for value in values)
    return tuple(
        Variable(one.name, one.text) for one in found if one and one.name and one.is_fhirpath
    )


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
