"""`make bench`: starts a portal of its own, measures, prints a table and writes var/bench.json."""

import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench import short_words
from bench.load import measure
from scripts import portal_environment, processes, run, steps
from scripts.demo_walk import Walk
from scripts.processes import Child, Supervisor
from scripts.stamps import ROOT

SIZES = (0, 1_000, 100_000)
SERVERS = 2


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    portal_port, stripe_port, bare_port = (processes.free_port() for _ in range(3))
    environment = portal_environment.of_a_portal_apart(
        folder,
        portal_port=portal_port,
        stripe_port=stripe_port,
        extra={"SLOT_REQUESTS_PER_MINUTE": "0", "LOG_LEVEL": "WARNING"},
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
        _start_bare(supervisor, environment, bare_port, folder)
        result = {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()}, Python {platform.python_version()}, SQLite",
            "packet": _packet(environment, folder),
            "slots": _slots(environment, f"http://127.0.0.1:{bare_port}/"),
        }
    finally:
        supervisor.stop()
        shutil.rmtree(folder, ignore_errors=True)
    (ROOT / "var" / "bench.json").write_text(json.dumps(result, indent=2) + "\n")
    _tell(result)
    return 0


def _start_bare(
    supervisor: Supervisor, environment: Mapping[str, str], port: int, folder: Path
) -> None:
    bare = {**environment, "DJANGO_SETTINGS_MODULE": "bench.bare_settings"}
    command = processes.web(port, workers=SERVERS)
    supervisor.start(Child("bare", command, bare, folder / "log" / "bare.log"))
    supervisor.wait_until_ready(f"http://127.0.0.1:{port}/", 60)


def _slots(environment: Mapping[str, str], bare_url: str) -> list[dict[str, Any]]:
    """A month of open times; the bare view is measured again beside each size."""
    today = datetime.now(ZoneInfo("America/New_York")).date()
    path = (
        f"/api/slots?session_type=measured&from={today}&to={today + timedelta(days=30)}"
        "&tz=America/New_York"
    )
    rows = []
    for size in SIZES:
        steps.say(f"  filling in {size} appointments ...")
        count = _inside(environment, "fill", str(size))
        bare = measure(bare_url)
        slots = measure(environment["PORTAL_URL"] + path)
        rows.append(
            {
                "appointments": count,
                "queries": _inside(environment, "queries", path),
                "bare": asdict(bare),
                "month_of_slots": asdict(slots),
                "ratio_p50": round(slots.p50_ms / bare.p50_ms, 2),
                "ratio_p95": round(slots.p95_ms / bare.p95_ms, 2),
            }
        )
    return rows


def _packet(environment: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Of a short intake that was filled in over HTTP, with answers of a usual length."""
    steps.say("  an intake is filled in and signed ...")
    _inside(environment, "shorten")
    walk = Walk(environment["PORTAL_URL"], Path(environment["EMAIL_FILE_PATH"]), folder)
    walk.typist = short_words.Typist()
    for step in walk.steps[: walk.steps.index(walk.wait_for_the_packet) + 1]:
        step()
    measured: dict[str, Any] = _inside(environment, "packet")
    return measured


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


def _tell(result: dict[str, Any]) -> None:
    steps.say("\nA month of open times (gunicorn, 2 processes; one client; milliseconds)")
    steps.say("  appointments  queries   bare p50/p95     slots p50/p95    ratio p50/p95")
    for row in result["slots"]:
        bare, slots = row["bare"], row["month_of_slots"]
        steps.say(
            f"  {row['appointments']:>12}  {row['queries']:>7}"
            f"   {bare['p50_ms']:>6} / {bare['p95_ms']:<6}"
            f"  {slots['p50_ms']:>6} / {slots['p95_ms']:<6}"
            f"  {row['ratio_p50']:>5} / {row['ratio_p95']}"
        )
    packet = result["packet"]
    steps.say(
        f"\nA packet of {packet['pages']} pages ({packet['kilobytes']} kB): "
        f"{packet['first_cpu_s']} s CPU for a process's first, {packet['next_cpu_s']} s for the "
        f"next; peak memory {packet['peak_mb']} MB "
        f"({packet['peak_above_idle_mb']} MB above the idle process)"
    )
    steps.say("\nWritten to var/bench.json")


if __name__ == "__main__":
    sys.exit(main())
