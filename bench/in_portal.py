"""Runs inside a portal's environment and prints one JSON value.

`python -m bench.in_portal fill 1000`, or `shorten`, `queries URL`, `packet`.
"""

import json
import os
import resource
import sys
import time
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any

import django

IN_THE_MONTH = 100
SHORT_PLAN = ("about-you", "what-brings-you", "phq-9", "gad-7")
SHORT_CONSENTS = ("electronic-records",)
HOURS = (10, 11, 12, 15, 16)  # New York clock is UTC-5 or -4; all fall into working hours


def fill(count: int) -> int:
    """Give the measured practitioner `count` appointments: a busy month, the rest before it."""
    from accounts.models import Client
    from booking.models import Appointment
    from portal.shared.clock import utc_now

    session_type = _session_type()
    own = Appointment.objects.filter(practitioner=session_type.practitioner)
    own.delete()
    client = Client.objects.first()
    rows = [
        Appointment(
            practitioner=session_type.practitioner,
            session_type=session_type,
            client=client,
            status="confirmed",
            place="telehealth",
            starts_at=start,
            ends_at=start + timedelta(minutes=50),
            blocked_from=start,
            blocked_until=start + timedelta(minutes=60),
            confirmed_at=start,
        )
        for start in _starts(count, utc_now())
    ]
    Appointment.objects.bulk_create(rows, batch_size=2000)
    return own.count()


def _session_type() -> Any:
    """A practitioner of the usual hours, so that the demo is left as it is."""
    from accounts.models import Role, User
    from booking.models import AvailabilityRule, Practitioner, SessionType

    user, _ = User.objects.get_or_create(email="measured@practice.example.com", role=Role.THERAPIST)
    practitioner, is_new = Practitioner.objects.get_or_create(user=user, name="Measured")
    for weekday in range(5 if is_new else 0):
        AvailabilityRule.objects.create(
            practitioner=practitioner, weekday=weekday, starts=time_of_day(9), ends=time_of_day(18)
        )
    session_type, _ = SessionType.objects.get_or_create(
        slug="measured",
        defaults={
            "practitioner": practitioner,
            "name": "Measured",
            "minutes": 50,
            "buffer_after_minutes": 10,
            "notice_hours": 12,
            "horizon_days": 60,
        },
    )
    return session_type


def _starts(count: int, now: datetime) -> list[datetime]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    coming = [today + timedelta(days=day, hours=hour + 5) for day in range(1, 21) for hour in HOURS]
    chosen = coming[: min(count, IN_THE_MONTH)]
    past = [today - timedelta(hours=hour + 1) for hour in range(count - len(chosen))]
    return past + chosen


def shorten() -> int:
    """Ask for fewer parts, so that the packet has some 13 pages."""
    from intake.models import IntakePlan

    return IntakePlan.objects.update(questionnaires=list(SHORT_PLAN), consents=list(SHORT_CONSENTS))


def queries(url: str) -> int:
    """How many queries one request makes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
    assert answer.status_code == 200, answer.content[:300]
    return len(seen)


def packet() -> dict[str, Any]:
    """Draw the newest complete intake's packet twice: the first time loads fonts as well."""
    from intake.models import Intake, PacketCopy
    from portal.journeys import packets
    from portal.shared.clock import utc_now

    intake = Intake.objects.filter(completed_at__isnull=False).latest("completed_at")
    before = _peak_mb()
    cold_cpu, cold_wall, document = _timed(
        lambda: packets.draw(intake, copy=PacketCopy.CLIENT, version=1, now=utc_now())
    )
    peak = _peak_mb()
    warm_cpu, warm_wall, _ = _timed(
        lambda: packets.draw(intake, copy=PacketCopy.CLIENT, version=1, now=utc_now())
    )
    return {
        "pages": document.pages,
        "kilobytes": round(len(document.content) / 1024),
        "first_cpu_s": cold_cpu,
        "first_wall_s": cold_wall,
        "next_cpu_s": warm_cpu,
        "next_wall_s": warm_wall,
        "peak_mb": peak,
        "peak_above_idle_mb": round(peak - before, 1),
    }


def _timed(act: Any) -> tuple[float, float, Any]:
    cpu, wall = time.process_time(), time.perf_counter()
    result = act()
    return round(time.process_time() - cpu, 2), round(time.perf_counter() - wall, 2), result


def _peak_mb() -> float:
    """Linux gives kilobytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main(command: str, *arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    if command == "fill":
        answer: Any = fill(int(arguments[0]))
    elif command == "shorten":
        answer = shorten()
    elif command == "queries":
        answer = queries(arguments[0])
    else:
        answer = packet()
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
