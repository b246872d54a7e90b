"""Open times of a session type: read the practitioner's diary once, ask `booking.availability`.

List, hold, confirm, move and the therapist's own bookings all pass through here, so what is
listed can be booked and what is not listed is refused, with the reason.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Min

from booking.availability import ExtraTime, Reason, Terms, bookable_range, open_by_place, why_not
from booking.models import LONGEST_HORIZON_DAYS, Appointment, Place, SessionType
from booking.services.diary_rows import NOTHING, Overlook, instant, load_diary

__all__ = [
    "NOTHING", "NotOpen", "Overlook", "Slot", "SlotTaken", "check_open", "held_terms", "instant",
    "lengths_of", "move_terms", "nearest_open", "open_seconds", "open_slots", "seconds",
    "terms_of", "therapist_terms",
]  # fmt: skip


class NotOpen(Exception):
    """The time can't be had; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class SlotTaken(NotOpen):
    """Somebody else has it."""

    def __init__(self) -> None:
        super().__init__(Reason.TAKEN)


class Slot(NamedTuple):
    """A time that can be booked, and the ways to meet that it allows."""

    starts_at: datetime
    ends_at: datetime
    places: tuple[Place, ...]


def open_slots(
    *,
    session_type: SessionType,
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    now: datetime,
    place: str = "",
    overlook: Overlook = NOTHING,
    terms: Terms | None = None,
) -> list[Slot]:
    """Open times that begin in [start, end); `place` empty: any of the type's ways to meet."""
    terms = terms or terms_of(session_type)
    length = timedelta(seconds=terms.length)
    found = open_seconds(session_type, terms, zone, start, end, now, place, overlook)
    return [
        Slot(starts_at := instant(second), starts_at + length, tuple(places))
        for second, places in found.items()
    ]


def open_seconds(
    session_type: SessionType,
    terms: Terms,
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    now: datetime,
    place: str = "",
    overlook: Overlook = NOTHING,
) -> dict[int, list[Place]]:
    """The same as bare seconds since 1970, ascending, each with its ways to meet.

    Two queries, whatever the length of the history.
    """
    low, high = bookable_range(zone, terms, seconds(now))
    low, high = max(low, seconds(start)), min(high, seconds(end))
    if low >= high:
        return {}
    diary = load_diary(session_type, terms, zone, (low, high), now, overlook)
    places = [one for one in session_type.places if place in ("", one)]
    by_place = open_by_place(diary, terms, places, now=seconds(now), start=low, end=high)
    found: dict[int, list[Place]] = {}
    for one, starts in by_place.items():
        for second in starts:
            found.setdefault(second, []).append(one)
    return dict(sorted(found.items()))


def check_open(
    *,
    session_type: SessionType,
    zone: ZoneInfo,
    starts_at: datetime,
    place: str,
    now: datetime,
    overlook: Overlook = NOTHING,
    terms: Terms | None = None,
    outside_hours: bool = False,
) -> None:
    """Raise NotOpen (SlotTaken when it is taken) unless the list would hold this very time.

    `outside_hours`: as if there were hours then, for this one appointment and nobody else.
    """
    terms = terms or terms_of(session_type)
    start = int(starts_at.timestamp())
    if place not in session_type.places:
        raise NotOpen(Reason.WRONG_PLACE)
    if starts_at.microsecond:
        raise NotOpen(Reason.OFF_GRID)
    diary = load_diary(session_type, terms, zone, (start, start + 1), now, overlook)
    if outside_hours:
        own = ExtraTime(start, start + terms.length, place)
        diary = replace(diary, extra=[*diary.extra, own])
    reason = why_not(diary, terms, place=place, now=seconds(now), start=start)
    if reason == Reason.TAKEN:
        raise SlotTaken
    if reason:
        raise NotOpen(reason)


def nearest_open(slots: Sequence[Slot], wanted: datetime, count: int = 4) -> list[Slot]:
    """Those closest to a time that could not be had, in the order of the clock."""
    closest = sorted(slots, key=lambda slot: abs(slot.starts_at - wanted))[:count]
    return sorted(closest)


def lengths_of(session_type: SessionType) -> Terms:
    """What a session of this type takes up."""
    return Terms(
        length=session_type.minutes * 60,
        before=session_type.buffer_before_minutes * 60,
        after=session_type.buffer_after_minutes * 60,
    )


def terms_of(session_type: SessionType, *, shortest_block: int = 0) -> Terms:
    """What a visitor's or client's booking of this type has to respect.

    One query more for a packed type whose practitioner's `shortest_block` (in seconds) is not
    given, and one where the practitioner is not loaded yet.
    """
    practitioner = session_type.practitioner
    if session_type.is_packed:
        shortest_block = shortest_block or _shortest_block(session_type)
    return replace(
        lengths_of(session_type),
        grid=session_type.grid_minutes * 60,
        shortest_block=shortest_block if session_type.is_packed else None,
        notice=session_type.notice_hours * 3600,
        notice_days=session_type.notice_days,
        notice_clock=session_type.notice_clock,
        horizon_days=session_type.horizon_days,
        open_from=session_type.open_from,
        open_until=session_type.open_until,
        daily_cap=session_type.daily_cap,
        weekly_cap=session_type.weekly_cap,
        daily_cap_in_all=practitioner.daily_cap,
        weekly_cap_in_all=practitioner.weekly_cap,
        travel=practitioner.travel_minutes * 60,
    )


def therapist_terms(session_type: SessionType) -> Terms:
    """The therapist may book at once, far ahead and over her caps, but not over anything else."""
    return replace(
        lengths_of(session_type),
        grid=300,
        horizon_days=LONGEST_HORIZON_DAYS,
        travel=session_type.practitioner.travel_minutes * 60,
    )


def move_terms(appointment: Appointment, *, by_therapist: bool) -> Terms:
    """An appointment moves with the length and the buffers that it was agreed with."""
    offered = therapist_terms if by_therapist else terms_of
    return replace(
        offered(appointment.session_type),
        length=_whole(appointment.ends_at - appointment.starts_at),
        before=_whole(appointment.starts_at - appointment.blocked_from),
        after=_whole(appointment.blocked_until - appointment.ends_at),
    )


def held_terms(appointment: Appointment) -> Terms:
    """A time that is kept was open when it was chosen: only what closed it since may take it.

    What others do meanwhile (another session that makes the day full, or a neighbour that goes
    away and leaves a hole) is not held against the one who chose first.
    """
    return replace(move_terms(appointment, by_therapist=True), grid=1)


def _shortest_block(session_type: SessionType) -> int:
    """Of the practitioner's active types, in seconds, buffers included."""
    offered = SessionType.objects.filter(
        practitioner_id=session_type.practitioner_id, is_active=True
    ).order_by()
    block = F("minutes") + F("buffer_before_minutes") + F("buffer_after_minutes")
    found: int | None = offered.aggregate(shortest=Min(block))["shortest"]
    own = lengths_of(session_type)
    return found * 60 if found else own.before + own.length + own.after


def _whole(span: timedelta) -> int:
    return int(span.total_seconds())


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970, rounded up: a notice of two hours is never a moment less."""
    return -int(-moment.timestamp() // 1)
