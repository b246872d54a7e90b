"""From sending an intake to the packet on the screen, over a portal with its embedded worker.

An intake is opened again and sent again, many times; each time the page of documents is looked at
as the browser does, by the waits that the page itself names.
"""

import re
import statistics
import time
import urllib.request
from typing import Any

ROUNDS = 20
WAIT = re.compile(r'hx-get="([^"]+)"[^>]*delay:([\d.]+)s')


def measure() -> dict[str, Any]:
    from django.conf import settings

    from intake.models import Intake
    from intake.services.intakes import reopen
    from intake.services.submitting import submit
    from portal.shared.clock import utc_now

    intake = Intake.objects.filter(completed_at__isnull=False).latest("completed_at")
    therapist = intake.appointment.practitioner.user
    cookie = _session(intake.client.user)
    times = []
    for _ in range(ROUNDS):
        slug = intake.responses.values_list("questionnaire__slug", flat=True)[0]
        reopen(intake=intake, slugs=[slug], by=therapist, now=utc_now())
        intake.refresh_from_db()
        started = time.perf_counter()
        submit(intake=intake, by=intake.client.user, now=utc_now())
        intake.refresh_from_db()
        assert intake.completed_at
        times.append(_until_shown(settings.PORTAL_URL, cookie, intake.packet_version, started))
        time.sleep(2)  # the therapist's copy is drawn meanwhile: the next one finds an idle worker
    times.sort()
    return {
        "rounds": ROUNDS,
        "p50_s": round(statistics.median(times), 2),
        "p95_s": round(times[int(len(times) * 0.95) - 1], 2),
        "longest_s": round(times[-1], 2),
    }


def _until_shown(base: str, cookie: str, version: int, started: float) -> float:
    path = "/documents/"
    while True:
        html = _get(base + path, cookie)
        if f"Intake packet, version {version}" in " ".join(html.split()):
            return time.perf_counter() - started
        found = WAIT.search(html)
        assert found, html[:500]
        path = found[1].replace("&amp;", "&")
        time.sleep(float(found[2]))


def _session(user: Any) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _get(url: str, cookie: str) -> str:
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.read().decode())
