"""Sessions that repeat: planned with their conflicts first, then booked together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db import transaction

from accounts.models import Client, Practice, User
from booking.availability import Diary, Reason, Terms, open_starts, why_not
from booking.models import Appointment, AppointmentSeries, Place, SessionType
from booking.series_plan import repeated
from booking.services import appointments, notices
from booking.services.contention import retrying
from booking.services.diary_rows import load_diary
from booking.services.open_slots import NotOpen, instant, seconds, therapist_terms
from booking.verdict import PlannedVerdict
from booking.wall_clock import day_interval
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()
OTHERS_OFFERED = 3


class NothingToBook(Exception):
    """Every occurrence is left out."""


class ConflictsLeft(Exception):
    """Some of the chosen times can't be had; nothing was written."""

    def __init__(self, reasons: Mapping[int, Reason]) -> None:
        super().__init__(f"{len(reasons)} conflicts")
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to repeat: `count` times, every week or every other, at a wall-clock hour."""

    session_type: SessionType
    client: Client
    place: Place
    first_on: date
    starts: time
    every_weeks: int
    count: int


@dataclass(frozen=True, slots=True)
class Occurrence(PlannedVerdict):
    """One session of the plan. `reason`: why its time is not open; `others`: open ones that day."""

    number: int
    on: date
    starts_at: datetime | None
    reason: Reason | None
    others: list[datetime]


@dataclass(frozen=True, slots=True)
class Choice:
    """When an occurrence is to be, and whether the hours are no obstacle to it."""

    starts_at: datetime
    outside_hours: bool = False


def plan(wish: Wish, *, now: datetime) -> list[Occurrence]:
    """Every occurrence with what stands against it. Three queries, however many there are."""
    zone = Practice.get().zone
    days = list(
        repeated(
            wish.first_on, wish.starts, every_weeks=wish.every_weeks, count=wish.count, zone=zone
        )
    )
    terms = therapist_terms(wish.session_type)
    span = (day_interval(zone, days[0][0])[0], day_interval(zone, days[-1][0])[1])
    diary = load_diary(wish.session_type, terms, zone, span, now)
    return [
        _occurrence(number, day, moment, wish, diary, terms, now)
        for number, (day, moment) in enumerate(days, start=1)
    ]


@retrying
@transaction.atomic
def book(
    *,
    wish: Wish,
    choices: Mapping[int, Choice],
    by: User,
    now: datetime,
    source: Source = NOBODY,
) -> AppointmentSeries:
    """Book the chosen numbers, all of them or none, and tell the client in one mail.

    Raises NothingToBook, ConflictsLeft.
    """
    if not choices:
        raise NothingToBook
    series = AppointmentSeries.objects.create(
        practitioner_id=wish.session_type.practitioner_id,
        session_type=wish.session_type,
        client=wish.client,
        place=wish.place,
        every_weeks=wish.every_weeks,
        first_on=wish.first_on,
        starts=wish.starts,
        count=wish.count,
        created_by=by,
    )
    booked = _book_each(series, wish, choices, by=by, now=now, source=source)
    notices.confirmed_together(booked, now=now)
    audit.record(
        action="series.book",
        by=by,
        obj=series,
        client=wish.client,
        source=source,
        detail={"booked": len(booked), "planned": wish.count},
        now=now,
    )
    return series


def _book_each(
    series: AppointmentSeries,
    wish: Wish,
    choices: Mapping[int, Choice],
    *,
    by: User,
    now: datetime,
    source: Source,
) -> list[Appointment]:
    booked, reasons = [], {}
    for number, choice in sorted(choices.items()):
        try:
            booked.append(
                appointments.book_for_client(
                    session_type=wish.session_type,
                    client=wish.client,
                    starts_at=choice.starts_at,
                    place=wish.place,
                    outside_hours=choice.outside_hours,
                    by=by,
                    now=now,
                    source=source,
                    series=series,
                    number=number,
                    tell=False,
                )
            )
        except NotOpen as error:
            reasons[number] = error.reason
    if reasons:
        raise ConflictsLeft(reasons)
    return booked


def _occurrence(
    number: int,
    day: date,
    moment: datetime | None,
    wish: Wish,
    diary: Diary,
    terms: Terms,
    now: datetime,
) -> Occurrence:
    reason = None
    if moment:
        reason = why_not(
            diary, terms, place=wish.place, now=seconds(now), start=int(moment.timestamp())
        )
    is_fine = moment is not None and reason is None
    others = [] if is_fine else _others(day, moment, wish, diary, terms, now)
    return Occurrence(number, day, moment, reason, others)


def _others(
    day: date, wanted: datetime | None, wish: Wish, diary: Diary, terms: Terms, now: datetime
) -> list[datetime]:
    """The open times of that day that lie closest, on the clock that the type begins by."""
    start, end = day_interval(diary.zone, day)
    gridded = replace(terms, grid=wish.session_type.grid_minutes * 60)
    found: Sequence[int] = open_starts(
        diary, gridded, place=wish.place, now=seconds(now), start=start, end=end
    )
    middle = int(wanted.timestamp()) if wanted else start
    closest = sorted(found, key=lambda second: abs(second - middle))[:OTHERS_OFFERED]
    return [instant(second) for second in sorted(closest)]


def occurrences_of(series: AppointmentSeries) -> list[Appointment]:
    """All that were booked, also those that are over or called off, in order."""
    rows = series.occurrences.select_related("session_type", "client__user")
    return list(rows.order_by("starts_at"))
