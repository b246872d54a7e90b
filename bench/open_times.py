"""A month of open times on one database: at each size, beside a bare view and "hello"."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench import holds
from bench.load import Question, beside, connected, per_second
from scripts import processes, steps
from scripts.processes import Child, Supervisor

NEIGHBOURS, EACH = 199, 500


@dataclass(frozen=True)
class Place:
    """One portal on one database, and how to run something inside it."""

    environment: Mapping[str, str]
    inside: Callable[..., Any]
    web: Child
    sizes: tuple[int, ...]
    servers: int


def measure(place: Place, supervisor: Supervisor, folder: Path) -> dict[str, Any]:
    """Rows for each size, the neighbours, and the holds."""
    practitioner = place.inside("fill", "0")["practitioner"]
    bare, bare_url = _start_bare(place, supervisor, practitioner, folder)
    rows = []
    for size in place.sizes:
        steps.say(f"  filling in {size:,} appointments ...")
        filled = place.inside("fill", str(size))
        rows.append({"appointments": filled["appointments"], **_row(place, bare, bare_url)})
    steps.say(f"  {NEIGHBOURS} other practitioners ...")
    people = place.inside("neighbours", str(NEIGHBOURS), str(EACH))
    rows.append(
        {
            "appointments": rows[-1]["appointments"],
            "practitioners": people,
            **_row(place, bare, bare_url),
        }
    )
    return {"months": rows, "holds": asdict(_holds(place))}


def _start_bare(
    place: Place, supervisor: Supervisor, practitioner: int, folder: Path
) -> tuple[Child, str]:
    port = processes.free_port()
    environment = {
        **place.environment,
        "DJANGO_SETTINGS_MODULE": "bench.bare_settings",
        "BENCH_PRACTITIONER": str(practitioner),
    }
    command = processes.web(port, workers=place.servers)
    child = supervisor.start(Child("bare", command, environment, folder / "log" / "bare.log"))
    supervisor.wait_until_ready(f"http://127.0.0.1:{port}/", 60)
    return child, f"http://127.0.0.1:{port}/"


def path_of_a_month() -> str:
    """From the day after tomorrow, so that no notice runs out while it is measured."""
    first = datetime.now(ZoneInfo("America/New_York")).date() + timedelta(days=2)
    return f"/api/slots?session_type=measured&from={first}&to={first + timedelta(days=30)}"


def _row(place: Place, bare: Child, bare_url: str) -> dict[str, Any]:
    path = path_of_a_month()
    month = Question(place.environment["PORTAL_URL"] + path, place.web.pid)
    bare_month = Question(f"{bare_url}month?{path.partition('?')[2]}", bare.pid)
    answers = _same_starts(month, bare_month)
    with connected(month) as connection:
        etag = _etag(connection.ask()[1])
    questions = {
        "hello": Question(bare_url, bare.pid),
        "asking": Question(f"{bare_url}asking", bare.pid),
        "bare": bare_month,
        "again": month,
        "unchanged": Question(
            month.url, month.server, headers=(("If-None-Match", etag),), status=304
        ),
        "changed": Question(month.url, month.server, before=_stamper(place)),
    }
    times = beside(questions)
    return {
        "answers": answers,
        "queries": place.inside("queries", path),
        "per_second": {name: per_second(questions[name]) for name in ("hello", "bare", "again")},
        **{name: asdict(one) for name, one in times.items()},
        "ratios": {
            "again_to_bare": _ratio(times, "again", "bare"),
            "changed_to_bare": _ratio(times, "changed", "bare"),
            "asking_to_hello": _ratio(times, "asking", "hello"),
            "unchanged_to_hello": _ratio(times, "unchanged", "hello"),
        },
    }


def _ratio(times: Mapping[str, Any], one: str, other: str) -> dict[str, float]:
    first, second = times[one], times[other]
    return {
        "p50": round(first.p50_ms / second.p50_ms, 2),
        "cpu": round(first.cpu_ms / second.cpu_ms, 2),
    }


def _same_starts(month: Question, bare: Question) -> int:
    """How many; raises AssertionError where the two views disagree."""
    found = []
    for question in (month, bare):
        with connected(question) as connection:
            body = connection.ask()[1].partition(b"\r\n\r\n")[2]
        found.append([slot["start"] for slot in json.loads(body)["slots"]])
    assert found[0] == found[1], "the bare view lists other times"
    return len(found[0])


def _etag(answer: bytes) -> str:
    for line in answer.split(b"\r\n"):
        name, _, value = line.decode("latin-1").partition(": ")
        if name.lower() == "etag":
            return value
    raise AssertionError("no ETag")


def _stamper(place: Place) -> Callable[[], object]:
    """As if somebody had just booked: the version is another one, so nothing kept is right."""
    url, numbers = place.environment["DATABASE_URL"], count()
    sql = "UPDATE booking_diaryversion SET version = '{}'"
    if url.startswith("sqlite"):
        database = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
        return lambda: database.execute(sql.format(f"bench:{next(numbers)}"))
    import psycopg

    server = psycopg.connect(url, autocommit=True)
    return lambda: server.execute(sql.format(f"bench:{next(numbers)}").encode())


def _holds(place: Place) -> holds.Holds:
    steps.say("  keeping times, alone and with 32 visitors at once ...")
    url = place.environment["PORTAL_URL"]
    with connected(Question(url + path_of_a_month(), place.web.pid)) as connection:
        body = connection.ask()[1].partition(b"\r\n\r\n")[2]
    starts = [slot["start"] for slot in json.loads(body)["slots"]]
    return holds.measure(url, place.web.pid, starts, lambda: place.inside("forget_holds"))
