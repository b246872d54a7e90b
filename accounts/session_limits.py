"""When a session ends: after idle time that depends on the role, and after half a day at most."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

STARTED, SEEN, ENDED_USER = "limit_started", "limit_seen", "limit_ended_user"
WRITE_EVERY = timedelta(minutes=1)
WARN_SECONDS = 120

Session = MutableMapping[str, Any]


@dataclass(frozen=True)
class Limits:
    """What a page needs to warn in time."""

    idle_seconds: int
    seconds_left: int
    warn_seconds: int = WARN_SECONDS


def begin(session: Session, *, now: datetime) -> None:
    session[STARTED] = session[SEEN] = now.timestamp()
    session.pop(ENDED_USER, None)


def idle_seconds(*, is_staff: bool) -> int:
    return settings.IDLE_LIMIT_STAFF_SECONDS if is_staff else settings.IDLE_LIMIT_CLIENT_SECONDS


def why_ended(session: Session, *, is_staff: bool, now: datetime) -> str | None:
    """ "idle", "absolute", or None while the session lives."""
    if STARTED not in session:
        return None
    at = now.timestamp()
    if at - session[STARTED] >= settings.SESSION_LIMIT_SECONDS:
        return "absolute"
    if at - session[SEEN] >= idle_seconds(is_staff=is_staff):
        return "idle"
    return None


def is_due_to_write(session: Session, *, now: datetime) -> bool:
    return now.timestamp() - session.get(SEEN, 0) >= WRITE_EVERY.total_seconds()


def limits(session: Session, *, is_staff: bool, now: datetime) -> Limits:
    """Seconds until the end if nothing happens from now on, counted from what is written down."""
    idle, at = idle_seconds(is_staff=is_staff), now.timestamp()
    idle_end = session.get(SEEN, at) + idle
    hard_end = session.get(STARTED, at) + settings.SESSION_LIMIT_SECONDS
    return Limits(idle_seconds=idle, seconds_left=int(min(idle_end, hard_end) - at))


def live_since(*, is_staff: bool, now: datetime) -> tuple[datetime, datetime]:
    """A session seen before the first or started before the second instant has ended."""
    idle = timedelta(seconds=idle_seconds(is_staff=is_staff))
    return now.astimezone(UTC) - idle, now - timedelta(seconds=settings.SESSION_LIMIT_SECONDS)
