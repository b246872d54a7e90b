"""One of a series, this and the following, or all: called off or moved together, told once.

What is over, called off or missed stays as it is. Moves keep the wall-clock hour over DST changes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import uuid4

from django.db import transaction

from accounts.models import Practice, User
from booking.availability import Diary, Reason, why_not
from booking.models import Appointment
from booking.series_plan import shifted
from booking.services import appointments, changes
from booking.services.appointments import Cancellation
from booking.services.contention import retrying
from booking.services.diary_rows import load_diary
from booking.services.open_slots import NotOpen, move_terms, seconds
from booking.services.series import ConflictsLeft, NothingToBook
from booking.states import NotAllowed, Status
from booking.verdict import PlannedVerdict
from booking.wall_clock import day_interval
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()


class Scope(StrEnum):
    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Target:
    """Where one appointment is to go; `on` and `at` are the practice's wall clock."""

    on: date
    at: time
    place: str


@dataclass(frozen=True, slots=True)
class Step(PlannedVerdict):
    """One occurrence of a move: where it would be, and what stands against it."""

    appointment: Appointment
    starts_at: datetime | None  # None: the clocks skip that hour on this day
    reason: Reason | None


def reach(appointment: Appointment, scope: Scope, *, now: datetime) -> list[Appointment]:
    """The agreed occurrences to come that a change of this scope touches, in order."""
    rows = Appointment.objects.filter(status=Status.CONFIRMED, ends_at__gt=now)
    if scope == Scope.THIS or appointment.series_id is None:
        rows = rows.filter(pk=appointment.pk)
    else:
        rows = rows.filter(series=appointment.series_id)
        if scope == Scope.FOLLOWING:
            rows = rows.filter(number__gte=appointment.number)
    related = rows.select_related("session_type__practitioner", "client__user", "series")
    return list(related.order_by("starts_at"))


@retrying
@transaction.atomic
def cancel(
    *,
    appointment: Appointment,
    scope: Scope,
    by: User,
    now: datetime,
    reason: str = "",
    source: Source = NOBODY,
) -> list[Cancellation]:
    """Call them off together: one undo, one mail; each keeps the policy it was promised.

    Raises NotAllowed when one is called off or over meanwhile, or none is left; nothing is written
    then.
    """
    rows, batch = reach(appointment, scope, now=now), uuid4()
    if not rows:
        raise NotAllowed("none is to come")
    done = [
        appointments.cancel(
            appointment=row, by=by, now=now, reason=reason, source=source, batch=batch
        )
        for row in rows
    ]
    _record("cancel", appointment, scope, len(done), by=by, now=now, source=source)
    return done


def plan_move(*, appointment: Appointment, scope: Scope, to: Target, now: datetime) -> list[Step]:
    """Every occurrence where it would be: as many days on as this one, at the same new hour.

    Its own sessions are no obstacle to each other. Queries do not grow with the series.
    """
    rows, zone = reach(appointment, scope, now=now), Practice.get().zone
    days = (to.on - appointment.starts_at.astimezone(zone).date()).days
    goals = [shifted(row.starts_at, days=days, starts=to.at, zone=zone) for row in rows]
    if not rows:
        return []
    terms = move_terms(rows[0], by_therapist=True)
    span = (day_interval(zone, goals[0][0])[0], day_interval(zone, goals[-1][0])[1])
    diary = load_diary(
        rows[0].session_type, terms, zone, span, now, changes.no_obstacle(rows, now=now)
    )
    return [
        Step(row, goal, _reason(row, goal, to.place, diary, now))
        for row, (_, goal) in zip(rows, goals, strict=True)
    ]


@retrying
@transaction.atomic
def move(
    *,
    appointment: Appointment,
    scope: Scope,
    to: Target,
    by: User,
    now: datetime,
    stay: Collection[int] = (),
    outside_hours: bool = False,
    source: Source = NOBODY,
) -> list[Appointment]:
    """Move them together, but for those whose ids `stay`: one undo, one mail, all or none.

    Raises NothingToBook when all stay; ConflictsLeft (by appointment id); NotAllowed.
    """
    steps = plan_move(appointment=appointment, scope=scope, to=to, now=now)
    going = [step for step in steps if step.appointment.pk not in stay]
    if not going:
        raise NothingToBook
    moved = _move_each(going, to.place, outside_hours, by=by, now=now, source=source)
    _record("move", appointment, scope, len(moved), by=by, now=now, source=source)
    return moved


def _move_each(
    going: list[Step], place: str, outside_hours: bool, *, by: User, now: datetime, source: Source
) -> list[Appointment]:
    moved, reasons, batch = [], {}, uuid4()
    for step in _without_collision(going):
        if step.starts_at is None:
            reasons[step.appointment.pk] = Reason.OUTSIDE_HOURS
            continue
        try:
            moved.append(
                appointments.reschedule(
                    appointment=step.appointment,
                    starts_at=step.starts_at,
                    place=place,
                    outside_hours=outside_hours and step.opens_time,
                    by=by,
                    now=now,
                    source=source,
                    batch=batch,
                )
            )
        except NotOpen as error:
            reasons[step.appointment.pk] = error.reason
    if reasons:
        raise ConflictsLeft(reasons)
    return sorted(moved, key=lambda row: row.starts_at)


def _without_collision(going: list[Step]) -> list[Step]:
    """The last first when they move on, the first first when they move back."""
    first = going[0]
    moves_on = first.starts_at is not None and first.starts_at > first.appointment.starts_at
    return list(reversed(going)) if moves_on else going


def _reason(
    row: Appointment, goal: datetime | None, place: str, diary: Diary, now: datetime
) -> Reason | None:
    if goal is None:
        return None
    if place not in row.session_type.places:
        return Reason.WRONG_PLACE
    terms = move_terms(row, by_therapist=True)
    start = int(goal.timestamp())
    return why_not(diary, terms, place=place, now=seconds(now), start=start)


def _record(
    action: str,
    appointment: Appointment,
    scope: Scope,
    count: int,
    *,
    by: User,
    now: datetime,
    source: Source,
) -> None:
    audit.record(
        action=f"series.{action}",
        by=by,
        obj=appointment.series or appointment,
        client=appointment.client,
        source=source,
        detail={"scope": scope.value, "appointments": count},
        now=now,
    )
