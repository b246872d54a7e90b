"""What a packet costs: drawn by a warm press, by WeasyPrint as it comes, and by Chromium.

All three draw the same HTML in the same run, in turn, because processor time on a busy machine
varies from minute to minute. Runs inside a portal's environment (bench.in_portal).
"""

import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import printing
from bench.load import cpu_seconds

ROUNDS = 7
LENGTHS = (50, 100, 200)
PART = re.compile(r'<section class="part" id="part-.*?</section>', re.S)
CONTENTS = re.compile(r"<li>(?:(?!</li>).)*#part-.*?</li>", re.S)


def measure() -> dict[str, Any]:
    """Of the newest complete intake, its client's copy."""
    order = _order()
    other = printing.PlainWeasyPrint()
    with tempfile.TemporaryDirectory() as folder:
        page = printing.as_files(order, Path(folder))
        ours, plain, chromium = _in_turn(
            lambda: _drawn(order),
            lambda: other.draw(page),
            lambda: printing.chromium(page, besides={_press().pid, other.process.pid}),
        )
    other.close()
    return {
        "pages": ours["pages"],
        "kilobytes": ours["kilobytes"],
        "press": ours,
        "plain_weasyprint": plain,
        "chromium": chromium,
        "worker": _worker(),
        "lengths": [_length(order, pages) for pages in LENGTHS],
    }


def _order() -> Any:
    """What the press is asked for."""
    from intake.models import Intake, PacketCopy
    from portal.journeys import packets
    from portal.shared.clock import utc_now
    from portal.shared.pdf import pressroom

    intake = Intake.objects.filter(completed_at__isnull=False).latest("completed_at")
    kept: list[Any] = []
    draw = pressroom.draw
    pressroom.draw = lambda order: kept.append(order) or draw(order)  # type: ignore[assignment]
    packets.draw(intake, copy=PacketCopy.CLIENT, version=1, now=utc_now())
    pressroom.draw = draw
    return kept[0]


def _in_turn(*ways: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
    """The median of each; the first round of each warms and does not count."""
    rounds = [[way() for way in ways] for _ in range(ROUNDS + 1)][1:]
    return [_median([one[index] for one in rounds]) for index in range(len(ways))]


def _median(rows: list[dict[str, Any]]) -> dict[str, Any]:
    pages, cpu = rows[0]["pages"], statistics.median(row["cpu_ms"] for row in rows)
    return {
        "pages": pages,
        "kilobytes": rows[0]["kilobytes"],
        "cpu_ms": round(cpu),
        "least_cpu_ms": round(min(row["cpu_ms"] for row in rows)),
        "cpu_ms_a_page": round(cpu / pages, 1),
        "peak_mb": round(max(row["peak_mb"] for row in rows), 1),
    }


def _press() -> Any:
    from portal.shared.pdf import pressroom

    pressroom.warm()
    return pressroom._press


def _drawn(order: Any) -> dict[str, Any]:
    """By the press of this process. All its processor time counts, tidying up included."""
    press = _press()
    before = cpu_seconds(press.pid)
    answer = press.draw(order, seconds=300)
    return {
        "pages": answer.head["pages"],
        "kilobytes": round(len(answer.pieces["pdf"]) / 1024),
        "cpu_ms": (_seconds_at_rest(press.pid) - before) * 1000,
        "peak_mb": answer.head["peak_kilobytes"] / 1024,
    }


def _seconds_at_rest(pid: int) -> float:
    """It tidies up when its answer has left: its time is read when it stands still."""
    used, then = cpu_seconds(pid), -1.0
    while used != then:
        time.sleep(0.05)
        used, then = cpu_seconds(pid), used
    return used


def _worker() -> dict[str, float]:
    """What the worker itself adds to a packet: reading the answers, the template, the seal."""
    from intake.models import Intake, PacketCopy
    from portal.journeys import packets
    from portal.shared.clock import utc_now
    from portal.shared.seal import in_force, sealed

    intake, now = (
        Intake.objects.filter(completed_at__isnull=False).latest("completed_at"),
        utc_now(),
    )
    times = []
    for _ in range(ROUNDS + 1):
        started = time.process_time()
        sealed(packets.draw(intake, copy=PacketCopy.CLIENT, version=1, now=now), in_force(now))
        times.append((time.process_time() - started) * 1000)
    return {"cpu_ms": round(statistics.median(times[1:]), 1)}


def _length(order: Any, pages: int) -> dict[str, Any]:
    """The same packet with its parts of answers repeated until it has about so many pages."""
    first, third = _drawn(order)["pages"], _drawn(_longer(order, 2))["pages"]
    longer = _longer(order, round(2 * (pages - first) / (third - first)))
    return _median([_drawn(longer) for _ in range(2)])


def _longer(order: Any, times: int) -> Any:
    from portal.shared.press.wire import Frame

    html = order.pieces["html"].decode()
    for piece in (PART, CONTENTS):
        found = piece.findall(html)
        more = "".join(_renamed(one, n) for n in range(times) for one in found)
        html = html.replace(found[-1], found[-1] + more)
    return Frame({"most_pages": 1_000}, {**order.pieces, "html": html.encode()})


def _renamed(piece: str, number: int) -> str:
    return piece.replace('id="part-', f'id="again-{number}-').replace(
        '"#part-', f'"#again-{number}-'
    )
