"""Small questionnaires for testing the engine, built from a few FHIR items."""

from datetime import date

from intake.fhir.answers import Answer
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.questionnaire import Coded

SYSTEM = "https://example.org/codes"
TODAY = date(2026, 11, 22)


def coding(code, ordinal=None):
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
        "valueDecimal": ordinal,
    }
    return {
        "system": SYSTEM,
        "code": code,
        "display": code.title(),
        **({"extension": [extension]} if ordinal is not None else {}),
    }


def option(code, ordinal=None, exclusive=False):
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive",
        "valueBoolean": True,
    }
    return {
        "valueCoding": coding(code, ordinal),
        **({"extension": [extension]} if exclusive else {}),
    }


def when(question, operator, **answer):
    return {"question": question, "operator": operator, **answer}


COLOR = {"linkId": "color", "text": "Color?", "type": "choice", "required": True,
         "answerOption": [option("red", 0), option("green", 1), option("blue", 2)]}  # fmt: skip


def questionnaire(*items, **fields):
    return parse_questionnaire(
        {
            "resourceType": "Questionnaire",
            "id": "small",
            "url": "https://example.org/fhir/Questionnaire/small",
            "version": "1.0.0",
            "title": "Small",
            "status": "active",
            "item": list(items),
            **fields,
        }
    )


def only(item):
    return questionnaire(item).by_link_id[item["linkId"]]


GREEN = {"color": Answer((Coded("green"),))}
MANY = {"linkId": "many", "type": "open-choice", "repeats": True, "text": "Many?",
        "answerOption": [option("one"), option("two"), option("none", exclusive=True)]}  # fmt: skip
BIRTHDAY = {
    "url": "https://example.org/fhir/StructureDefinition/autocomplete",
    "valueCode": "bday",
}
BORN = {"linkId": "born", "type": "date", "text": "Born?", "extension": [BIRTHDAY]}
SHORT = {"linkId": "short", "type": "string", "text": "Short?", "maxLength": 5}
