"""The FHIR extensions our questionnaires use, by address; the last five are ours."""

from typing import Any

from intake.fhir.questionnaire import BASE

ITEM_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
EXCLUSIVE = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"

IN_PERSON = f"{BASE}/StructureDefinition/may-say-in-person"
SAFETY = f"{BASE}/StructureDefinition/safety-alert"
PREFILL = f"{BASE}/StructureDefinition/prefill"
AUTOCOMPLETE = f"{BASE}/StructureDefinition/autocomplete"
INSTRUMENT = f"{BASE}/StructureDefinition/instrument"


def extension_value(element: dict[str, Any], url: str) -> Any:
    """The value of the extension with this address, whatever its type; None without one."""
    for extension in element.get("extension", []):
        if extension["url"] == url:
            return next(value for key, value in extension.items() if key.startswith("value"))
    return None
