"""Keeping times over HTTP: one visitor after the other, and many at once."""

import http.client
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Barrier, Thread
from urllib.parse import urlencode, urlsplit

from bench.load import cpu_seconds

CLIENTS = 32
ALONE = 40
PAGE, HOLD = "/book/measured/", "/book/measured/hold/"
WON, LOST = 302, 409


@dataclass(frozen=True)
class Holds:
    """Milliseconds, and holds a second with thirty-two visitors at once."""

    won_p50_ms: float
    lost_p50_ms: float
    won_cpu_ms: float
    lost_cpu_ms: float
    holds_per_second: float
    crowd_won_p50_ms: float
    race_winners: int
    race_lost_p50_ms: float
    race_slowest_ms: float


class Visitor:
    """A browser with its cookie and the form's token."""

    def __init__(self, portal: str) -> None:
        parts = urlsplit(portal)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.connection.request("GET", PAGE)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200, page[:300]
        set_cookies = answer.headers.get_all("Set-Cookie") or []
        self.cookie = "; ".join(line.split(";")[0] for line in set_cookies)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, "the calendar shows no form"
        self.token = found[1]

    def hold(self, start: str) -> tuple[int, float]:
        """Status and seconds."""
        form = {"start": start, "place": "telehealth", "csrfmiddlewaretoken": self.token}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        self.connection.close()  # the server may have closed it; a new one counts for everybody
        started = time.perf_counter()
        self.connection.request("POST", HOLD, urlencode(form), headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - started


def measure(portal: str, server: int, starts: Sequence[str], clean: Callable[[], object]) -> Holds:
    """`server`: gunicorn's process id; `starts`: open times; `clean` forgets all holds."""
    apart = starts[::2]  # an hour each, buffers included
    assert len(apart) >= ALONE, f"only {len(apart)} times are open"
    visitors = [Visitor(portal) for _ in range(CLIENTS)]
    clean()
    for start in apart[:8]:  # templates and connections are there before anything counts
        visitors[0].hold(start)
    clean()
    won, lost, cpu = _in_turn(server, visitors, apart[:ALONE])
    clean()
    crowd, seconds = _together(visitors, apart[:CLIENTS])
    assert [status for status, _ in crowd] == [WON] * CLIENTS, crowd
    clean()
    race, _ = _together(visitors, [apart[0]] * CLIENTS)
    losers = [taken for status, taken in race if status == LOST]
    winners = [taken for status, taken in race if status == WON]
    clean()
    return Holds(
        won_p50_ms=_ms(statistics.median(won)),
        lost_p50_ms=_ms(statistics.median(lost)),
        won_cpu_ms=_ms(cpu[WON] / len(won)),
        lost_cpu_ms=_ms(cpu[LOST] / len(lost)),
        holds_per_second=round(CLIENTS / seconds, 1),
        crowd_won_p50_ms=_ms(statistics.median(taken for _, taken in crowd)),
        race_winners=len(winners),
        race_lost_p50_ms=_ms(statistics.median(losers)),
        race_slowest_ms=_ms(max(taken for _, taken in race)),
    )


def _in_turn(
    server: int, visitors: Sequence[Visitor], starts: Sequence[str]
) -> tuple[list[float], list[float], dict[int, float]]:
    """One keeps a time and the next is too late for it, so that a noisy moment meets both."""
    waits: dict[int, list[float]] = {WON: [], LOST: []}
    cpu = {WON: 0.0, LOST: 0.0}
    for number, start in enumerate(starts):
        for who, expected in ((number, WON), (number + 1, LOST)):
            before = cpu_seconds(server)
            waits[expected].append(_expect(expected, visitors[who % CLIENTS].hold(start)))
            cpu[expected] += cpu_seconds(server) - before
    return waits[WON], waits[LOST], cpu


def _expect(status: int, answer: tuple[int, float]) -> float:
    assert answer[0] == status, f"{answer[0]} in place of {status}"
    return answer[1]


def _together(
    visitors: Sequence[Visitor], starts: Sequence[str]
) -> tuple[list[tuple[int, float]], float]:
    """Everybody presses at once. What each was answered, and how long it took in all."""
    ready, answers = Barrier(len(visitors) + 1), [(0, 0.0)] * len(visitors)

    def press(number: int) -> None:
        ready.wait()
        answers[number] = visitors[number].hold(starts[number])

    threads = [Thread(target=press, args=(number,)) for number in range(len(visitors))]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return answers, time.perf_counter() - started


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
