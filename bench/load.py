"""Times requests from one client over one connection, so that nothing waits in a queue."""

import http.client
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

WARM_UP, REQUESTS = 20, 200


@dataclass(frozen=True)
class Times:
    p50_ms: float
    p95_ms: float


def measure(url: str) -> Times:
    """Raises AssertionError when an answer is not 200: a fast error is no result."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        for _ in range(WARM_UP):
            _ask(connection, target)
        taken = sorted(_ask(connection, target) for _ in range(REQUESTS))
    finally:
        connection.close()
    return Times(
        round(statistics.median(taken) * 1000, 2), round(taken[int(REQUESTS * 0.95)] * 1000, 2)
    )


def _ask(connection: http.client.HTTPConnection, target: str) -> float:
    started = time.perf_counter()
    connection.request("GET", target)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, f"{target}: {answer.status}"
    return time.perf_counter() - started
