"""A FHIR R4 QuestionnaireResponse: only what was asked and answered.

Rule: https://hl7.org/fhir/R4/questionnaireresponse.html. A repetition of a group is an item of its
own with the group's linkId; what stands below a question lies in its first answer.
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from intake.fhir.answers import BLANK, Answer, Answers
from intake.fhir.enabling import pruned, shown_keys
from intake.fhir.extensions import IN_PERSON
from intake.fhir.places import Place, places_of
from intake.fhir.questionnaire import (
    Attached,
    Coded,
    Item,
    ItemType,
    PartialDate,
    Quantity,
    Questionnaire,
    Value,
)

VALUE_KEYS = {
    ItemType.DATE: "valueDate",
    ItemType.DATETIME: "valueDateTime",
    ItemType.TIME: "valueTime",
    ItemType.URL: "valueUri",
}


def to_questionnaire_response(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    identifier: str,
    is_complete: bool,
    authored_at: datetime,
) -> dict[str, Any]:
    """`authored_at` must be aware. The subject is left to the system that takes it in."""
    items = response_items(questionnaire, answers)
    resource: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "id": identifier,
        "questionnaire": f"{questionnaire.url}|{questionnaire.version}",
        "status": "completed" if is_complete else "in-progress",
        "authored": authored_at.isoformat(timespec="seconds"),
    }
    return {**resource, "item": items} if items else resource


def response_items(
    questionnaire: Questionnaire, answers: Answers, noted: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """`noted` is filled with what was written for each place, by the place's name."""
    shown = shown_keys(questionnaire, answers)
    return _items(pruned(places_of(questionnaire.items, answers), shown), answers, noted)


def _items(
    places: Iterable[Place], answers: Answers, noted: dict[str, Any] | None
) -> list[dict[str, Any]]:
    written = (_item(place, answers, noted) for place in places)
    return [item for item in written if item]


def _item(place: Place, answers: Answers, noted: dict[str, Any] | None) -> dict[str, Any]:
    item = place.item
    below = _items(place.below, answers, noted)
    answer = answers.get(place.key, BLANK) if item.is_question else BLANK
    if answer.is_blank and not below:
        return {}
    written: dict[str, Any] = _in_person(answer) | {"linkId": item.link_id}
    if item.text:
        written["text"] = item.text
    if item.is_question:
        written |= _answers(item, answer, below)
    else:
        written["item"] = below
    if noted is not None:
        noted[place.name] = written
    return written


def _in_person(answer: Answer) -> dict[str, Any]:
    if not answer.in_person:
        return {}
    return {"extension": [{"url": IN_PERSON, "valueBoolean": True}]}


def _answers(item: Item, answer: Answer, below: list[dict[str, Any]]) -> dict[str, Any]:
    """An answer without a value holds what was asked below a question that was left blank."""
    values: list[dict[str, Any]] = [value_to_fhir(item, value) for value in answer.values]
    if below:
        values[:1] = [{**(values[0] if values else {}), "item": below}]
    return {"answer": values} if values else {}


def value_to_fhir(item: Item, value: Value) -> dict[str, Any]:
    """One answer, such as {"valueInteger": 3}."""
    if isinstance(value, Coded):
        return _chosen(item, value)
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if isinstance(value, Decimal):
        return {"valueDecimal": json_number(value)}
    if isinstance(value, Quantity):
        return {"valueQuantity": _quantity(item, value)}
    if isinstance(value, Attached):
        return {"valueAttachment": _attachment(value)}
    return {VALUE_KEYS.get(item.type, "valueString"): _text(value)}


def _text(value: str | date | datetime | time | PartialDate) -> str:
    if isinstance(value, (datetime, time)):
        return value.isoformat(timespec="seconds")
    return str(value)


def _chosen(item: Item, value: Coded) -> dict[str, Any]:
    option = item.option(value.code)
    if option is None:
        return {"valueCoding": {"code": value.code}}
    if option.raw:
        return dict(option.raw)
    coding = {"system": option.system, "code": option.code, "display": option.display}
    return {"valueCoding": {name: words for name, words in coding.items() if words}}


def _quantity(item: Item, quantity: Quantity) -> dict[str, Any]:
    unit = item.unit(quantity.unit)
    told: dict[str, Any] = {"value": json_number(quantity.value)}
    if unit is None:
        return {**told, "unit": quantity.unit} if quantity.unit else told
    named = {"unit": unit.display, "system": unit.system, "code": unit.code}
    if not unit.code:
        del named["system"]
    return told | {name: words for name, words in named.items() if words}


def _attachment(file: Attached) -> dict[str, Any]:
    """What tells the file from others, and not the file; FHIR's hash is SHA-1 in base64."""
    told = {
        "contentType": file.media_type,
        "url": f"urn:uuid:{file.public_id}",
        "size": file.size,
        "hash": b64encode(bytes.fromhex(file.sha1)).decode(),
        "title": file.name,
        "creation": file.given_at,
    }
    return {name: known for name, known in told.items() if known}


def json_number(value: Decimal) -> int | float:
    """Answers have at most 15 digits, so that nothing is lost in a float."""
    return int(value) if value == value.to_integral_value() else float(value)
