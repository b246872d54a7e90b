"""A part that came in on paper: the therapist types it in, and it says so for good.

The answers are saved as a client's own are, alerts included. What the client wrote in the portal
before stays among the revisions.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from intake.fhir.checking import Problem, check_complete
from intake.models import Intake, PaperSource, QuestionnaireResponse
from intake.services.answer_rows import lock_open
from intake.services.client_details import carry_over
from intake.services.earlier_therapies import add_from_intake
from intake.services.intakes import complete_if_ready, is_sent
from intake.services.submitting import send_part
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()
EARLIEST = date(1990, 1, 1)


class NotThatDay(Exception):
    """A sheet is not from the future, and hardly from another century."""


class TwoVersions(Exception):
    """Someone typed something else meanwhile; which of the two holds has to be chosen first."""


@transaction.atomic
def begin(
    *,
    response: QuestionnaireResponse,
    written_on: date | None,
    by: User,
    now: datetime,
    zone: ZoneInfo,
    source: Source = NOWHERE,
) -> PaperSource:
    """Note that this part comes from paper. Again: the day is put right. Raises AlreadySent."""
    if written_on and not EARLIEST <= written_on <= now.astimezone(zone).date():
        raise NotThatDay
    locked = lock_open(response)
    row, _ = PaperSource.objects.update_or_create(
        response=locked,
        defaults={"written_on": written_on, "typed_by": by, "finished_at": None},
        create_defaults={"written_on": written_on, "typed_by": by, "begun_at": now},
    )
    _record("intake.paper.begin", row, by=by, source=source, now=now)
    return row


def left_blank(response: QuestionnaireResponse) -> list[Problem]:
    """What the questionnaire needs and the sheet does not say; it does not keep the part open."""
    return list(check_complete(response.questionnaire.parsed, response.given()))


@transaction.atomic
def finish(*, paper: PaperSource, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """All of the sheet is in: the part is sent as it is, blanks and all.

    On paper nobody could be asked for what is missing; scores say that they are incomplete.
    Raises AlreadySent, TwoVersions, and TooYoung where the sheet bears a minor's day of birth.
    """
    own = Intake.objects.select_for_update(of=("self",))
    intake = own.get(responses=paper.response)
    locked = lock_open(paper.response)
    if any(answer.rivals for answer in locked.answers.all()):
        raise TwoVersions
    paper.finished_at, paper.typed_by = now, by
    paper.save(update_fields=["finished_at", "typed_by"])
    send_part(locked, now=now)
    _record("intake.paper.finish", paper, by=by, source=source, now=now)
    if is_sent(intake):
        told = intake.responses.select_related("questionnaire").prefetch_related("answers")
        carry_over(client=intake.client, responses=told, by=by, now=now, source=source)
        add_from_intake(intake=intake, now=now)
        complete_if_ready(intake=intake, by=by, now=now, source=source)


def _record(action: str, paper: PaperSource, *, by: User, source: Source, now: datetime) -> None:
    audit.record(
        action=action,
        by=by,
        obj=paper,
        client=paper.response.client,
        source=source,
        now=now,
    )
