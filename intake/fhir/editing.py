"""What stands in one item, changed as a therapist says it; all that she does not name stays.

Only what differs from what the reader finds is written, so an item that is saved as it was shown
is the same to the letter.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from intake.fhir import extensions
from intake.fhir.kinds import Kind, control, kind_of
from intake.fhir.questionnaire import Item, ItemType
from intake.fhir.side_texts import HELP
from intake.fhir.tree import Json, Tree, set_extension, set_or_drop, side_texts

RENDERED = (extensions.XHTML, extensions.MARKDOWN)


@dataclass(frozen=True)
class Content:
    """What the editor can say of an item. A kind of None is one that only a file brings."""

    kind: Kind | None
    text: str
    help: str = ""
    is_required: bool = False
    may_say_in_person: bool = False
    is_heavy: bool = False  # a break is suggested behind its page
    has_other: bool = False
    is_whole: bool = True  # a number without a fraction
    lowest: Decimal | None = None
    highest: Decimal | None = None
    lower: str = ""
    upper: str = ""
    unit: str = ""
    least: int = 0
    most: int | None = None


def content_of(item: Item) -> Content:
    """As the reader finds it."""
    return Content(
        kind=kind_of(item),
        text=item.text,
        help=item.help,
        is_required=item.is_required,
        may_say_in_person=item.may_say_in_person,
        is_heavy=item.is_heavy,
        has_other=item.type == ItemType.OPEN_CHOICE,
        is_whole=item.type != ItemType.DECIMAL,
        lowest=_number(item.limits.minimum),
        highest=_number(item.limits.maximum),
        lower=item.lower,
        upper=item.upper,
        unit=item.unit_text,
        least=item.limits.min_occurs if item.is_loop else 0,
        most=item.limits.max_occurs if item.is_loop else None,
    )


def _number(value: Any) -> Decimal | None:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Decimal(value) if is_number else None


def edit(resource: Json, item: Item, wanted: Content) -> Json:
    """The questionnaire with this item so. Raises NoSuchItem."""
    tree = Tree(resource)
    raw, before = tree.raw(item.link_id), content_of(item)
    changed = {
        field.name: getattr(wanted, field.name)
        for field in fields(Content)
        if getattr(wanted, field.name) != getattr(before, field.name)
    }
    if "kind" in changed and wanted.kind in _WRITE_KIND:
        _WRITE_KIND[wanted.kind](raw)
    for name, value in changed.items():
        if name in _WRITE:
            _WRITE[name](raw, value)
    if _OF_NUMBERS & changed.keys():
        _write_bounds(raw, wanted)
    for role in ("help", "lower", "upper", "unit"):
        if role in changed:
            _write_side_text(tree, raw, item.link_id, role, changed[role])
    return tree.resource


def _write_text(raw: Json, text: str) -> None:
    """Words that the file formatted are plain from now on: they are others."""
    raw["text"] = text
    for holder in (raw.get("_text"), raw):
        if isinstance(holder, dict):
            for url in RENDERED:
                set_extension(holder, url, None)
    if raw.get("_text") == {}:
        del raw["_text"]


def _write_required(raw: Json, is_required: bool) -> None:
    set_or_drop(raw, "required", is_required)


def _write_in_person(raw: Json, may: bool) -> None:
    """Also where it says no: the section or the whole may say yes."""
    set_extension(raw, extensions.IN_PERSON, {"valueBoolean": may})


def _write_heavy(raw: Json, is_heavy: bool) -> None:
    set_extension(raw, extensions.HEAVY, {"valueBoolean": True} if is_heavy else None)


def _write_other(raw: Json, has_other: bool) -> None:
    raw["type"] = "open-choice" if has_other else "choice"


def _write_least(raw: Json, least: int) -> None:
    set_extension(raw, extensions.MIN_OCCURS, {"valueInteger": least} if least else None)


def _write_most(raw: Json, most: int | None) -> None:
    set_extension(raw, extensions.MAX_OCCURS, {"valueInteger": most} if most else None)


_WRITE: dict[str, Any] = {
    "text": _write_text,
    "is_required": _write_required,
    "may_say_in_person": _write_in_person,
    "is_heavy": _write_heavy,
    "has_other": _write_other,
    "least": _write_least,
    "most": _write_most,
}


def _write_side_text(tree: Tree, raw: Json, link_id: str, role: str, words: str) -> None:
    """In the first text of that role; the others said the same thing and go."""
    roles = tuple(HELP) if role == "help" else (role,)
    there = side_texts(raw, *roles)
    if role == "unit":
        _forget_units(raw)
    for extra in there if not words else there[1:]:
        raw["item"].remove(extra)
    if words and there:
        _write_text(there[0], words)
    elif words:
        new = {
            "linkId": _side_id(tree, link_id, role),
            "text": words,
            "type": "display",
            "extension": [control(role)],
        }
        raw["item"] = [*raw.get("item", ()), new]
    if not raw.get("item"):
        raw.pop("item", None)


def _side_id(tree: Tree, link_id: str, role: str) -> str:
    name, number = f"{link_id[:200]}-{role}", 2
    while name in tree.link_ids():
        name, number = f"{link_id[:200]}-{role}-{number}", number + 1
    return name


def _forget_units(raw: Json) -> None:
    """A number's one unit is told in words from now on."""
    set_extension(raw, extensions.UNIT, None)
    set_extension(raw, extensions.UNIT_OPTION, None)


