"""Runs inside a portal's environment and prints one JSON value.

`python -m bench.in_portal fill 1000`, or `neighbours 199 500`, `shorten`, `queries URL`, `packet`.
"""

import json
import os
import resource
import sys
import time
from typing import Any

import django

from bench import rows

SHORT_PLAN = ("about-you", "what-brings-you", "phq-9", "gad-7")
SHORT_CONSENTS = ("electronic-records",)


def shorten() -> int:
    """Ask for fewer parts, so that the packet has some 13 pages."""
    from intake.models import IntakePlan

    return IntakePlan.objects.update(questionnaires=list(SHORT_PLAN), consents=list(SHORT_CONSENTS))


def queries(url: str) -> dict[str, int]:
    """How many queries one request makes, worked out and given again."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, counts = Client(SERVER_NAME="127.0.0.1"), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(url)
        assert answer.status_code == 200, answer.content[:300]
        counts.append(len(seen))
    return {"worked_out": counts[0], "again": counts[1]}


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
    numbers = [int(each) for each in arguments if each.isdecimal()]
    if command == "fill":
        answer: Any = rows.fill(*numbers)
    elif command == "neighbours":
        answer = rows.neighbours(*numbers)
    elif command == "shorten":
        answer = shorten()
    elif command == "forget_holds":
        answer = rows.forget_holds()
    elif command == "queries":
        answer = queries(arguments[0])
    else:
        answer = packet()
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
