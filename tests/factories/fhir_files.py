"""A FHIR questionnaire that has one of everything the portal reads, in our own words."""

from typing import Any

CORE = "http://hl7.org/fhir/StructureDefinition"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition"
COLORS = "https://example.org/colors"


def extension(name: str, **value: Any) -> dict[str, Any]:
    base = SDC if name.startswith("sdc-") else CORE
    return {"url": f"{base}/{name}", **value}


def control(code: str) -> dict[str, Any]:
    concept = {
        "coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": code}]
    }
    return extension("questionnaire-itemControl", valueCodeableConcept=concept)


def fhirpath(name: str, expression: str, language: str = "text/fhirpath") -> dict[str, Any]:
    return extension(name, valueExpression={"language": language, "expression": expression})


def coded(code: str, display: str = "", system: str = COLORS) -> dict[str, Any]:
    coding = {"system": system, "code": code, "display": display or code.title()}
    return {"valueCoding": coding}


def item(link_id: str, item_type: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": item_type, "text": text or f"About {link_id}?", **more}


def resource(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Questionnaire", "status": "active", "item": list(items), **more}


def value_set(identifier: str, *codes: str, system: str = COLORS, **more: Any) -> dict[str, Any]:
    concepts = [{"code": code, "display": code.title()} for code in codes]
    return {
        "resourceType": "ValueSet",
        "id": identifier,
        "url": f"https://example.org/ValueSet/{identifier}",
        "status": "active",
        "compose": {"include": [{"system": system, "concept": concepts}]},
        **more,
    }


def one_of_everything() -> dict[str, Any]:
    helped = item(
        "sleep",
        "integer",
        "How many hours do you sleep?",
        required=True,
        initial=[{"valueInteger": 7}],
        extension=[
            control("slider"),
            extension("minValue", valueInteger=0),
            extension("maxValue", valueInteger=24),
            extension("questionnaire-sliderStepValue", valueInteger=1),
            extension("questionnaire-unit", valueCoding={"code": "h", "display": "hours"}),
        ],
        item=[
            item("sleep-help", "display", "A guess is fine.", extension=[control("help")]),
            item("sleep-low", "display", "none at all", extension=[control("lower")]),
            item("sleep-high", "display", "all day", extension=[control("upper")]),
        ],
    )
    garden = item(
        "garden",
        "group",
        "Your garden",
        item=[
            item("intro", "display", "Plain words"),
            item("walks", "boolean", "Do you walk there?"),
            item("size", "quantity", "How large is it?", extension=[
                extension("questionnaire-unitOption", valueCoding={"code": "m2", "display": "m²"}),
                extension("questionnaire-unitOption", valueCoding={"code": "ha", "display": "ha"}),
            ]),
            item("since", "date", "Since when?", enableWhen=[
                {"question": "walks", "operator": "=", "answerBoolean": True}
            ]),
            item("last", "dateTime", "When were you there last?"),
            item("hour", "time", "At which hour?"),
            item("price", "decimal", "What does a visit cost?", extension=[
                extension("maxDecimalPlaces", valueInteger=2)
            ]),
            item("site", "url", "Where can one read about it?"),
            item("plan", "attachment", "Do you have a plan of it?", extension=[
                extension("mimeType", valueCode="application/pdf"),
                extension("maxSize", valueDecimal=2),
            ]),
        ],
    )  # fmt: skip
    plants = item(
        "plants",
        "group",
        "Your plants",
        repeats=True,
        extension=[extension("questionnaire-maxOccurs", valueInteger=3)],
        item=[
            item("plant", "string", "Which plant?", maxLength=40),
            item("plant-color", "choice", "Its color?", answerValueSet="#colors"),
        ],
    )
    return resource(
        helped,
        item("note", "text", "Anything else?", prefix="2.", repeats=False),
        item("mood", "open-choice", "How is it there?", repeats=True, answerOption=[
            coded("calm"), coded("loud"),
        ]),
        garden,
        plants,
        item("score", "integer", "Sum", readOnly=True, extension=[
            fhirpath("sdc-questionnaire-calculatedExpression", "%resource.item.answer.count()")
        ]),
        id="garden",
        url="https://example.org/Questionnaire/garden",
        version="3",
        title="The garden",
        contained=[value_set("colors", "red", "green")],
    )  # fmt: skip
