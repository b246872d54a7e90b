"""The FHIR extensions that the portal understands, by address; the last six are ours."""

from collections.abc import Iterator
from typing import Any

from intake.fhir.elements import Raw, as_element, as_elements, as_text, choice_of
from intake.fhir.questionnaire import BASE

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"

ITEM_CONTROL = f"{CORE}questionnaire-itemControl"
ORIENTATION = f"{CORE}questionnaire-choiceOrientation"
HIDDEN = f"{CORE}questionnaire-hidden"
EXCLUSIVE = f"{CORE}questionnaire-optionExclusive"
OPTION_PREFIX = f"{CORE}questionnaire-optionPrefix"
SUPPORT_LINK = f"{CORE}questionnaire-supportLink"
DISPLAY_CATEGORY = f"{CORE}questionnaire-displayCategory"
SLIDER_STEP = f"{CORE}questionnaire-sliderStepValue"
MIN_OCCURS = f"{CORE}questionnaire-minOccurs"
MAX_OCCURS = f"{CORE}questionnaire-maxOccurs"
UNIT = f"{CORE}questionnaire-unit"
UNIT_OPTION = f"{CORE}questionnaire-unitOption"
UNIT_VALUE_SET = f"{CORE}questionnaire-unitValueSet"
UNIT_OPEN = f"{SDC}sdc-questionnaire-unitOpen"
UNIT_SUPPLEMENT = f"{SDC}sdc-questionnaire-unitSupplementalSystem"
CONSTRAINT = f"{CORE}questionnaire-constraint"
TARGET_CONSTRAINT = f"{CORE}targetConstraint"
MIN_VALUE = f"{CORE}minValue"
MAX_VALUE = f"{CORE}maxValue"
MIN_QUANTITY = f"{SDC}sdc-questionnaire-minQuantity"
MAX_QUANTITY = f"{SDC}sdc-questionnaire-maxQuantity"
MIN_LENGTH = f"{CORE}minLength"
MAX_SIZE = f"{CORE}maxSize"
MIME_TYPE = f"{CORE}mimeType"
MAX_DECIMALS = f"{CORE}maxDecimalPlaces"
REGEX = f"{CORE}regex"
ENTRY_FORMAT = f"{CORE}entryFormat"
ORDINALS = (
    f"{CORE}ordinalValue",
    f"{CORE}itemWeight",
    f"{SDC}sdc-questionnaire-itemWeight",
    f"{CORE}questionnaire-ordinalValue",
    f"{CORE}iso21090-CO-value",
    f"{CORE}codesystem-ordinalValue",
    f"{CORE}valueset-ordinalValue",
)
MARKDOWN = f"{CORE}rendering-markdown"
XHTML = f"{CORE}rendering-xhtml"
VARIABLE = f"{CORE}variable"
CQF_EXPRESSION = f"{CORE}cqf-expression"
CALCULATED = (f"{SDC}sdc-questionnaire-calculatedExpression", f"{CORE}cqf-calculatedValue")
ENABLE_WHEN = f"{SDC}sdc-questionnaire-enableWhenExpression"
INITIAL_EXPRESSION = f"{SDC}sdc-questionnaire-initialExpression"
ANSWER_EXPRESSION = f"{SDC}sdc-questionnaire-answerExpression"
CANDIDATE_EXPRESSION = f"{SDC}sdc-questionnaire-candidateExpression"
TOGGLE_EXPRESSION = f"{SDC}sdc-questionnaire-answerOptionsToggleExpression"
SUB_QUESTIONNAIRE = f"{SDC}sdc-questionnaire-subQuestionnaire"
ITEM_MEDIA = f"{SDC}sdc-questionnaire-itemMedia"
USAGE_MODE = f"{CORE}questionnaire-usageMode"
OPEN_LABEL = f"{SDC}sdc-questionnaire-openLabel"

IN_PERSON = f"{BASE}/StructureDefinition/may-say-in-person"
PAPER = f"{BASE}/StructureDefinition/typed-from-paper"  # of a response
SAFETY = f"{BASE}/StructureDefinition/safety-alert"
PREFILL = f"{BASE}/StructureDefinition/prefill"
AUTOCOMPLETE = f"{BASE}/StructureDefinition/autocomplete"
INSTRUMENT = f"{BASE}/StructureDefinition/instrument"
HEAVY = f"{BASE}/StructureDefinition/heavy-section"


def extensions_of(element: Raw, *urls: str) -> Iterator[Raw]:
    """Those with one of these addresses, in the file's order."""
    for extension in as_elements(element.get("extension")):
        if as_text(extension.get("url")) in urls:
            yield extension


def extension_values(element: Raw, *urls: str) -> list[Any]:
    found = (choice_of(extension, "value") for extension in extensions_of(element, *urls))
    return [value[1] for value in found if value]


def extension_value(element: Raw, *urls: str) -> Any:
    """The value of the first extension with this address, of any type; None without one."""
    return next(iter(extension_values(element, *urls)), None)


def extension_text(element: Raw, *urls: str) -> str:
    return as_text(extension_value(element, *urls))


def concept_codes(value: Any) -> list[str]:
    """The codes of a CodeableConcept; some files give a Coding or a bare code instead."""
    concept = as_element(value)
    codings = as_elements(concept.get("coding")) or [concept]
    return [code for code in (as_text(coding.get("code")) for coding in codings) if code]
