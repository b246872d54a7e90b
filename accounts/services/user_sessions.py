"""Where a person is signed in, and signing out there."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import session_limits
from accounts.device_names import device_name
from accounts.models import User
from portal.shared import audit
from portal.shared.request import Source


@dataclass(frozen=True)
class SignedIn:
    """One browser in which a person is signed in."""

    handle: str
    device: str
    ip: str
    started_at: datetime
    seen_at: datetime
    is_current: bool


def list_sessions(*, user: User, current_key: str | None, now: datetime) -> list[SignedIn]:
    """The living sessions, this one first, then by when they were last used."""
    rows = _living(user, now)
    there = set(
        Session.objects.filter(session_key__in=[row.session_key for row in rows]).values_list(
            "session_key", flat=True
        )
    )
    found = [_shown(row, current_key) for row in rows if row.session_key in there]
    return sorted(found, key=lambda item: (not item.is_current, -item.seen_at.timestamp()))


def _living(user: User, now: datetime) -> list[UserSession]:
    seen_after, started_after = session_limits.live_since(is_staff=user.is_staff, now=now)
    return list(
        UserSession.objects.filter(
            user=user, last_seen_at__gt=seen_after, created_at__gt=started_after
        )
    )


def _shown(row: UserSession, current_key: str | None) -> SignedIn:
    return SignedIn(
        handle=handle_of(row.session_key),
        device=device_name(row.user_agent),
        ip=row.ip,
        started_at=row.created_at,
        seen_at=row.last_seen_at,
        is_current=row.session_key == current_key,
    )


def handle_of(session_key: str) -> str:
    """Names a session in a page without opening it."""
    return hashlib.sha256(f"session:{session_key}".encode()).hexdigest()[:32]


def forget_ended(*, now: datetime) -> int:
    """Delete what was noted (address, browser) of sessions older than any may grow."""
    _, started_after = session_limits.live_since(is_staff=False, now=now)
    return UserSession.objects.filter(created_at__lte=started_after).delete()[0]


def end(*, user: User, handle: str | None, keep: str | None, source: Source, now: datetime) -> int:
    """End the session with this handle, or all but `keep`; returns how many ended."""
    with transaction.atomic():
        rows = [
            row
            for row in UserSession.objects.filter(user=user).exclude(session_key=keep or "")
            if handle is None or handle_of(row.session_key) == handle
        ]
        for row in rows:
            row.end()
        if rows:
            audit.record(
                action="session.end",
                by=user,
                obj=user,
                source=source,
                detail={"reason": "ended elsewhere", "count": len(rows)},
                now=now,
            )
    return len(rows)
