"""From FHIR R4 Questionnaire JSON to our dataclasses; refuses what the pages can't show."""

from datetime import date
from decimal import Decimal
from typing import Any

from intake.fhir import extensions
from intake.fhir.extensions import extension_value
from intake.fhir.questionnaire import (
    Coded,
    Condition,
    Item,
    ItemType,
    Option,
    Questionnaire,
    Section,
    Value,
)

FLAT_SECTION = "questions"


class UnreadableQuestionnaire(Exception):
    """The JSON is not a questionnaire that the portal can show."""


def parse_questionnaire(resource: dict[str, Any]) -> Questionnaire:
    """Raises UnreadableQuestionnaire for unknown item types, double ids and lost conditions."""
    if resource.get("resourceType") != "Questionnaire":
        raise UnreadableQuestionnaire("This is not a FHIR Questionnaire.")
    items = tuple(_parse_item(raw) for raw in resource.get("item", []))
    sections = _parse_sections(resource, items)
    questionnaire = Questionnaire(
        url=resource["url"],
        version=resource["version"],
        slug=resource["id"],
        title=resource["title"],
        description=resource.get("description", ""),
        copyright=resource.get("copyright", ""),
        instrument=extension_value(resource, extensions.INSTRUMENT) or "",
        items=items,
        sections=sections,
        is_flat=sections[0].slug == FLAT_SECTION,
        by_link_id=_index(items),
    )
    _check_conditions(questionnaire)
    return questionnaire


def _parse_sections(resource: dict[str, Any], top: tuple[Item, ...]) -> tuple[Section, ...]:
    if top and all(item.type == ItemType.GROUP for item in top):
        return tuple(_section_of_group(item) for item in top)
    return (Section(slug=FLAT_SECTION, title=resource["title"], items=top),)


def _section_of_group(group: Item) -> Section:
    return Section(slug=group.link_id, title=group.text, items=group.items, within=(group,))


def _parse_item(raw: dict[str, Any]) -> Item:
    children = raw.get("item", [])
    item_type = _parse_type(raw)
    shown = tuple(_parse_item(child) for child in children if not _is_help(child))
    if shown and item_type != ItemType.GROUP:
        raise UnreadableQuestionnaire(f"{raw['linkId']}: only a group may hold questions.")
    return Item(
        link_id=raw["linkId"],
        name=raw["linkId"],
        type=item_type,
        text=raw.get("text", ""),
        help=" ".join(child["text"] for child in children if _is_help(child)),
        prefix=raw.get("prefix", ""),
        code=raw["code"][0]["code"] if raw.get("code") else "",
        is_required=raw.get("required", False),
        is_repeating=raw.get("repeats", False),
        max_length=raw.get("maxLength", 0),
        options=tuple(_parse_option(option) for option in raw.get("answerOption", [])),
        conditions=tuple(_parse_condition(condition) for condition in raw.get("enableWhen", [])),
        needs_every_condition=raw.get("enableBehavior") == "all",
        may_say_in_person=bool(extension_value(raw, extensions.IN_PERSON)),
        prefill=extension_value(raw, extensions.PREFILL) or "",
        autocomplete=extension_value(raw, extensions.AUTOCOMPLETE) or "",
        items=shown,
    )


def _parse_type(raw: dict[str, Any]) -> ItemType:
    try:
        return ItemType(raw["type"])
    except ValueError as error:
        raise UnreadableQuestionnaire(f"{raw['linkId']}: type {raw['type']} is unknown") from error


def _is_help(raw: dict[str, Any]) -> bool:
    control = extension_value(raw, extensions.ITEM_CONTROL)
    return bool(control) and control["coding"][0]["code"] == "help"


def _parse_option(raw: dict[str, Any]) -> Option:
    coding = raw["valueCoding"]
    ordinal = extension_value(coding, extensions.ORDINAL)
    return Option(
        code=coding["code"],
        display=coding["display"],
        system=coding["system"],
        ordinal=None if ordinal is None else Decimal(str(ordinal)),
        is_exclusive=bool(extension_value(raw, extensions.EXCLUSIVE)),
        safety=extension_value(raw, extensions.SAFETY) or "",
    )


def _parse_condition(raw: dict[str, Any]) -> Condition:
    key = next(key for key in raw if key.startswith("answer"))
    return Condition(raw["question"], raw["operator"], _parse_expected(key, raw[key]))


def _parse_expected(key: str, raw: Any) -> Value:
    if key == "answerCoding":
        return Coded(raw["code"])
    if key == "answerDate":
        return date.fromisoformat(raw)
    if key in ("answerBoolean", "answerInteger", "answerString"):
        return raw
    raise UnreadableQuestionnaire(f"A condition with {key} can't be shown.")


def _index(items: tuple[Item, ...]) -> dict[str, Item]:
    index: dict[str, Item] = {}
    for top in items:
        for item in top.walk():
            if item.link_id in index:
                raise UnreadableQuestionnaire(f"{item.link_id} stands there twice.")
            index[item.link_id] = item
    return index


def _check_conditions(questionnaire: Questionnaire) -> None:
    holders = questionnaire.by_link_id.values()
    for condition in (condition for holder in holders for condition in holder.conditions):
        asked = questionnaire.item(condition.question)
        if asked is None or not asked.is_question:
            raise UnreadableQuestionnaire(f"No question {condition.question} to depend on.")
