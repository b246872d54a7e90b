"""`make run`: the portal on this machine until Ctrl-C. Runs inside .venv, after set-up."""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import TextIO

from scripts import portal_environment, processes, steps
from scripts.processes import Child, Supervisor
from scripts.stamps import ROOT

LOGS = ROOT / "var" / "log"


class Asked(Exception):
    """Somebody asked us to end (Ctrl-C or a signal)."""


def main(*, port: int, demo: bool) -> int:
    portal_port = processes.free_port(port)
    stripe_port = processes.free_port()
    environment = portal_environment.of_this_installation(
        portal_port=portal_port, stripe_port=stripe_port, demo=demo
    )
    lock = _only_one(Path(environment.get("VAR_DIR", ROOT / "var")))
    prepare(environment)
    supervisor = Supervisor()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask)
    try:
        start_portal(
            supervisor,
            environment,
            portal_port=portal_port,
            stripe_port=stripe_port if environment.get("STRIPE_API_BASE") else None,
            logs=LOGS,
        )
        _greet(environment["PORTAL_URL"], demo=demo, moved_from=port if port != portal_port else 0)
        _watch(supervisor)
    except Asked:
        steps.say("\nStopping ...")
        return 0
    except processes.DidNotStart as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        supervisor.stop()
        lock.close()
    return 0


def _only_one(folder: Path) -> TextIO:
    """Two embedded workers on one database would do each other's work. Raises SystemExit."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        steps.stop(f"The portal with the data in {folder} is running already; stop that one first.")
    return lock


def start_portal(
    supervisor: Supervisor,
    environment: Mapping[str, str],
    *,
    portal_port: int,
    stripe_port: int | None,
    logs: Path,
    web_workers: int = 1,
    seconds: float = 60,
) -> None:
    """Web, embedded worker and Stripe's sandbox; returns when the portal says that it is ready."""
    base = f"http://127.0.0.1:{portal_port}"
    commands = {
        "web": processes.web(portal_port, workers=web_workers),
        "worker": processes.embedded_worker(),
    }
    if stripe_port is not None:
        commands["stripe-sandbox"] = processes.stripe_sandbox(
            stripe_port,
            webhook_url=f"{base}/stripe/webhook",
            webhook_secret=environment["STRIPE_WEBHOOK_SECRET"],
            store=Path(environment.get("VAR_DIR", ROOT / "var")) / "stripe-sandbox.sqlite3",
        )
    for name, command in commands.items():
        log = logs / f"{name}.log"
        log.unlink(missing_ok=True)
        supervisor.start(Child(name, command, environment, log))
    if stripe_port is not None:
        supervisor.wait_until_ready(f"http://127.0.0.1:{stripe_port}/", seconds)
    supervisor.wait_until_ready(f"{base}/readyz", seconds)


def prepare(environment: Mapping[str, str]) -> None:
    """Tables, and on a demo the practice. Raises SystemExit with the reason."""
    command = [sys.executable, "-m", "scripts.prepare_data"]
    if subprocess.call(command, env=dict(environment), cwd=ROOT):
        steps.stop("The database could not be prepared; the lines above say why.")


def _greet(address: str, *, demo: bool, moved_from: int) -> None:
    if moved_from:
        steps.say(f"Port {moved_from} is taken, so another one is used.")
    steps.say(f"\n  Practice Portal is ready: {address}\n")
    if demo:
        steps.say("  This is a demo with an invented practice. Sign in with one click as any")
        steps.say(f"  of its people, and read its mail: {address}/demo/\n")
    steps.say("  Ctrl-C stops it. Logs are in var/log/.")


def _watch(supervisor: Supervisor) -> None:
    while True:
        supervisor.check_alive()
        time.sleep(0.5)


def _ask(number: int, frame: FrameType | None) -> None:
    raise Asked


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    chosen = parser.parse_args()
    sys.exit(main(port=chosen.port, demo=os.environ.get("DEMO", "1") == "1"))
