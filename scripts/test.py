"""`make test`: every test, in stages. The quick ones first; all stages run, whatever fails."""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass

from scripts import steps
from scripts.stamps import ROOT
from tests.servers import shared

# Some tests take a thousand times as long as others, so who is done takes from who is not.
BOTH_CORES = ("--numprocesses", "2", "--dist", "worksteal")
# Servers and pages wait for one another: one more process than cores leaves no core idle.
WAITING = ("--numprocesses", "3", "--dist", "worksteal")
# They look at the form of drawn pages, which no database changes.
DRAWN = tuple(
    f"--ignore=tests/unit/journeys/{name}.py" for name in ("test_pdf_ua", "test_packet_form")
)


@dataclass(frozen=True)
class Stage:
    title: str
    arguments: tuple[str, ...]


STAGES = {
    "quick": Stage(
        "Units, views, laws and architecture, on SQLite",
        (*BOTH_CORES, "tests/unit", "tests/views", "tests/properties", "tests/architecture"),
    ),
    "postgresql": Stage(
        "Units and views that ask the database again, on PostgreSQL",
        (
            *(*BOTH_CORES, "--database=postgresql", "--database-only", *DRAWN),
            *("tests/unit", "tests/views"),
        ),
    ),
    "concurrency": Stage("Many people at once, on both databases", (*WAITING, "tests/concurrency")),
    "faults": Stage("Killed workers, dead brokers", (*WAITING, "tests/faults")),
    "browser": Stage("A real browser", (*WAITING, "tests/browser")),
}


def main(names: list[str]) -> int:
    started = time.monotonic()
    shared.begin()  # what one stage has prepared serves the next one too
    failed = [name for name in names if not _passes(STAGES[name])]
    steps.say(f"\nAll stages took {time.monotonic() - started:.0f} s.")
    if failed:
        steps.say(f"Not green: {', '.join(failed)}")
        return 1
    steps.say(f"Green: {', '.join(names)}")
    return 0


def _passes(stage: Stage) -> bool:
    """A stage in which nothing ran counts as failed (pytest's exit code 5)."""
    steps.say(f"\n== {stage.title}")
    colour = "no" if os.environ.get("CI") or os.environ.get("NO_COLOR") else "auto"
    command = [sys.executable, "-m", "pytest", "-q", "-rfEsx", f"--color={colour}"]
    command += ["--durations=5", *stage.arguments]
    return subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL) == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="stage", help=f"any of {', '.join(STAGES)}")
    chosen = parser.parse_args().stages
    unknown = [name for name in chosen if name not in STAGES]
    if unknown:
        parser.error(f"there is no stage {unknown[0]}")
    sys.exit(main(chosen or list(STAGES)))
