"""A FHIR R4 QuestionnaireResponse: only what was asked and answered."""

from datetime import date, datetime
from typing import Any

from intake.fhir.answers import BLANK, Answer, Answers
from intake.fhir.enabling import shown_link_ids
from intake.fhir.extensions import IN_PERSON
from intake.fhir.questionnaire import Coded, Item, ItemType, Questionnaire, Section, Value


def to_questionnaire_response(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    identifier: str,
    is_complete: bool,
    authored_at: datetime,
) -> dict[str, Any]:
    """`authored_at` must be aware. The subject is left to the system that takes it in."""
    shown = shown_link_ids(questionnaire, answers)
    resource: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "id": identifier,
        "questionnaire": f"{questionnaire.url}|{questionnaire.version}",
        "status": "completed" if is_complete else "in-progress",
        "authored": authored_at.isoformat(timespec="seconds"),
    }
    items = _sections(questionnaire, answers, shown)
    return {**resource, "item": items} if items else resource


def _sections(
    questionnaire: Questionnaire, answers: Answers, shown: frozenset[str]
) -> list[dict[str, Any]]:
    if questionnaire.is_flat:
        return _items(questionnaire.sections[0].items, answers, shown)
    groups = [_group(section, answers, shown) for section in questionnaire.sections]
    return [group for group in groups if group["item"]]


def _group(section: Section, answers: Answers, shown: frozenset[str]) -> dict[str, Any]:
    return {
        "linkId": section.slug,
        "text": section.title,
        "item": _items(section.items, answers, shown),
    }


def _items(
    items: tuple[Item, ...], answers: Answers, shown: frozenset[str]
) -> list[dict[str, Any]]:
    exported = (_item(item, answers, shown) for item in items if item.link_id in shown)
    return [item for item in exported if item]


def _item(item: Item, answers: Answers, shown: frozenset[str]) -> dict[str, Any]:
    head = {"linkId": item.link_id, "text": item.text}
    if item.type == ItemType.GROUP:
        below = _items(item.items, answers, shown)
        return {**head, "item": below} if below else {}
    answer = answers.get(item.link_id, BLANK)
    if not item.is_question or answer.is_blank:
        return {}
    return {**_in_person(answer), **head, **_values(item, answer)}


def _in_person(answer: Answer) -> dict[str, Any]:
    if not answer.in_person:
        return {}
    return {"extension": [{"url": IN_PERSON, "valueBoolean": True}]}


def _values(item: Item, answer: Answer) -> dict[str, Any]:
    return {"answer": [_value(item, value) for value in answer.values]} if answer.values else {}


def _value(item: Item, value: Value) -> dict[str, Any]:
    if isinstance(value, Coded):
        return {"valueCoding": _coding(item, value)}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if isinstance(value, date):
        return {"valueDate": value.isoformat()}
    return {"valueString": value}


def _coding(item: Item, value: Coded) -> dict[str, str]:
    option = item.option(value.code)
    if option is None:
        return {"code": value.code}
    return {"system": option.system, "code": option.code, "display": option.display}
