"""A page of an intake as nodes for its templates, with what was typed and can not be kept."""

from collections.abc import Sequence

from intake.fhir.answers import BLANK
from intake.fhir.enabling import pruned, shown_keys
from intake.fhir.places import Place, places_in
from intake.forms.nodes import Node, State, build_nodes
from intake.forms.posted import by_question
from intake.services.answering import Change, Saved
from intake.services.pages import Page
from intake.services.repetitions import filled_in
from intake.services.safety import safety_kind


def nodes_of(
    page: Page, changes: Sequence[Change] = (), saved: Saved | None = None, *, more: str = ""
) -> list[Node]:
    parsed, answers = page.response.questionnaire.parsed, page.response.given()
    rows = {row.key: row for row in page.response.answers.all()}
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
    return build_nodes(places_in(page.section, answers), state)


def shown_places_on(page: Page) -> list[Place]:
    """What is asked on this page, in reading order."""
    parsed, answers = page.response.questionnaire.parsed, page.response.given()
    tops = pruned(places_in(page.section, answers), shown_keys(parsed, answers), seen=True)
    return [place for top in tops for place in top.walk()]


def dangers_on(page: Page) -> set[str]:
    """The kinds of danger that the answers on this page speak of."""
    given = page.response.given()
    kinds = {
        safety_kind(place.item, given.get(place.key, BLANK)) for place in shown_places_on(page)
    }
    return kinds - {""}
