"""How long a time that opened stays kept for the one whom it is offered to. Pure."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.quiet_hours import allowed_around

LONGEST = timedelta(hours=2)
SHORTEST = timedelta(minutes=15)
"""Less than this is no offer: the time stays open for whoever finds it."""
SHARE = 3
"""When the session is near, one person gets a third of what is left, so that others get a turn."""


def answer_until(
    *, now: datetime, last_call: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time
) -> datetime | None:
    """Until when an offer made `now` stays; None when there is too little time for one.

    No time counts in quiet hours. `last_call`: the last moment at which the session could be
    booked at all; no offer outlasts it.
    """
    stays = min(LONGEST, max(SHORTEST, (last_call - now) / SHARE))
    awake = timedelta()
    for start, end in allowed_around(now, zone, quiet_from, quiet_until):
        begins = max(start, now)
        piece = max(min(end, last_call) - begins, timedelta())
        if awake + piece >= stays:
            return begins + stays - awake
        awake += piece
    return last_call if awake >= SHORTEST else None


def last_true(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The last whole number of [low, high) for which `holds`, which is true at `low` and once
    false stays false."""
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low
