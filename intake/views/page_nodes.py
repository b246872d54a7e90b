"""A page of an intake as nodes for its templates, with what was typed and can not be kept."""

from collections.abc import Mapping, Sequence

from intake.fhir.answers import BLANK, Answers
from intake.fhir.enabling import pruned, shown_keys
from intake.fhir.places import Place, places_in
from intake.fhir.questionnaire import Questionnaire, Section
from intake.forms.nodes import Node, State, build_nodes
from intake.forms.posted import by_question
from intake.models import Answer
from intake.services.answering import Change, Saved
from intake.services.pages import Page
from intake.services.repetitions import filled_in
from intake.services.safety import safety_kind


def nodes_of(
    page: Page, changes: Sequence[Change] = (), saved: Saved | None = None, *, more: str = ""
) -> list[Node]:
    rows = {row.key: row for row in page.response.answers.all()}
    return nodes_from(
        page.response.questionnaire.parsed,
        page.section,
        page.response.given(),
        rows,
        changes,
        saved,
        more=more,
    )


def nodes_from(
    parsed: Questionnaire,
    section: Section,
    answers: Answers,
    rows: Mapping[str, Answer],
    changes: Sequence[Change] = (),
    saved: Saved | None = None,
    *,
    more: str = "",
) -> list[Node]:
    errors = by_question(saved.problems) if saved else {}
    unsettled = {*errors, *(saved.rivals if saved else ())}
    refused = [change for change in changes if change.key in unsettled]
    state = State(
        answers=answers,
        rows=rows,
        shown=shown_keys(parsed, answers),
        typed={change.key: change.given for change in refused},
        revisions={change.key: change.shown_revision for change in refused},
        errors=errors,
        more=more,
        removed=filled_in(rows, parsed),
    )
    return build_nodes(places_in(section, answers), state)


def shown_places_on(page: Page) -> list[Place]:
    """What is asked on this page, in reading order."""
    return _shown_places(page.response.questionnaire.parsed, page.section, page.response.given())


def _shown_places(parsed: Questionnaire, section: Section, answers: Answers) -> list[Place]:
    tops = pruned(places_in(section, answers), shown_keys(parsed, answers), seen=True)
    return [place for top in tops for place in top.walk()]


def dangers_on(page: Page) -> set[str]:
    """The kinds of danger that the answers on this page speak of."""
    parsed, given = page.response.questionnaire.parsed, page.response.given()
    return dangers_in(parsed, page.section, given)


def dangers_in(parsed: Questionnaire, section: Section, answers: Answers) -> set[str]:
    if not any(option.safety for item in section.walk() for option in item.options):
        return set()
    kinds = {
        safety_kind(place.item, answers.get(place.key, BLANK))
        for place in _shown_places(parsed, section, answers)
    }
    return kinds - {""}
