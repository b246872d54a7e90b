"""What would happen if: the answer before a change of the calendar, and nothing is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.models import Practice
from booking.availability import Reason, Terms
from booking.models import (
    KEPT_FOR_UNDO,
    Appointment,
    AvailabilityException,
    ExceptionKind,
    ExternalBusy,
    Place,
    Practitioner,
)
from booking.services import changes
from booking.services.open_slots import NotOpen, check_open, move_terms
from booking.states import Status
from booking.verdict import Verdict


class Obstacle(StrEnum):
    SESSION = "session"
    HOLD = "hold"
    KEPT = "kept"
    TIME_OFF = "time_off"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Something that stands in the wanted time; `until` a hold or a kept time goes by itself."""

    kind: Obstacle
    starts_at: datetime
    ends_at: datetime
    appointment: Appointment | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MoveOutlook(Verdict):
    """A move as it would be."""

    starts_at: datetime
    ends_at: datetime
    place: Place
    reason: Reason | None
    in_the_way: list[InTheWay]
    is_told: bool

    @property
    def is_possible(self) -> bool:
        return self.reason is None or self.opens_time


def of_move(
    *, appointment: Appointment, starts_at: datetime, place: str, now: datetime
) -> MoveOutlook:
    """What the therapist's move to this time and way to meet would come to.

    The one availability function decides, on the same terms as `appointments.reschedule`.
    """
    terms = move_terms(appointment, by_therapist=True)
    reason = _reason(appointment, starts_at, place, terms, now)
    ends_at = starts_at + timedelta(seconds=terms.length)
    client = appointment.client
    return MoveOutlook(
        starts_at=starts_at,
        ends_at=ends_at,
        place=Place(place),
        reason=reason,
        in_the_way=_in_the_way(appointment, starts_at, ends_at, terms, now) if reason else [],
        is_told=bool(client and client.email),
    )


def _reason(
    appointment: Appointment, starts_at: datetime, place: str, terms: Terms, now: datetime
) -> Reason | None:
    try:
        check_open(
            session_type=appointment.session_type,
            zone=Practice.get().zone,
            starts_at=starts_at,
            place=place,
            now=now,
            overlook=changes.no_obstacle([appointment], now=now),
            terms=terms,
        )
    except NotOpen as error:
        return error.reason
    return None


def _in_the_way(
    moving: Appointment, starts_at: datetime, ends_at: datetime, terms: Terms, now: datetime
) -> list[InTheWay]:
    """By name, in the order of the clock, so that she sees what to do about it."""
    margin = max(terms.before, terms.after, terms.travel)
    begins, ends = (starts_at - timedelta(seconds=margin), ends_at + timedelta(seconds=margin))
    found = [
        *_sessions(moving, begins, ends, now),
        *_closed(moving.practitioner, starts_at, ends_at),
        *_elsewhere(moving.practitioner, begins, ends),
    ]
    return sorted(found, key=lambda one: one.starts_at)


def _sessions(
    moving: Appointment, begins: datetime, ends: datetime, now: datetime
) -> list[InTheWay]:
    rows = (
        Appointment.objects.taking_time(moving.practitioner_id, begins, ends, now)
        .exclude(pk=moving.pk)
        .select_related("client__user", "session_type")
    )
    return [
        InTheWay(
            _kind(row),
            row.starts_at,
            row.ends_at,
            appointment=row if row.client else None,
            until=row.held_until if row.status == Status.HELD else None,
        )
        for row in rows
    ]


def _kind(row: Appointment) -> Obstacle:
    if row.status != Status.HELD:
        return Obstacle.SESSION
    return Obstacle.KEPT if row.holder.startswith(KEPT_FOR_UNDO) else Obstacle.HOLD


def _closed(practitioner: Practitioner, begins: datetime, ends: datetime) -> list[InTheWay]:
    rows = AvailabilityException.objects.filter(
        practitioner=practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at__lt=ends,
        ends_at__gt=begins,
    )
    return [InTheWay(Obstacle.TIME_OFF, row.starts_at, row.ends_at) for row in rows]


def _elsewhere(practitioner: Practitioner, begins: datetime, ends: datetime) -> list[InTheWay]:
    rows = ExternalBusy.objects.filter(
        practitioner=practitioner, starts_at__lt=ends, ends_at__gt=begins
    )
    return [InTheWay(Obstacle.ELSEWHERE, row.starts_at, row.ends_at) for row in rows]
