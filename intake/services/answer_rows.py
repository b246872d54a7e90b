"""Rows of answers: locked with their response, written with what they were before kept."""

from collections.abc import Mapping
from datetime import datetime

from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.answers import answer_to_json, key_of
from intake.fhir.questionnaire import Item
from intake.models import Answer, AnswerRevision, QuestionnaireResponse

WRITTEN = ["value", "in_person", "revision", "writer", "updated_at"]
Rows = dict[str, Answer]
"""By key; a new row is put in when it is written."""


class AlreadySent(Exception):
    """These answers were sent; the therapist can open them again."""


def lock_open(response: QuestionnaireResponse) -> QuestionnaireResponse:
    """The row as it is now, nobody else's until the transaction ends. Raises AlreadySent."""
    locked = QuestionnaireResponse.objects.select_for_update().get(pk=response.pk)
    locked.questionnaire = response.questionnaire  # a published version never changes
    locked.intake = response.intake
    if not locked.is_open:
        raise AlreadySent
    return locked


def rows_of(response: QuestionnaireResponse) -> Rows:
    return {row.key: row for row in response.answers.all()}


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
        AnswerRevision.objects.create(
            answer=row,
            revision=row.revision,
            value=row.value,
            in_person=row.in_person,
            saved_at=row.updated_at,
        )
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
