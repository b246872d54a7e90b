"""From FHIR R4 Questionnaire JSON to our dataclasses; refuses what the pages can't show."""

from dataclasses import dataclass
from typing import Any

from intake.fhir import extensions
from intake.fhir.conditions import ConditionReader, circles, longest_wait
from intake.fhir.elements import Raw, as_elements, as_flag, as_text, first_text
from intake.fhir.expressions import constraints_of, variables_of
from intake.fhir.extensions import extension_text, extension_value
from intake.fhir.findings import Finding, Findings, UnreadableQuestionnaire, unreadable
from intake.fhir.formatted import Wording
from intake.fhir.items import Above, ItemReader, by_link_id
from intake.fhir.questionnaire import Item, Questionnaire
from intake.fhir.sections import depth_of, read_sections
from intake.fhir.survey import survey
from intake.fhir.value_sets import ValueSets

__all__ = ["Reading", "UnreadableQuestionnaire", "parse_questionnaire", "read_questionnaire"]

LONGEST_WAIT = 50  # conditions that are followed from a question to later ones
DEEPEST_PAGE = 25  # levels that can't be parted into pages: questions below questions


@dataclass(frozen=True)
class Reading:
    """What could be read, also when some of it is refused: for a preview beside the reasons."""

    questionnaire: Questionnaire
    refused: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def parse_questionnaire(resource: dict[str, Any]) -> Questionnaire:
    """Raises UnreadableQuestionnaire with all that can't be shown."""
    reading = read_questionnaire(resource)
    if reading.refused:
        raise UnreadableQuestionnaire(*reading.refused)
    return reading.questionnaire


def read_questionnaire(resource: Any, value_sets: ValueSets | None = None) -> Reading:
    """Raises UnreadableQuestionnaire when there is nothing that could be shown at all."""
    if not isinstance(resource, dict) or resource.get("resourceType") != "Questionnaire":
        raise unreadable("This is not a FHIR Questionnaire.")
    findings = Findings()
    _check_modifiers(resource, findings)
    items = _read_items(resource, value_sets or ValueSets(resource), findings)
    title = first_text([as_text(resource.get(key)) for key in ("title", "name", "id")])
    title = title or "Questionnaire"
    is_heavy = as_flag(extension_value(resource, extensions.HEAVY))
    sections = read_sections(title, items, is_heavy=is_heavy)
    if any(depth_of(section.items) > DEEPEST_PAGE for section in sections):
        findings.refuse("", f"Its questions lie more than {DEEPEST_PAGE} levels below each other.")
    questionnaire = Questionnaire(
        url=as_text(resource.get("url")),
        version=as_text(resource.get("version")),
        slug=as_text(resource.get("id")),
        title=title,
        description=as_text(resource.get("description")),
        copyright=as_text(resource.get("copyright")),
        instrument=extension_text(resource, extensions.INSTRUMENT),
        items=items,
        sections=sections,
        is_flat=len(sections) == 1 and not sections[0].within,
        by_link_id=dict(by_link_id(items)),
        variables=variables_of(resource),
        constraints=constraints_of(resource),
    )
    if not any(not item.is_hidden for item in questionnaire.questions()) and not findings.refused:
        findings.refuse("", "It asks nothing that a person could answer.")
    return Reading(questionnaire, findings.refused, findings.warnings)


def _read_items(resource: Raw, value_sets: ValueSets, findings: Findings) -> tuple[Item, ...]:
    surveyed = survey(resource, findings)
    wording = Wording()
    reader = ItemReader(surveyed, value_sets, wording, findings)
    names = frozenset(variable.name for variable in variables_of(resource))
    in_person = as_flag(extension_value(resource, extensions.IN_PERSON))
    items = reader.read_all(resource, Above(names=names, may_say_in_person=in_person))
    if wording.was_plain:
        findings.warn("", "Some formatted text is too long to be formatted, and is shown plainly.")
    conditions = ConditionReader(surveyed.raws, by_link_id(items), findings)
    unconditional = items
    items = tuple(conditions.attach(item) for item in items)
    index = by_link_id(items)
    caught = circles(index)
    for item in index.values():
        if item.link_id in caught:
            _tell_circle(item, findings)
    if longest_wait(index) > LONGEST_WAIT:
        findings.refuse("", f"More than {LONGEST_WAIT} questions in a row depend on later ones.")
        return unconditional  # a page that followed them all would come to no end
    return items


def _tell_circle(item: Item, findings: Findings) -> None:
    tell = findings.warn if item.is_hidden else findings.refuse
    questions = ", ".join(f"“{condition.question}”" for condition in item.conditions)
    tell(
        item.link_id,
        f"It depends on {questions}, which in the end depends on this one: nobody would see it.",
        item.text,
    )


def _check_modifiers(resource: Raw, findings: Findings) -> None:
    if as_text(resource.get("implicitRules")):
        findings.refuse("", f"It follows rules unknown here: {resource['implicitRules']}")
    if isinstance(resource.get("group"), dict):
        findings.refuse("", "It is written as in FHIR DSTU2. The portal reads FHIR R4.")
    for extension in as_elements(resource.get("modifierExtension")):
        url = as_text(extension.get("url"))
        findings.refuse("", f"It carries a note that changes its meaning, unknown here: {url}")
