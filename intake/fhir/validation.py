"""Is it valid FHIR R4? `fhir.resources` says; what does no harm to a page is let through.

Its models are those of R4B, where a Questionnaire is as in R4. Public files often have small
defects beside the questions (an address with spaces, a date without its zone, an empty list):
these are warnings. A defect in what a question is made of is a reason to refuse it.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from intake.fhir.elements import Raw, as_element, as_list, as_text
from intake.fhir.findings import Findings

# Read by ourselves, or of no use to a page: not for the validator to stop at.
_BESIDE = frozenset({"meta", "text", "contained", "implicitRules"})
_HARMLESS = frozenset({"extension", "initial", "code", "definition", "id", "fhir_comments"})


@dataclass(frozen=True)
class _Defect:
    path: tuple[str | int, ...]
    kind: str
    message: str


def validate(resource: dict[str, Any], findings: Findings) -> None:
    """Adds to the findings; never raises."""
    copy = _pruned({key: value for key, value in resource.items() if key not in _BESIDE})
    if not isinstance(copy, dict):
        return
    for defect in _defects(copy):
        _tell(defect, copy, findings)


def _defects(resource: dict[str, Any]) -> list[_Defect]:
    from fhir.resources.R4B.questionnaire import Questionnaire

    try:
        Questionnaire.model_validate(resource)
    except ValidationError as error:
        return [
            _Defect(tuple(one["loc"]), one["type"], one["msg"].removeprefix("Value error, "))
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    except Exception as error:
        return [_Defect((), "unknown", f"{type(error).__name__}")]
    return []


def _tell(defect: _Defect, resource: dict[str, Any], findings: Findings) -> None:
    link_id, words, inside = _item_at(defect.path, resource)
    place = ".".join(str(part) for part in inside) or "the file"
    reason = f"“{place}” is not valid FHIR R4: {_sentence(defect)}"
    if link_id and _matters(defect, inside):
        findings.refuse(link_id, reason, words)
    else:
        findings.warn(link_id, reason, words)


def _matters(defect: _Defect, inside: tuple[str | int, ...]) -> bool:
    keys = [part for part in inside if isinstance(part, str)]
    if any(key in _HARMLESS or key.startswith("_") for key in keys):
        return False
    return defect.kind not in ("extra_forbidden", "unknown")


def _sentence(defect: _Defect) -> str:
    if defect.kind == "extra_forbidden":
        return "FHIR R4 knows no such element."
    return f"{defect.message.rstrip('.')[:200]}."


def _item_at(
    path: tuple[str | int, ...], resource: dict[str, Any]
) -> tuple[str, str, tuple[str | int, ...]]:
    """The link id and words of the innermost item on the path, and the path inside it."""
    here: Raw = resource
    link_id, words, inside = "", "", path
    for position in range(0, len(path) - 1, 2):
        number = path[position + 1]
        items = as_list(here.get("item"))
        if path[position] != "item" or not isinstance(number, int) or number >= len(items):
            break
        here = as_element(items[number])
        link_id, words = as_text(here.get("linkId")), as_text(here.get("text"))
        inside = path[position + 2 :]
    return link_id, words, inside


def _pruned(value: Any) -> Any:
    """Without what stands there empty: tools write it, FHIR forbids it, nobody is hurt by it."""
    if isinstance(value, dict):
        pairs = ((key, _pruned(below)) for key, below in value.items())
        return {key: below for key, below in pairs if not _is_empty(below)}
    if isinstance(value, list):
        return [_pruned(below) for below in value]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())
