"""What kinds of questions there are, by the names that a therapist would use."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from intake.fhir import extensions
from intake.fhir.questionnaire import Item, ItemType

LONG_LIMIT = 4_000  # characters of a long answer, unless the file says otherwise
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"


class Kind(StrEnum):
    SECTION = "section"
    SHORT = "short"
    LONG = "long"
    YES_NO = "yes-no"
    ONE = "one"
    SEVERAL = "several"
    NUMBER = "number"
    SCALE = "scale"
    DATE = "date"
    TIME = "time"
    UPLOAD = "upload"
    WORDS = "words"
    GROUP = "group"
    LOOP = "loop"


NAMES = {
    Kind.SECTION: "Section",
    Kind.SHORT: "Short text",
    Kind.LONG: "Long text",
    Kind.YES_NO: "Yes or no",
    Kind.ONE: "One of several answers",
    Kind.SEVERAL: "Several answers",
    Kind.NUMBER: "Number",
    Kind.SCALE: "Scale",
    Kind.DATE: "Date",
    Kind.TIME: "Time of day",
    Kind.UPLOAD: "Upload of a file",
    Kind.WORDS: "Just a text to read",
    Kind.GROUP: "Group of questions",
    Kind.LOOP: "Group that can repeat",
}
FILE_NAMES = {
    ItemType.URL: "Web address",
    ItemType.QUANTITY: "Number with a unit",
    ItemType.DATETIME: "Day and time",
}
"""Kinds that a file may bring and that nobody adds here."""
QUESTIONS = tuple(
    kind for kind in Kind if kind not in (Kind.SECTION, Kind.WORDS, Kind.GROUP, Kind.LOOP)
)
CHOICES = frozenset({Kind.ONE, Kind.SEVERAL})
HOLDERS = frozenset({Kind.SECTION, Kind.GROUP, Kind.LOOP})
# Within each the kind of a question may change; its answers stay readable.
FAMILIES = (
    frozenset({Kind.SHORT, Kind.LONG}),
    CHOICES,
    frozenset({Kind.NUMBER, Kind.SCALE}),
    frozenset({Kind.GROUP, Kind.LOOP}),
)
_BY_TYPE = {
    ItemType.TEXT: Kind.LONG,
    ItemType.BOOLEAN: Kind.YES_NO,
    ItemType.DECIMAL: Kind.NUMBER,
    ItemType.DATE: Kind.DATE,
    ItemType.TIME: Kind.TIME,
    ItemType.ATTACHMENT: Kind.UPLOAD,
    ItemType.DISPLAY: Kind.WORDS,
}


def kind_of(item: Item) -> Kind | None:
    """None for a kind that only a file brings."""
    if item.type == ItemType.GROUP:
        return Kind.LOOP if item.is_repeating else Kind.GROUP
    if item.is_choice:
        return Kind.SEVERAL if item.is_repeating else Kind.ONE
    if item.type == ItemType.STRING:
        return Kind.LONG if item.control == "text-area" else Kind.SHORT
    if item.type == ItemType.INTEGER:
        return Kind.SCALE if item.control == "slider" else Kind.NUMBER
    return _BY_TYPE.get(item.type)


def kind_name(item: Item) -> str:
    kind = kind_of(item)
    return NAMES[kind] if kind else FILE_NAMES[item.type]


def family_of(kind: Kind | None) -> tuple[Kind, ...]:
    """What a question of this kind may become, itself among them; in the order of the names."""
    found: frozenset[Kind] = next((one for one in FAMILIES if kind in one), frozenset())
    return tuple(one for one in Kind if one in found)


def control(code: str) -> dict[str, Any]:
    concept = {"coding": [{"system": CONTROLS, "code": code}]}
    return {"url": extensions.ITEM_CONTROL, "valueCodeableConcept": concept}


def blank(kind: Kind, link_id: str, text: str) -> dict[str, Any]:
    """A new item as FHIR has it."""
    return {"linkId": link_id, "text": text, **_SHAPES[kind]()}


def _scale() -> dict[str, Any]:
    return {
        "type": "integer",
        "extension": [
            control("slider"),
            {"url": extensions.MIN_VALUE, "valueInteger": 0},
            {"url": extensions.MAX_VALUE, "valueInteger": 10},
            {"url": extensions.SLIDER_STEP, "valueInteger": 1},
        ],
    }


_SHAPES: dict[Kind, Callable[[], dict[str, Any]]] = {
    Kind.SECTION: lambda: {"type": "group"},
    Kind.SHORT: lambda: {"type": "string"},
    Kind.LONG: lambda: {"type": "text", "maxLength": LONG_LIMIT},
    Kind.YES_NO: lambda: {"type": "boolean"},
    Kind.ONE: lambda: {"type": "choice"},
    Kind.SEVERAL: lambda: {"type": "choice", "repeats": True},
    Kind.NUMBER: lambda: {"type": "integer"},
    Kind.SCALE: _scale,
    Kind.DATE: lambda: {"type": "date"},
    Kind.TIME: lambda: {"type": "time"},
    Kind.UPLOAD: lambda: {"type": "attachment"},
    Kind.WORDS: lambda: {"type": "display"},
    Kind.GROUP: lambda: {"type": "group"},
    Kind.LOOP: lambda: {"type": "group", "repeats": True},
}
