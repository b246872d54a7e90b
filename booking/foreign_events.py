"""What stands in the therapist's own calendar, read by a process that may fail for us."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

WALL_SECONDS = 90
PROGRAM = (sys.executable, "-m", "booking.expansion")

Span = tuple[datetime, datetime]


class Unreadable(Exception):
    """All of it together takes more time or memory than any calendar should."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One object of a calendar. `is_plain`: a single event without repeats."""

    uid: UUID | None  # None where it is none of ours
    busy: tuple[Span, ...] = ()
    first: Span | None = None
    is_off: bool = False
    is_plain: bool = False
    comes_later: bool = False  # it may take time after the span that was asked for
    is_bad: bool = False


BAD = Reading(uid=None, is_bad=True)


def read_events(
    texts: Sequence[str], *, zone: ZoneInfo, start: datetime, end: datetime
) -> list[Reading]:
    """A reading of each text, busy times within [start, end). Raises Unreadable."""
    if not texts:
        return []
    asked = {
        "zone": zone.key,
        "start": int(start.timestamp()),
        "end": int(end.timestamp()),
        "texts": list(texts),
    }
    try:
        answer = subprocess.run(  # noqa: S603 - our own program, no shell
            PROGRAM,
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback would quote the text
            cwd=settings.BASE_DIR,
            env={"PYTHONDONTWRITEBYTECODE": "1"},
            timeout=WALL_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise Unreadable from error
    return [_reading(json.loads(line)) for line in answer.stdout.splitlines()]


def _reading(said: dict[str, Any]) -> Reading:
    if "bad" in said:
        return BAD
    return Reading(
        uid=_uuid(said["uid"]),
        busy=tuple(_span(one) for one in said["busy"]),
        first=_span(said["first"]) if said["first"] else None,
        is_off=said["off"],
        is_plain=said["plain"],
        comes_later=said["later"],
    )


def _span(seconds: list[int]) -> Span:
    start, end = seconds
    return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
