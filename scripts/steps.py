"""How a set-up step speaks and runs a command: short, calm lines; the noise goes to a log."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from scripts.stamps import ROOT

LOGS = ROOT / "var" / "log"


def say(line: str) -> None:
    print(line, flush=True)


def stop(message: str) -> NoReturn:
    """End with a message that says what is missing and what to do about it."""
    print(f"\n{message}", file=sys.stderr, flush=True)
    raise SystemExit(1)


def run(
    command: Sequence[str | Path],
    *,
    log: str,
    saying: str,
    environment: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> None:
    """Run one command with its output in var/log/<log>.log; on failure show the log's end."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    say(f"  {saying} ...")
    started = time.monotonic()
    with path.open("wb") as output:
        code = subprocess.call(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
        )
    if code:
        say(tail(path))
        stop(f"That did not work (exit {code}). The whole output is in {path.relative_to(ROOT)}.")
    say(f"  done in {time.monotonic() - started:.0f} s")


def tail(path: Path, lines: int = 25) -> str:
    text = path.read_text(errors="replace") if path.exists() else ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