def _write_short(raw: Json) -> None:
    raw["type"] = "string"
    raw.pop("maxLength", None)
    set_extension(raw, extensions.ITEM_CONTROL, None)


def _write_long(raw: Json) -> None:
    raw["type"] = "text"
    set_extension(raw, extensions.ITEM_CONTROL, None)


def _write_one(raw: Json) -> None:
    raw.pop("repeats", None)
    set_extension(raw, extensions.ITEM_CONTROL, None)


def _write_several(raw: Json) -> None:
    raw["repeats"] = True
    set_extension(raw, extensions.ITEM_CONTROL, None)


def _write_number(raw: Json) -> None:
    set_extension(raw, extensions.ITEM_CONTROL, None)
    set_extension(raw, extensions.SLIDER_STEP, None)


def _write_scale(raw: Json) -> None:
    raw["type"] = "integer"
    slider = control("slider")
    set_extension(raw, slider.pop("url"), slider)
    set_extension(raw, extensions.SLIDER_STEP, {"valueInteger": 1})


def _write_group(raw: Json) -> None:
    raw.pop("repeats", None)
    set_extension(raw, extensions.MIN_OCCURS, None)
    set_extension(raw, extensions.MAX_OCCURS, None)


_WRITE_KIND: dict[Kind | None, Any] = {
    Kind.SHORT: _write_short,
    Kind.LONG: _write_long,
    Kind.ONE: _write_one,
    Kind.SEVERAL: _write_several,
    Kind.NUMBER: _write_number,
    Kind.SCALE: _write_scale,
    Kind.GROUP: _write_group,
    Kind.LOOP: _write_several,
}
_OF_NUMBERS = frozenset({"kind", "lowest", "highest", "is_whole"})


def _write_bounds(raw: Json, wanted: Content) -> None:
    if wanted.kind not in (Kind.NUMBER, Kind.SCALE):
        return
    is_whole = wanted.is_whole or wanted.kind == Kind.SCALE
    raw["type"] = "integer" if is_whole else "decimal"
    for url, bound in (
        (extensions.MIN_VALUE, wanted.lowest),
        (extensions.MAX_VALUE, wanted.highest),
    ):
        set_extension(raw, url, _bound(bound, is_whole=is_whole))


def _bound(bound: Decimal | None, *, is_whole: bool) -> Json | None:
    if bound is None:
        return None
    return {"valueInteger": int(bound)} if is_whole else {"valueDecimal": float(bound)}
