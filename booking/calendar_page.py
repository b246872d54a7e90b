"""The calendar of open times as a page shows it: a month, one day's times, two clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from booking import wording, zones
from booking.month import Day, Month, weeks

PARTS = ((12, "Morning"), (17, "Afternoon"), (24, "Evening"))
"""A part of the day lasts until this hour."""


class OpenTime(Protocol):
    @property
    def starts_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class TimeButton:
    """One open time: what the button sends, shows, says aloud, and the other clock."""

    value: str
    clock: str
    label: str
    elsewhere: str


@dataclass(frozen=True, slots=True)
class PartOfDay:
    name: str
    times: list[TimeButton]


@dataclass(frozen=True, slots=True)
class Clocks:
    """The visitor's zone, and the practice's beside it where the two differ."""

    visitor: ZoneInfo
    practice: ZoneInfo

    def button(self, moment: datetime) -> TimeButton:
        """The button of one open time."""
        return TimeButton(
            value=moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            clock=wording.clock(moment, self.visitor),
            label=wording.day_and_clock(moment, self.visitor),
            elsewhere=self.elsewhere(moment),
        )

    def elsewhere(self, moment: datetime) -> str:
        """`9:00 am in New York`, with its day where that is another one; empty for one clock."""
        if not self.differ_at(moment):
            return ""
        here, there = moment.astimezone(self.visitor), moment.astimezone(self.practice)
        day = f" on {there:%A}" if here.date() != there.date() else ""
        return f"{wording.clock(moment, self.practice)}{day} in {zones.city(self.practice)}"

    def differ_at(self, moment: datetime) -> bool:
        """Whether the two clocks show different times at this moment."""
        return moment.astimezone(self.visitor).utcoffset() != (
            moment.astimezone(self.practice).utcoffset()
        )

    def sentence(self, moment: datetime) -> str:
        """`In New York it is three hours later.`; nothing where there is one zone only."""
        if self.visitor.key == self.practice.key:
            return ""
        gap = zones.difference(self.visitor, self.practice, moment)
        return f"In {zones.city(self.practice)} it is {gap}."


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """Everything the template writes; it computes nothing."""

    month: Month
    title: str
    weeks: list[list[Day | None]]
    chosen: date | None
    chosen_title: str
    parts: list[PartOfDay]
    previous: Month | None
    next: Month | None
    announcement: str
    city: str
    sentence: str

    @property
    def is_empty(self) -> bool:
        return not self.parts


def build(
    times: Sequence[OpenTime],
    *,
    month: Month,
    wanted: date | None,
    clocks: Clocks,
    now: datetime,
    last_day: date,
) -> CalendarPage:
    """The page of a month whose open times are `times`; `wanted` is the day asked for."""
    by_day = _by_day(times, clocks.visitor)
    today = now.astimezone(clocks.visitor).date()
    chosen = wanted if wanted in by_day else min(by_day, default=None)
    moment = by_day[chosen][0] if chosen else now
    return CalendarPage(
        month=month,
        title=f"{month.first:%B %Y}",
        weeks=weeks(month, open_days=by_day, chosen=chosen, today=today),
        chosen=chosen,
        chosen_title=wording.day(chosen) if chosen else "",
        parts=_parts(by_day[chosen], clocks) if chosen else [],
        previous=month.previous if month > Month.of(today) else None,
        next=month.next if month.next.first <= last_day else None,
        announcement=_announcement(month, by_day, chosen),
        city=zones.city(clocks.visitor),
        sentence=clocks.sentence(moment),
    )


def _by_day(times: Sequence[OpenTime], zone: ZoneInfo) -> dict[date, list[datetime]]:
    found: dict[date, list[datetime]] = {}
    for one in times:
        found.setdefault(one.starts_at.astimezone(zone).date(), []).append(one.starts_at)
    return found


def _parts(moments: Sequence[datetime], clocks: Clocks) -> list[PartOfDay]:
    parts = [PartOfDay(name, []) for _, name in PARTS]
    for moment in moments:
        hour = moment.astimezone(clocks.visitor).hour
        number = next(n for n, (until, _) in enumerate(PARTS) if hour < until)
        parts[number].times.append(clocks.button(moment))
    return [part for part in parts if part.times]


def _announcement(month: Month, by_day: dict[date, list[datetime]], chosen: date | None) -> str:
    name = f"{month.first:%B %Y}"
    if chosen is None:
        return f"{name}: no open times."
    days, times = len(by_day), len(by_day[chosen])
    return (
        f"{name}: {days} day{'' if days == 1 else 's'} with open times. "
        f"{wording.day(chosen)}: {times} open time{'' if times == 1 else 's'}."
    )
