"""A form that is open by itself: opened, sent, put off by the client, withdrawn, or lapsed."""

from datetime import date, datetime
from typing import Protocol

from django.db import transaction

from accounts.models import Practice, User
from intake.models import (
    Measure,
    MeasurePlan,
    MeasureState,
    Questionnaire,
    QuestionnaireResponse,
    ResponseStatus,
)
from intake.services.client_details import prefill
from intake.services.submitting import send_open_parts
from portal.shared import audit, mail, outbox
from portal.shared.request import Source

NOWHERE = Source()
SUBJECT = "A short form is open for you"


class NotOpen(Exception):
    """It was sent, put off, withdrawn, or its time is over."""


class Act(Protocol):
    """What a person does to an open form."""

    def __call__(
        self, *, measure: Measure, by: User, now: datetime, source: Source = ...
    ) -> None: ...


def open_form(
    *,
    plan: MeasurePlan,
    questionnaire: Questionnaire,
    due_on: date,
    lapses_at: datetime,
    now: datetime,
) -> None:
    """Call it with the plan locked. Nothing when this day's form was opened, or is over by now.

    One form of a kind is open at a time: an older one lapses.
    """
    if lapses_at <= now or plan.measures.filter(due_on=due_on).exists():
        return
    # Locked, so that one which the client sends at this moment stays sent.
    open_now = Measure.objects.open().select_for_update(of=("self",))
    for measure in open_now.filter(plan__client=plan.client, plan__slug=plan.slug):
        _settle(measure, MeasureState.LAPSED, by=None, now=now)
    response = QuestionnaireResponse.objects.create(client=plan.client, questionnaire=questionnaire)
    prefill(response=response, now=now)
    measure = Measure.objects.create(
        plan=plan, response=response, due_on=due_on, opened_at=now, lapses_at=lapses_at
    )
    _tell_client(measure, now=now)
    outbox.enqueue(
        kind="lapse_measure",
        key=f"lapse_measure:{measure.pk}",
        payload={"measure_id": measure.pk},
        due_at=lapses_at,
        now=now,
    )
    _record("measure.open", measure, None, now, NOWHERE)


def _tell_client(measure: Measure, *, now: datetime) -> None:
    """It does not say what is asked."""
    if not measure.plan.client.email:
        return
    mail.queue(
        to=measure.plan.client.email,
        subject=SUBJECT,
        template="email/intake/form_open",
        context={"practice": Practice.get()},
        key=f"measure:{measure.pk}",
        now=now,
    )


@transaction.atomic
def send(*, measure: Measure, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """With its score, for the therapist. Raises NotOpen, NotComplete."""
    locked = _lock_open(measure)
    client = locked.plan.client
    send_open_parts(sitting=locked, client=client, by=by, now=now, source=source)
    _note(locked, MeasureState.SENT, now)
    _record("measure.submit", locked, by, now, source)


@transaction.atomic
def decline(*, measure: Measure, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """ "Not now": what was answered is kept, and not sent. Raises NotOpen."""
    _settle(_lock_open(measure), MeasureState.DECLINED, by=by, now=now, source=source)


@transaction.atomic
def withdraw(*, measure: Measure, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """By the therapist. Raises NotOpen."""
    _settle(_lock_open(measure), MeasureState.WITHDRAWN, by=by, now=now, source=source)


@transaction.atomic
def take_up(*, measure: Measure, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """The client would like to after all, while there is time. Raises NotOpen."""
    locked = _lock(measure)
    if not can_be_taken_up(locked, now):
        raise NotOpen
    locked.state, locked.settled_at = MeasureState.OPEN, None
    locked.save(update_fields=["state", "settled_at"])
    QuestionnaireResponse.objects.filter(pk=locked.response_id).update(
        status=ResponseStatus.IN_PROGRESS, updated_at=now
    )
    _record("measure.take_up", locked, by, now, source)


def can_be_taken_up(measure: Measure, now: datetime) -> bool:
    return measure.state == MeasureState.DECLINED and measure.lapses_at > now


@transaction.atomic
def lapse(*, measure_id: int, now: datetime) -> None:
    """Its time is over; nothing when it is settled. Safe to repeat."""
    locked = _lock(Measure(pk=measure_id))
    if locked.is_open and locked.lapses_at <= now:
        _settle(locked, MeasureState.LAPSED, by=None, now=now)


def _lock_open(measure: Measure) -> Measure:
    locked = _lock(measure)
    if not locked.is_open:
        raise NotOpen
    return locked


def _lock(measure: Measure) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",)).select_related("plan__client__user")
    return rows.get(pk=measure.pk)


def _settle(
    measure: Measure,
    state: MeasureState,
    *,
    by: User | None,
    now: datetime,
    source: Source = NOWHERE,
) -> None:
    """Closed without being sent: no window saves into it any more."""
    QuestionnaireResponse.objects.select_for_update().filter(pk=measure.response_id).update(
        status=ResponseStatus.STOPPED, updated_at=now
    )
    _note(measure, state, now)
    _record(ACTIONS[state], measure, by, now, source)


ACTIONS = {
    MeasureState.DECLINED: "measure.decline",
    MeasureState.WITHDRAWN: "measure.withdraw",
    MeasureState.LAPSED: "measure.lapse",
}


def _note(measure: Measure, state: MeasureState, now: datetime) -> None:
    measure.state, measure.settled_at = state, now
    measure.save(update_fields=["state", "settled_at"])


def _record(action: str, measure: Measure, by: User | None, now: datetime, source: Source) -> None:
    audit.record(
        action=action, by=by, obj=measure, client=measure.plan.client, source=source, now=now
    )
