"""`make demo`: the main job end to end over HTTP, against a portal of its own.

Its data, secrets, mails and ports are made for this run and thrown away; the packet and the
summary stay in var/demo/. Exit code 1 when any step fails.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from scripts import portal_environment, processes, run, steps
from scripts.demo_mail import NoMail
from scripts.demo_walk import Walk, WentWrong
from scripts.html_page import NotOnPage
from scripts.processes import DidNotStart, Supervisor
from scripts.stamps import ROOT

OUT = ROOT / "var" / "demo"
T = TypeVar("T")
FAILURES = (WentWrong, NoMail, NotOnPage, DidNotStart, LookupError, OSError)


@dataclass(frozen=True)
class Step:
    title: str
    seconds: float


def main() -> int:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    folder = Path(tempfile.mkdtemp(prefix="portal-demo-"))
    supervisor, done = Supervisor(), list[Step]()
    steps.say("The main job, end to end, by one person without JavaScript:")
    try:
        url = _timed("start a portal of its own", lambda: start(supervisor, folder), done)
        walk = Walk(url, folder / "mail", OUT)
        for step in walk.steps:
            _timed(step.__name__.replace("_", " "), step, done)
    except FAILURES as problem:
        shutil.copytree(folder / "log", OUT / "log", dirs_exist_ok=True)
        steps.say(f"\nThis step failed: {problem}\nThe portal's logs are in var/demo/log/.")
        return 1
    finally:
        supervisor.stop()
        shutil.rmtree(folder, ignore_errors=True)
    _write_summary(walk, done)
    return 0


def start(supervisor: Supervisor, folder: Path) -> str:
    portal_port, stripe_port = processes.free_port(), processes.free_port()
    environment = portal_environment.of_a_portal_apart(
        folder, portal_port=portal_port, stripe_port=stripe_port
    )
    (folder / "log").mkdir()
    run.prepare(environment)
    run.start_portal(
        supervisor,
        environment,
        portal_port=portal_port,
        stripe_port=stripe_port,
        logs=folder / "log",
    )
    return environment["PORTAL_URL"]


def _timed(title: str, step: Callable[[], T], done: list[Step]) -> T:
    started = time.monotonic()
    result = step()
    done.append(Step(title, round(time.monotonic() - started, 2)))
    steps.say(f"  {done[-1].seconds:6.2f} s  {title}")
    return result


def _write_summary(walk: Walk, done: list[Step]) -> None:
    total = round(sum(step.seconds for step in done), 2)
    summary = {
        "steps": [asdict(step) for step in done],
        "seconds": total,
        "ids": walk.ids,
        "intake_pages": walk.sections,
        "answers_typed": len(walk.typist.typed),
        "consents_signed": walk.signatures,
        "packet": {
            "file": "packet.pdf",
            "sha256": walk.sha256,
            "pages": walk.pages,
            "bytes": (OUT / "packet.pdf").stat().st_size,
        },
    }
    (OUT / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    steps.say(
        f"\nDone in {total:.0f} s: {walk.sections} pages of intake, {walk.signatures} consents, "
        f"a packet of {walk.pages} pages.\n"
        f"  var/demo/packet.pdf   SHA-256 {walk.sha256}\n  var/demo/summary.json"
    )


if __name__ == "__main__":
    sys.exit(main())
