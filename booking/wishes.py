"""What somebody who waits for a time would take, on the practice's clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

NOON, EVENING = 12, 17  # hours of the wall clock at which the next part of the day begins


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whatever is left empty does not matter to them."""

    place: str = ""
    weekdays: Collection[int] = ()  # Monday is 0
    parts: Collection[str] = ()  # of PartOfDay
    until_on: date | None = None  # the last day that would help

    def fit(self, starts_at: datetime, zone: ZoneInfo) -> bool:
        """Whether a session that begins then is what they wait for."""
        local = starts_at.astimezone(zone)
        return (
            (not self.weekdays or local.weekday() in self.weekdays)
            and (not self.parts or part_of_day(local.hour) in self.parts)
            and (self.until_on is None or local.date() <= self.until_on)
        )


def part_of_day(hour: int) -> str:
    """The PartOfDay that an hour of the wall clock lies in."""
    if hour < NOON:
        return "morning"
    return "afternoon" if hour < EVENING else "evening"
