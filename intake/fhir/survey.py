"""A first walk over the items of a file: which can be read at all, and under which name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from intake.fhir.elements import Raw, as_element, as_list, as_text
from intake.fhir.findings import Findings, unreadable
from intake.fhir.questionnaire import LINK_ID_LIMIT

MOST_ITEMS = 5_000
DEEPEST = 60
_SAFE_NAME = re.compile(r"[A-Za-z0-9]{1,40}(-[A-Za-z0-9]{1,40}){0,8}", re.ASCII)


@dataclass
class Survey:
    """The items that can be read: their JSON and names by link id."""

    raws: dict[str, Raw] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    _link_ids: dict[int, str] = field(default_factory=dict)

    def add(self, raw: Raw, link_id: str, number: int) -> None:
        self.raws[link_id] = raw
        self.names[link_id] = link_id if _SAFE_NAME.fullmatch(link_id) else f"_{number}"
        self._link_ids[id(raw)] = link_id

    def link_id_of(self, raw: Raw) -> str:
        """Empty for an item that can't be read."""
        return self._link_ids.get(id(raw), "")


def survey(resource: Raw, findings: Findings) -> Survey:
    """Raises UnreadableQuestionnaire when there is too much to show on pages."""
    found = Survey()
    for number, (raw, place) in enumerate(_walk(resource), start=1):
        if number > MOST_ITEMS:
            raise unreadable(f"It has more than {MOST_ITEMS:,} items.")
        link_id, words = (as_text(as_element(raw).get(key)) for key in ("linkId", "text"))
        if link_id in found.raws and _is_plain_text(raw):
            findings.warn(link_id, "This link id stands there twice, for a text.", words)
            link_id = f"{link_id[: LINK_ID_LIMIT - 10]}~{number}"
        reason = _problem(raw, link_id, found)
        if reason:
            findings.refuse(link_id or place, reason, words)
        else:
            found.add(raw, link_id, number)
    return found


def _is_plain_text(raw: Any) -> bool:
    """A text without items below it: no answer ever bears its link id."""
    element = as_element(raw)
    return element.get("type") == "display" and not element.get("item")


def _problem(raw: Any, link_id: str, found: Survey) -> str:
    if not isinstance(raw, dict):
        return "This is no item: it should be a JSON object."
    if not link_id:
        return "It has no link id."
    if len(link_id) > LINK_ID_LIMIT:
        return f"Its link id is longer than {LINK_ID_LIMIT} characters."
    if link_id in found.raws:
        return "This link id stands there twice."
    return ""


def _walk(resource: Raw) -> Iterator[tuple[Any, str]]:
    """Depth first, in reading order, without recursion: files may nest without end."""
    waiting = [(raw, f"item[{n}]", 1) for n, raw in enumerate(_items(resource))][::-1]
    while waiting:
        raw, place, depth = waiting.pop()
        if depth > DEEPEST:
            raise unreadable(f"Its items lie more than {DEEPEST} levels deep.")
        yield raw, place
        below = _items(as_element(raw))
        waiting += [(one, f"{place}.item[{n}]", depth + 1) for n, one in enumerate(below)][::-1]


def _items(element: Raw) -> list[Any]:
    return as_list(element.get("item"))
