"""What a request asks of the calendar of open times, and the page that answers it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from booking.availability import Terms, bookable_range
from booking.calendar_page import CalendarPage, Clocks, build
from booking.calendar_years import YEARS
from booking.models import Place, SessionType
from booking.month import Month
from booking.services.open_slots import (
    NOTHING,
    Overlook,
    Slot,
    instant,
    nearest_open,
    open_slots,
    seconds,
    terms_of,
)
from booking.views.visitor import visitor_zone
from booking.wall_clock import day_start, local_date

NEAR = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    value: str
    label: str
    is_chosen: bool


class Read(NamedTuple):
    """The open times between two moments, as the diary was read for them."""

    start: datetime
    end: datetime
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Asked:
    """A session type's open times, as one visitor asks for them."""

    session_type: SessionType
    clocks: Clocks
    place: Place
    now: datetime
    overlook: Overlook = NOTHING
    terms: Terms | None = None
    read: list[Read] = field(default_factory=list)  # of the diary, so far

    @property
    def places(self) -> list[PlaceChoice]:
        """The ways to meet to choose from."""
        offered = self.session_type.places
        return [PlaceChoice(one.value, str(one.label), one == self.place) for one in offered]

    def slots(self, start: datetime, end: datetime) -> list[Slot]:
        """Open times between two moments, for the chosen way to meet; the diary is read once."""
        for one in self.read:
            if one.start <= start and end <= one.end:
                return [slot for slot in one.slots if start <= slot.starts_at < end]
        found = open_slots(
            session_type=self.session_type,
            zone=self.clocks.practice,
            start=start,
            end=end,
            now=self.now,
            place=self.place,
            overlook=self.overlook,
            terms=self.terms,
        )
        self.read.append(Read(start, end, found))
        return found

    def read_around(self, wanted: datetime) -> None:
        """At once what the month of this moment and the nearest open times will ask for."""
        start, end = _span(Month.of(wanted.astimezone(self.clocks.visitor).date()), self.clocks)
        self.slots(min(start, wanted - NEAR), max(end, wanted + NEAR))

    def first_open(self, after: datetime) -> Slot | None:
        """The first open time from a moment on; far ahead is only looked at when near is full."""
        soon = after + NEAR
        near = self.slots(after, soon)
        return next(iter(near or self.slots(soon, self.end)), None)

    @property
    def end(self) -> datetime:
        """Where the horizon ends."""
        terms = self.terms or terms_of(self.session_type)
        return instant(bookable_range(self.clocks.practice, terms, seconds(self.now))[1])

    def nearest(self, wanted: datetime) -> list[Slot]:
        """Times to offer in place of one that can't be had."""
        near = nearest_open(self.slots(wanted - NEAR, wanted + NEAR), wanted)
        return near or nearest_open(self.slots(self.now, self.end), wanted)


def asked_for(
    request: HttpRequest,
    session_type: SessionType,
    practice_zone: ZoneInfo,
    *,
    now: datetime,
    place: str = "",
    overlook: Overlook = NOTHING,
    terms: Terms | None = None,
    zone: ZoneInfo | None = None,
) -> Asked:
    """Read zone and way to meet from the request; `place` and `zone` are those to begin with."""
    clocks = Clocks(zone or visitor_zone(request, practice_zone), practice_zone)
    chosen = request.GET.get("place") or place
    offered = session_type.places
    return Asked(
        session_type=session_type,
        clocks=clocks,
        place=next((one for one in offered if one == chosen), offered[0]),
        now=now,
        overlook=overlook,
        terms=terms,
    )


def page_of(
    request: HttpRequest, asked: Asked, wanted: datetime | None = None
) -> tuple[CalendarPage, Slot | None]:
    """The month asked for, else the first with an open time; and the next open time after it.

    `wanted`: a time that could not be had, so that its day is shown again. The second value is
    only looked for when the month has none.
    """
    day, month = _day(request), _month(request)
    if wanted:
        day = wanted.astimezone(asked.clocks.visitor).date()
    if month is None and day is None:
        first = asked.first_open(asked.now)
        day = first and first.starts_at.astimezone(asked.clocks.visitor).date()
    month = month or Month.of(day or asked.now.astimezone(asked.clocks.visitor).date())
    page = _page(asked, month, day)
    return page, _next_open(asked, month) if page.is_empty else None


def _page(asked: Asked, month: Month, day: date | None) -> CalendarPage:
    zone = asked.clocks.visitor
    return build(
        asked.slots(*_span(month, asked.clocks)),
        month=month,
        wanted=day,
        clocks=asked.clocks,
        now=asked.now,
        last_day=local_date(zone, int(asked.end.timestamp()) - 1),
    )


def _span(month: Month, clocks: Clocks) -> tuple[datetime, datetime]:
    zone = clocks.visitor
    return instant(day_start(zone, month.first)), instant(day_start(zone, month.next.first))


def _next_open(asked: Asked, month: Month) -> Slot | None:
    """The first open time after an empty month, else the first there is."""
    after = instant(day_start(asked.clocks.visitor, month.next.first))
    return asked.first_open(max(after, asked.now)) or asked.first_open(asked.now)


def _day(request: HttpRequest) -> date | None:
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _month(request: HttpRequest) -> Month | None:
    try:
        month = Month.parse(request.GET.get("month", ""))
    except ValueError:
        return None
    return month if month.year in YEARS else None
