"""Codes that prove an e-mail address: eight digits, fifteen minutes, three tries, one browser.

Only a keyed digest of the code is kept, in the session of the browser that asked. A link scanner
has nothing to follow and can't use a code up.
"""

from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import constant_time_compare, get_random_string

from accounts import rate_limit
from portal.shared.encryption.crypto import blind_index

LENGTH = 8
LIFETIME = timedelta(minutes=15)
TRIES = 3

Session = MutableMapping[str, Any]


class WrongCode(Exception):
    """Not the code that was sent; `tries_left` more are allowed."""

    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left


class CodeEnded(Exception):
    """No code waits here: it was used, it is too old, or there were too many tries."""


@dataclass
class Waiting:
    """A code that was sent and waits to be typed."""

    email: str
    digest: str
    sent_at: float
    tries_left: int = TRIES
    next_url: str = ""


def start(session: Session, *, purpose: str, email: str, now: datetime, next_url: str = "") -> str:
    """Make a new code, replacing one that waits; returns it for the mail."""
    code = get_random_string(LENGTH, "0123456789")
    waiting = Waiting(
        email=email,
        digest=_digest(purpose, email, code),
        sent_at=now.timestamp(),
        next_url=next_url,
    )
    session[_key(purpose)] = asdict(waiting)
    return code


def waiting(session: Session, *, purpose: str, now: datetime) -> Waiting | None:
    stored = session.get(_key(purpose))
    found = Waiting(**stored) if stored else None
    if found is None or now.timestamp() - found.sent_at > LIFETIME.total_seconds():
        return None
    return found


def check(session: Session, *, purpose: str, typed: str, now: datetime) -> Waiting:
    """What the code was sent for, once. Raises WrongCode and CodeEnded."""
    found = waiting(session, purpose=purpose, now=now)
    if found is None or not _may_try(found):
        raise CodeEnded
    if constant_time_compare(_digest(purpose, found.email, _digits(typed)), found.digest):
        del session[_key(purpose)]
        return found
    found.tries_left -= 1
    if found.tries_left == 0:
        del session[_key(purpose)]
        raise CodeEnded
    session[_key(purpose)] = asdict(found)
    raise WrongCode(found.tries_left)


def _may_try(found: Waiting) -> bool:
    """The session counts tries for the page; this counter also holds against parallel ones."""
    try:
        rate_limit.check(f"code-try:{found.digest}", TRIES, int(LIFETIME.total_seconds()))
    except rate_limit.TooMany:
        return False
    return True


def _digits(typed: str) -> str:
    return "".join(character for character in typed if character.isdigit())


def _digest(purpose: str, email: str, code: str) -> str:
    return blind_index(f"{email}\0{code}", purpose=f"code:{purpose}")


def _key(purpose: str) -> str:
    return f"code:{purpose}"
