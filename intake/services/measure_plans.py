"""Plans for questionnaires that come again: made, paused, gone on with and ended by the therapist.

Each due form is a row of the outbox, which writes the next one: what was set going before a plan
was changed carries an older turn and does nothing.
"""

from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from accounts.models import Client, Practice, User
from booking.models import Practitioner
from booking.quiet_hours import next_allowed
from intake.instruments.catalogue import INSTRUMENTS
from intake.measure_days import Rhythm, opening
from intake.models import MeasurePlan, PlanState, Questionnaire
from intake.services import measures
from intake.services.shelf import retired_questionnaires
from portal.shared import audit, outbox
from portal.shared.request import Source

NOWHERE = Source()
A_DAY = timedelta(days=1)


class NotOffered(Exception):
    """No client can be asked for it: never published, retired, or for a clinician alone."""


class NoAccount(Exception):
    """This client can't sign in, so nobody would fill it in."""


class AlreadyPlanned(Exception):
    """It comes again for this client already."""


class NothingDue(Exception):
    """There is no day of it left."""


class WrongState(Exception):
    """The plan is not in a state in which this can be done."""


def offered() -> list[Questionnaire]:
    """What clients can be asked for, instruments first, each in its newest version."""
    newest = {row.slug: row for row in Questionnaire.objects.order_by("version").defer("resource")}
    retired = retired_questionnaires()
    rows = [row for row in newest.values() if row.slug not in retired and not row.is_clinician_only]
    return sorted(rows, key=lambda row: (not is_instrument(row), name_of(row).casefold()))


def is_instrument(questionnaire: Questionnaire) -> bool:
    return questionnaire.parsed.instrument in INSTRUMENTS


def name_of(questionnaire: Questionnaire) -> str:
    """As the therapist knows it; a client reads the title."""
    return questionnaire.parsed.instrument or questionnaire.title


