"""Rows of answers: locked with their response, written with what they were before kept."""

from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.answers import Given, answer_to_json, key_of
from intake.fhir.questionnaire import Item, Questionnaire, Section
from intake.models import Answer, AnswerRevision, QuestionnaireResponse
from portal.shared.plain_insert import insert

WRITTEN = ["value", "in_person", "revision", "writer", "updated_at"]
Rows = dict[str, Answer]
"""By key; a new row is put in when it is written."""


class AlreadySent(Exception):
    """These answers were sent; the therapist can open them again."""


def check_open(response: QuestionnaireResponse) -> None:
    """Raises AlreadySent."""
    if not response.is_open:
        raise AlreadySent


def lock_open(response: QuestionnaireResponse) -> QuestionnaireResponse:
    """The row as it is now, nobody else's until the transaction ends. Raises AlreadySent."""
    locked = QuestionnaireResponse.objects.select_for_update().get(pk=response.pk)
    locked.questionnaire = response.questionnaire  # a published version never changes
    check_open(locked)
    return locked


def rows_of(response: QuestionnaireResponse, section: Section | None = None) -> Rows:
    """All of them, or those that one page needs."""
    if section:
        needed = needed_for(response.questionnaire.parsed, section)
        answers: Iterable[Answer] = Answer.objects.to_questions(response, needed)
    else:
        answers = response.answers.all()
    return {row.key: row for row in answers}


def needed_for(parsed: Questionnaire, section: Section) -> Set[str]:
    """The linkIds that decide what a page shows: its own, and what their conditions ask for.

    Where something is calculated, anything may.
    """
    if parsed.with_expressions:
        return parsed.by_link_id.keys()
    needed: set[str] = set()
    waiting = [*section.walk(), *section.within]
    while waiting:
        item = waiting.pop()
        if item.link_id not in needed:
            needed.add(item.link_id)
            waiting += parsed.around[item.link_id]
            waiting += (parsed.by_link_id[each.question] for each in item.conditions)
    return needed


def row_for(
    rows: Mapping[str, Answer], response: QuestionnaireResponse, item: Item, path: str
) -> Answer:
    """The row of this answer, or a new one that is not saved yet."""
    return rows.get(key_of(item.link_id, path)) or Answer(
        response=response, link_id=item.link_id, path=path, value=[], revision=0
    )


def write(row: Answer, given: GivenAnswer, *, rows: Rows, writer: str, now: datetime) -> None:
    """Make it the answer in force; what stood there before is kept as a revision."""
    if row.pk:
        before = AnswerRevision(
            answer=row,
            revision=row.revision,
            value=row.value,
            in_person=row.in_person,
            saved_at=row.updated_at,
        )
        insert(before)
    row.value = answer_to_json(given)["values"]
    row.in_person = given.in_person
    row.revision += 1
    row.writer = writer
    row.updated_at = now
    row.save(update_fields=WRITTEN if row.pk else None)
    rows[row.key] = row


def given_by(rows: Mapping[str, Answer], response: QuestionnaireResponse) -> dict[str, GivenAnswer]:
    by_link_id = response.questionnaire.parsed.by_link_id
    return {key: row.given(by_link_id[row.link_id]) for key, row in rows.items()}


def given_in(rows: Mapping[str, Answer], response: QuestionnaireResponse) -> Given:
    """With what was worked out from them."""
    computed = response.given_by_expressions()
    return Given({**given_by(rows, response), **computed}, response.computed.get("off", ()))
