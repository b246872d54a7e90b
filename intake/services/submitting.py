"""Sending the answers: checked on the server, so a blank form never passes as complete."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Client, User
from accounts.services.clients import TooYoung
from intake.fhir.checking import Problem, check_complete
from intake.fhir.enabling import shown_keys
from intake.models import Intake, Measure, QuestionnaireResponse, ResponseStatus
from intake.services.client_details import carry_over
from intake.services.earlier_therapies import add_from_intake
from intake.services.intakes import complete_if_ready
from intake.services.scoring import score_response
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()
UNDER_AGE = (
    "For a person under 18 a parent or guardian has to be part of this. Please check the date,"
    " or call us:"
)
TWO_VERSIONS = "There are two versions of this answer. Please choose one."


@dataclass(frozen=True)
class Missing:
    """What still stands in the way, and where."""

    response: QuestionnaireResponse
    problem: Problem


class NotComplete(Exception):
    """Answers are needed first; `missing` says which, and where they stand."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(f"{len(missing)} answers are needed")
        self.missing = missing


def find_missing(sitting: Intake | Measure) -> list[Missing]:
    """Everything that sending would be refused for, in the order of the parts."""
    responses = sitting.responses.select_related("questionnaire").prefetch_related("answers")
    return _missing_in(list(responses))


def _missing_in(responses: Sequence[QuestionnaireResponse]) -> list[Missing]:
    return [
        Missing(response, problem)
        for response in responses
        if response.is_open
        for problem in _problems(response)
    ]


def _problems(response: QuestionnaireResponse) -> Iterator[Problem]:
    parsed, given = response.questionnaire.parsed, response.given()
    yield from check_complete(parsed, given)
    shown = shown_keys(parsed, given)
    for answer in response.answers.all():
        if answer.rivals and answer.key in shown:
            yield Problem(answer.link_id, TWO_VERSIONS, answer.path)


def _too_young(responses: Sequence[QuestionnaireResponse], young: TooYoung) -> NotComplete:
    """A minor can't consent alone here (NY MHL 33.21): a parent or guardian calls us."""
    for response in responses:
        for item in response.questionnaire.parsed.questions():
            if item.prefill == "birth_date":
                words = f"{UNDER_AGE} {young.phone}".strip()
                return NotComplete([Missing(response, Problem(item.link_id, words))])
    return NotComplete([])


@transaction.atomic
def submit(*, intake: Intake, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """Send every open part. Sending twice changes nothing. Raises NotComplete."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    sent = send_open_parts(sitting=locked, client=locked.client, by=by, now=now, source=source)
    add_from_intake(intake=locked, now=now)
    if sent:
        audit.record(
            action="intake.submit",
            by=by,
            obj=locked,
            client=locked.client,
            source=source,
            detail={"parts": sent},
            now=now,
        )
    complete_if_ready(intake=intake, by=by, now=now, source=source)


def send_open_parts(
    *, sitting: Intake | Measure, client: Client, by: User, now: datetime, source: Source
) -> int:
    """How many were sent; in the transaction that has locked the sitting. Raises NotComplete."""
    still_open = _lock_open_parts(sitting)
    missing = _missing_in(still_open)
    if missing:
        raise NotComplete(missing)
    told = list(sitting.responses.select_related("questionnaire").prefetch_related("answers"))
    try:
        carry_over(client=client, responses=told, by=by, now=now, source=source)
    except TooYoung as young:
        raise _too_young(told, young) from young
    for response in still_open:
        send_part(response, now=now)
    return len(still_open)


def _lock_open_parts(sitting: Intake | Measure) -> list[QuestionnaireResponse]:
    """No window saves into these any more: what is checked is what is sent."""
    parts = sitting.responses.filter(status=ResponseStatus.IN_PROGRESS)
    return list(
        parts.select_for_update(of=("self",))
        .select_related("questionnaire")
        .prefetch_related("answers")
    )


def send_part(response: QuestionnaireResponse, *, now: datetime) -> None:
    """Close this part and score it; in a transaction that has locked it."""
    was_sent = response.submitted_at is not None
    response.status = ResponseStatus.AMENDED if was_sent else ResponseStatus.COMPLETED
    response.submitted_at = now
    response.save(update_fields=["status", "submitted_at", "updated_at"])
    score_response(response=response, now=now)