@transaction.atomic
def make(
    *,
    client: Client,
    practitioner: Practitioner,
    slug: str,
    rhythm: Rhythm,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> MeasurePlan:
    """A form that is due already opens at once. Raises the exceptions above."""
    client = Client.objects.select_for_update().get(pk=client.pk)
    if client.user_id is None:
        raise NoAccount
    if slug not in {row.slug for row in offered()}:
        raise NotOffered
    repeating = MeasurePlan.objects.filter(client=client, slug=slug, every_weeks__isnull=False)
    if rhythm.every_weeks and repeating.exclude(state=PlanState.ENDED).exists():
        raise AlreadyPlanned
    plan = MeasurePlan.objects.create(
        client=client,
        practitioner=practitioner,
        slug=slug,
        every_weeks=rhythm.every_weeks,
        starts_on=rhythm.starts_on,
        until_on=rhythm.until_on,
        created_by=by,
    )
    _record("measure_plan.create", plan, by, now, source)
    if not _set_going(plan, now):
        raise NothingDue
    plan.refresh_from_db()
    return plan


@transaction.atomic
def pause(*, plan: MeasurePlan, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """A form that is open stays open. Raises WrongState."""
    locked = _change(plan, {PlanState.ACTIVE}, PlanState.PAUSED)
    _record("measure_plan.pause", locked, by, now, source)


@transaction.atomic
def go_on(*, plan: MeasurePlan, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """From its next day on; without one it ends. Raises WrongState."""
    locked = _change(plan, {PlanState.PAUSED}, PlanState.ACTIVE)
    _record("measure_plan.go_on", locked, by, now, source)
    if not _set_going(locked, now):
        _end(locked)


@transaction.atomic
def end(*, plan: MeasurePlan, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """A form that is open stays open; it can be withdrawn by itself. Raises WrongState."""
    locked = _change(plan, {PlanState.ACTIVE, PlanState.PAUSED}, PlanState.ENDED)
    _record("measure_plan.end", locked, by, now, source)


@transaction.atomic
def open_due(*, plan_id: int, turn: int, due_on: date, now: datetime) -> None:
    """Open what is due by now, and write down the next one. Safe to repeat.

    After a long standstill that is the newest one alone: nobody is asked twice for the same.
    """
    plan = MeasurePlan.objects.select_for_update().get(pk=plan_id)
    if plan.state != PlanState.ACTIVE or plan.turn != turn:
        return
    rhythm, practice = rhythm_of(plan), Practice.get()
    current = max(due_on, rhythm.due_by(_today(practice, now)) or due_on)
    questionnaire = next((row for row in offered() if row.slug == plan.slug), None)
    if questionnaire:
        measures.open_form(
            plan=plan,
            questionnaire=questionnaire,
            due_on=current,
            lapses_at=rhythm.lapses(current, practice.zone),
            now=now,
        )
    following = rhythm.due_after(current)
    if following is None:
        _end(plan)
    else:
        _write_down(plan, following, practice, now)


def first_moment(*, now: datetime) -> datetime:
    """When a form that is due may open: now, or after the quiet hours that it is."""
    practice = Practice.get()
    return next_allowed(
        now, zone=practice.zone, quiet_from=practice.quiet_from, quiet_until=practice.quiet_until
    )


def rhythm_of(plan: MeasurePlan) -> Rhythm:
    return Rhythm(plan.starts_on, plan.every_weeks, plan.until_on)


def next_due(plan: MeasurePlan, now: datetime) -> date | None:
    """The next day on which it opens, for a page; None while it is paused or when it has ended."""
    if plan.state != PlanState.ACTIVE:
        return None
    practice = Practice.get()
    today = _today(practice, now)
    is_ahead = opening(today, practice.zone) > now
    return rhythm_of(plan).due_after(today - A_DAY if is_ahead else today)


def _set_going(plan: MeasurePlan, now: datetime) -> bool:
    """From the first day that has not passed; False when there is none."""
    practice = Practice.get()
    due_on = rhythm_of(plan).due_after(_today(practice, now) - A_DAY)
    if due_on is None:
        return False
    if _opens_at(due_on, practice, now) <= now:
        open_due(plan_id=plan.pk, turn=plan.turn, due_on=due_on, now=now)
    else:
        _write_down(plan, due_on, practice, now)
    return True


def _write_down(plan: MeasurePlan, due_on: date, practice: Practice, now: datetime) -> None:
    outbox.enqueue(
        kind="open_measure",
        key=f"open_measure:{plan.pk}:{plan.turn}:{due_on.isoformat()}",
        payload={"plan_id": plan.pk, "turn": plan.turn, "due_on": due_on.toordinal()},
        due_at=_opens_at(due_on, practice, now),
        now=now,
    )


def _opens_at(due_on: date, practice: Practice, now: datetime) -> datetime:
    """In the morning, or now where that has passed; never in quiet hours, as a mail goes out."""
    return next_allowed(
        max(opening(due_on, practice.zone), now.astimezone(UTC)),
        zone=practice.zone,
        quiet_from=practice.quiet_from,
        quiet_until=practice.quiet_until,
    )


def _today(practice: Practice, now: datetime) -> date:
    return now.astimezone(practice.zone).date()


def _change(plan: MeasurePlan, allowed: set[PlanState], state: PlanState) -> MeasurePlan:
    locked = MeasurePlan.objects.select_for_update().get(pk=plan.pk)
    if locked.state not in allowed:
        raise WrongState
    locked.state = state
    locked.turn += 1
    locked.save(update_fields=["state", "turn", "updated_at"])
    return locked


def _end(plan: MeasurePlan) -> None:
    plan.state = PlanState.ENDED
    plan.save(update_fields=["state", "updated_at"])


def _record(action: str, plan: MeasurePlan, by: User, now: datetime, source: Source) -> None:
    audit.record(
        action=action,
        by=by,
        obj=plan,
        client=plan.client,
        source=source,
        detail={"every_weeks": plan.every_weeks or 0},
        now=now,
    )
