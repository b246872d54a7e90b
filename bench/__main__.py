"""`make bench`: starts portals of its own, measures, prints tables and writes var/bench.json.

`python -m bench --largest 100000 --only sqlite` measures less; var/bench.json then says so.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bench import autosave, open_times, report, short_words
from scripts import portal_environment, processes, run, steps
from scripts.demo_walk import Walk
from scripts.processes import Supervisor
from scripts.stamps import ROOT
from tests.servers.postgresql import PostgreSQL

SIZES = (0, 1_000, 100_000, 1_000_000)
SERVERS = 2
DATABASES = ("sqlite", "postgresql")
Measure = Callable[[Supervisor, Mapping[str, str], Path], dict[str, Any]]
UNLIMITED = {
    "SLOT_REQUESTS_PER_MINUTE": "0",
    "HOLD_REQUESTS_PER_MINUTE": "0",
    "HOLDS_PER_ADDRESS": "0",
    "LOG_LEVEL": "ERROR",
}


def main(chosen: argparse.Namespace) -> int:
    sizes = tuple(size for size in SIZES if size <= chosen.largest)
    result: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
        "sizes": sizes,
    }
    if chosen.only in (None, "packet"):
        steps.say("\nA packet")
        with _folder() as folder:
            result["packet"] = _with_portal("", folder, _packet)
    for name in DATABASES:
        if chosen.only in (None, name):
            steps.say(f"\n{name}")
            with _database(name) as url, _folder() as folder:
                result[name] = _with_portal(url, folder, partial(_measure, sizes=sizes))
    if chosen.only in (None, "autosave"):
        for name in DATABASES:
            steps.say(f"\n{name}, one answer at a time")
            with _database(name) as url, _folder() as folder:
                saves = _with_portal(url, folder, _autosave)
                result.setdefault("autosave", {})[name] = saves["rows"]
    written = ROOT / "var" / "bench.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps(result, indent=2) + "\n")
    report.tell(result)
    return 0


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(name: str) -> Iterator[str]:
    """Empty: SQLite's file lies in the portal's folder, PostgreSQL is a server of our own."""
    if name == "sqlite":
        yield ""
        return
    server = PostgreSQL.start()
    try:
        yield server.new_database()
    finally:
        server.stop()


def _with_portal(url: str, folder: Path, measure: Measure) -> dict[str, Any]:
    """A portal of its own, with its data in `folder`, as long as it is measured."""
    portal_port, stripe_port = processes.free_port(), processes.free_port()
    environment = portal_environment.of_a_portal_apart(
        folder,
        portal_port=portal_port,
        stripe_port=stripe_port,
        extra={**UNLIMITED, **({"DATABASE_URL": url} if url else {})},
    )
    supervisor = Supervisor()
    try:
        run.prepare(environment)
        run.start_portal(
            supervisor,
            environment,
            portal_port=portal_port,
            stripe_port=stripe_port,
            logs=folder / "log",
            web_workers=SERVERS,
        )
        return measure(supervisor, environment, folder)
    finally:
        supervisor.stop()


def _measure(
    supervisor: Supervisor,
    environment: Mapping[str, str],
    folder: Path,
    *,
    sizes: tuple[int, ...],
) -> dict[str, Any]:
    return open_times.measure(_place(supervisor, environment, sizes), supervisor, folder)


def _autosave(
    supervisor: Supervisor, environment: Mapping[str, str], folder: Path
) -> dict[str, Any]:
    place = _place(supervisor, environment, ())
    return {"rows": autosave.measure(place, supervisor, folder)}


def _place(
    supervisor: Supervisor, environment: Mapping[str, str], sizes: tuple[int, ...]
) -> open_times.Place:
    for child in supervisor.children[1:]:  # only the web is measured
        child.kill()
    place = open_times.Place(
        environment,
        lambda *arguments: _inside(environment, *arguments),
        supervisor.children[0],
        sizes,
        SERVERS,
    )
    del supervisor.children[1:]
    return place


def _packet(_: Supervisor, environment: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Of a short intake that was filled in over HTTP, with answers of a usual length."""
    steps.say("  an intake is filled in and signed ...")
    _inside(environment, "shorten")
    walk = Walk(environment["PORTAL_URL"], Path(environment["EMAIL_FILE_PATH"]), folder)
    walk.typist = short_words.Typist()
    for step in walk.steps[: walk.steps.index(walk.wait_for_the_packet) + 1]:
        step()
    steps.say("  from sending to the screen ...")
    on_screen = _inside(environment, "on_screen")
    steps.say("  drawn by the press, by WeasyPrint as it comes, by Chromium ...")
    return {**_inside(environment, "packet"), "on_screen": on_screen}


def _inside(environment: Mapping[str, str], *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "bench.in_portal", *arguments],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        steps.stop(f"bench.in_portal {arguments[0]} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--only", choices=(*DATABASES, "packet", "autosave"))
    sys.exit(main(parser.parse_args()))
