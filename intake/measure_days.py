"""On which days a form is due, and from when until when it is open. Wall clock of the practice."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.wall_clock import first_at

OPENS_AT = time(9)
STAYS = timedelta(weeks=4)  # a form that is asked for once


@dataclass(frozen=True)
class Rhythm:
    """Every so many weeks from the first day on, the last day included; once without weeks."""

    starts_on: date
    every_weeks: int | None = None
    until_on: date | None = None

    def due_after(self, day: date) -> date | None:
        """The first day after this one on which a form is due; None when there is no more."""
        if day < self.starts_on:
            return self._if_in_time(self.starts_on)
        if self.every_weeks is None:
            return None
        passed = (day - self.starts_on).days // (self.every_weeks * 7)
        return self._if_in_time(self.starts_on + timedelta(weeks=self.every_weeks) * (passed + 1))

    def due_by(self, day: date) -> date | None:
        """The last day up to and with this one on which a form was due."""
        if day < self.starts_on:
            return None
        last = min(day, self.until_on) if self.until_on else day
        if self.every_weeks is None:
            return self.starts_on
        length = timedelta(weeks=self.every_weeks)
        return self.starts_on + length * ((last - self.starts_on) // length)

    def lapses(self, due_on: date, zone: ZoneInfo) -> datetime:
        """When the next one is due, or would be; so the last one stays open as long."""
        stays = timedelta(weeks=self.every_weeks) if self.every_weeks else STAYS
        return opening(due_on + stays, zone)

    def _if_in_time(self, day: date) -> date | None:
        return day if self.until_on is None or day <= self.until_on else None


def opening(day: date, zone: ZoneInfo) -> datetime:
    """In the morning of that day, whatever the clocks do in the night before."""
    return datetime.fromtimestamp(first_at(zone, day, OPENS_AT), UTC)
