"""The pages of a questionnaire as a client would see them: no intake, no answers, no row."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string

from intake.fhir.answers import Answer
from intake.fhir.findings import Finding
from intake.fhir.places import all_places, places_in
from intake.fhir.questionnaire import Questionnaire, Section
from intake.forms.nodes import State, build_nodes
from intake.services.importing import Checked
from intake.views.addresses import Addresses

NOWHERE = Addresses(UUID(int=0), is_form=False)  # of an intake that does not exist
BARE = "intake/bare.html"  # the page without the portal around it


def rendered(checked: Checked) -> Checked:
    """Every page made once: where ours fails on one, it is told and not published."""
    if checked.questionnaire is None or not checked.is_accepted:
        return checked
    try:
        render_pages(checked.questionnaire)
    except Exception as error:  # a fault of ours, told without a traceback
        reason = f"The portal failed to show it ({type(error).__name__})."
        return replace(checked, refused=(*checked.refused, Finding("", reason)))
    return checked


def render_pages(questionnaire: Questionnaire) -> list[str]:
    """Every page with everything on it that may ever be asked, and what stands there at first."""
    state = _state(questionnaire)
    numbered = enumerate(questionnaire.sections, start=1)
    return [_render(questionnaire, section, number, state) for number, section in numbered]


def _state(questionnaire: Questionnaire) -> State:
    initial = {
        place.key: Answer(place.item.initial)
        for place in all_places(questionnaire, {})
        if place.item.is_question and place.item.initial
    }
    everything = frozenset(place.key for place in all_places(questionnaire, initial))
    return State(answers=initial, rows={}, shown=everything)


def _render(questionnaire: Questionnaire, section: Section, number: int, state: State) -> str:
    context: dict[str, Any] = {
        "frame": BARE,
        "addresses": NOWHERE,
        "page": SimpleNamespace(section=section, part_number=1, part_title=questionnaire.title),
        "part_count": 1,
        "position": number,
        "page_count": len(questionnaire.sections) + 1,
        "nodes": build_nodes(places_in(section, state.answers), state),
        "window_name": "window",
        "is_plain": bool(questionnaire.instrument),
        "copyright": questionnaire.copyright,
    }
    return render_to_string("intake/section.html", context)
