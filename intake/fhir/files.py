"""A file that somebody hands in, as the questionnaire in it; plain reasons for anything else."""

import json
import math
from typing import Any

from intake.fhir.elements import Raw, as_element, as_elements, as_text
from intake.fhir.findings import unreadable
from intake.fhir.from_xml import read_xml

MOST_BYTES = 10_000_000
DEEPEST = 250  # levels of JSON
_TERMINOLOGY = ("ValueSet", "CodeSystem")


def read_file(content: bytes) -> dict[str, Any]:
    """The Questionnaire resource. Raises UnreadableQuestionnaire, and nothing else."""
    if len(content) > MOST_BYTES:
        raise unreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    text = _decode(content).strip()
    if not text:
        raise unreadable("The file is empty.")
    resource = _questionnaire_in(read_xml(content) if text.startswith("<") else _parse(text))
    _check_storable(resource)
    return resource


def _decode(content: bytes) -> str:
    marked = (encoding for mark, encoding in _MARKS if content.startswith(mark))
    try:
        return content.decode(next(marked, None) or _without_mark(content))
    except UnicodeDecodeError as error:
        raise unreadable("The file is no text in UTF-8. Please save it as UTF-8.") from error


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def _without_mark(content: bytes) -> str:
    """JSON starts with ASCII characters: where the zero bytes are tells the encoding."""
    start = content[:2]
    if len(start) == 2 and start[0] == 0:
        return "utf-16-be"
    if len(start) == 2 and start[1] == 0:
        return "utf-16-le"
    return "utf-8"


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise unreadable(f"The file is not valid JSON: {_where(error)}") from error


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno})."
    return f"{str(error)[:200]}."


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def _questionnaire_in(resource: Any) -> dict[str, Any]:
    """The resource itself, or the only questionnaire of a Bundle with the value sets beside it."""
    if not isinstance(resource, dict):
        raise unreadable("The file holds no FHIR resource: it should be one object or element.")
    kind = as_text(resource.get("resourceType"))
    if kind == "Questionnaire":
        return resource
    if kind != "Bundle":
        named = f"a FHIR {kind[:60]}" if kind else "no FHIR resource"
        raise unreadable(f"This is {named}, not a FHIR Questionnaire.")
    inside = [_entry_resource(entry) for entry in as_elements(resource.get("entry"))]
    found = [dict(one) for one in inside if one.get("resourceType") == "Questionnaire"]
    if len(found) != 1:
        raise unreadable(f"This Bundle holds {len(found)} questionnaires. It should hold one.")
    terminology = [dict(one) for one in inside if one.get("resourceType") in _TERMINOLOGY]
    if terminology:
        own = found[0].get("contained")
        found[0]["contained"] = [*(own if isinstance(own, list) else []), *terminology]
    return found[0]


def _entry_resource(entry: Raw) -> Raw:
    """A resource without an address of its own goes by that of its entry."""
    resource = as_element(entry.get("resource"))
    return {"url": entry.get("fullUrl"), **resource} if resource else resource


def _check_storable(resource: dict[str, Any]) -> None:
    """Neither database takes half characters or zero characters."""
    if _depth(resource) > DEEPEST:
        raise _too_deep()
    written = json.dumps(resource, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError as error:
        raise unreadable("The file holds halves of characters, which can't be kept.") from error
    if "\\u0000" in written:
        raise unreadable("The file holds zero characters, which can't be kept.")


def _depth(resource: Any) -> int:
    level, depth = [resource], 0
    while level and depth <= DEEPEST:
        depth += 1
        level = [
            below
            for one in level
            for below in (one.values() if isinstance(one, dict) else one)
            if isinstance(below, dict | list)
        ]
    return depth


def _too_deep() -> Exception:
    return unreadable("The file nests its contents too deeply.")
