"""Texts below an item that belong to its field: help, prompt, the ends of a slider, a unit."""

from dataclasses import dataclass, field

from intake.fhir import extensions
from intake.fhir.elements import Raw, as_elements, first_text
from intake.fhir.extensions import concept_codes, extension_value
from intake.fhir.formatted import Wording, Words
from intake.fhir.questionnaire import ItemType
from intake.fhir.survey import Survey

HELP = frozenset({"help", "flyover", "security", "instructions"})


@dataclass
class SideTexts:
    help: Words = field(default_factory=lambda: Words(""))
    prompt: str = ""
    lower: str = ""
    upper: str = ""
    unit: str = ""
    entry_format: str = ""


def gather(
    raw: Raw, wording: Wording, survey: Survey, item_type: ItemType
) -> tuple[SideTexts, list[Raw]]:
    """The texts, and the children that remain to be read as items."""
    texts, children = SideTexts(), []
    for child in as_elements(raw.get("item")):
        if not survey.link_id_of(child):
            continue
        role = "" if item_type == ItemType.DISPLAY else role_of(child)
        words = wording.words(child, "text") if role else Words("")
        if not words.text or (role == "instructions" and item_type == ItemType.GROUP):
            children.append(child)
        elif role in HELP:
            texts.help = _joined(texts.help, words)
        else:
            known = getattr(texts, _FIELDS[role])
            setattr(texts, _FIELDS[role], f"{known} {words.text}".strip())
    return texts, children


_FIELDS = {
    "prompt": "prompt",
    "lower": "lower",
    "upper": "upper",
    "unit": "unit",
    "entry-format": "entry_format",
}


def role_of(child: Raw) -> str:
    """The role of a text beside a field; empty for all that is to be shown on its own."""
    conditional = ("enableWhen", "item", "modifierExtension")
    if child.get("type") != "display" or any(child.get(key) for key in conditional):
        return ""
    if extension_value(child, extensions.ENABLE_WHEN) is not None:
        return ""
    control = first_text(concept_codes(extension_value(child, extensions.ITEM_CONTROL)))
    if control in HELP or control in _FIELDS:
        return control
    category = first_text(concept_codes(extension_value(child, extensions.DISPLAY_CATEGORY)))
    return category if category in HELP and not control else ""


def is_side_text(child: Raw, holder: Raw) -> bool:
    """It belongs to the field of what it lies in, and has no place of its own on the page."""
    kind, role = holder.get("type"), role_of(child)
    is_shown = kind in (None, "display") or (role == "instructions" and kind == "group")
    return bool(role) and not is_shown


def _joined(known: Words, more: Words) -> Words:
    if not known.text:
        return more
    html = ""
    if known.html or more.html:
        html = f"{known.html or _escaped(known.text)} {more.html or _escaped(more.text)}"
    return Words(f"{known.text} {more.text}", html)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
