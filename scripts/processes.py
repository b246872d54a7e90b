"""The portal's processes: their commands, and a supervisor that starts, watches and stops them.

`make run`, `make demo`, the fault tests and the measurements all start the portal with this.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.stamps import ROOT

STOP_SECONDS = 15.0


class DidNotStart(Exception):
    """A process ended, or the portal did not answer in time. The message carries the log's end."""


def free_port(wanted: int = 0) -> int:
    """`wanted`, or the next free port after it; 0 lets the system choose."""
    for port in range(wanted, wanted + 50) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DidNotStart(f"No free port between {wanted} and {wanted + 49}.")


@dataclass
class Child:
    """One process in a group of its own, with its output in a log file."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        if self.process is None:
            raise DidNotStart(f"{self.name} was not started.")
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def signal(self, number: int) -> None:
        """To the whole group, so that a server's workers hear it too."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait(STOP_SECONDS)

    def wait(self, seconds: float) -> bool:
        """True when the process has ended within the time."""
        if self.process is not None:
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
        return True

    def log_end(self, lines: int = 20) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


class Supervisor:
    """Children that live and die together."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def start(self, child: Child) -> Child:
        child.start()
        self.children.append(child)
        return child

    def ended(self) -> Child | None:
        """The first child that is no longer alive."""
        return next((child for child in self.children if child.exit_code is not None), None)

    def wait_until_ready(self, url: str, seconds: float) -> None:
        """Returns when the address answers 200. Raises DidNotStart when a child ends before."""
        deadline = time.monotonic() + seconds
        while not answers(url):
            self.check_alive()
            if time.monotonic() > deadline:
                ends = "\n".join(f"  {each.name}:\n{each.log_end()}" for each in self.children)
                raise DidNotStart(f"No good answer from {url} in {seconds:.0f} s.\n{ends}")
            time.sleep(0.1)

    def check_alive(self) -> None:
        child = self.ended()
        if child is not None:
            raise DidNotStart(
                f"{child.name} ended by itself (exit {child.exit_code}). "
                f"The end of {child.log}:\n{child.log_end()}"
            )

    def stop(self) -> None:
        """Ask all to end, last started first; end by force what has not after a while."""
        for child in reversed(self.children):
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            if not child.wait(max(0.1, deadline - time.monotonic())):
                child.kill()
            child.signal(signal.SIGKILL)  # nothing of the group stays behind
        self.children.clear()

    def kill(self) -> None:
        """All at once, where nobody waits for an answer and nothing is to be kept."""
        for child in self.children:
            child.signal(signal.SIGKILL)
        for child in self.children:
            child.wait(STOP_SECONDS)
        self.children.clear()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def web(port: int, *, workers: int = 1, threads: int = 4) -> list[str]:
    """gunicorn with threads: the pages wait for the database more than they compute.

    The code is loaded once, before the server processes part.
    """
    return [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi"),
        *("--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(threads)),
        *("--graceful-timeout", "10", "--no-control-socket", "--preload"),
    ]


def embedded_worker() -> list[str]:
    """One process on `memory://`; beat runs as a thread in it (portal/celery.py)."""
    return [*_celery("worker"), "--pool", "threads", "--concurrency", "2"]


def worker(concurrency: int = 2) -> list[str]:
    """Production: prefork, so that one bad document can't take the others down with it."""
    return [*_celery("worker"), "--pool", "prefork", "--concurrency", str(concurrency)]


def beat() -> list[str]:
    return _celery("beat")


def stripe_sandbox(port: int, *, webhook_url: str, webhook_secret: str, store: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "billing.sandbox", "--port", str(port), "--store", str(store)),
        *("--webhook-url", webhook_url, "--webhook-secret", webhook_secret),
    ]


def _celery(command: str) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app", "portal", command),
        *("--loglevel", "WARNING"),
        *(("--without-gossip", "--without-mingle") if command == "worker" else ()),
    ]
