"""Portals that run as in real life: their own processes, data and secrets, spoken to over HTTP."""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg

from scripts import portal_environment, processes
from scripts.processes import Child, Supervisor
from scripts.stamps import ROOT
from tests.servers import prepared

READY_SECONDS = 60.0


class Portal:
    """One portal below a folder of its own. Start its processes one by one, or `start_all`."""

    def __init__(self, *, static_root: Path, extra: Mapping[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-run-"))
        self.port, self.stripe_port = processes.free_port(), processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = portal_environment.of_a_portal_apart(
            self.folder,
            portal_port=self.port,
            stripe_port=self.stripe_port,
            static_root=static_root,
            extra={**prepared.secrets(), **(extra or {})},
        )
        self.supervisor = Supervisor()

    def prepare(self) -> None:
        """Tables, the demo practice, and a seal of its own among its private files."""
        prepared.copy_practice(self.environment["DATABASE_URL"])
        self.run("manage.py", "make_seal")

    def run(self, *arguments: str) -> str:
        """Python with this portal's environment; returns what it printed, raises when it fails."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        return self.run("manage.py", "shell", "--no-imports", "-c", code)

    def start(self, name: str, command: list[str]) -> Child:
        log = self.folder / "log" / f"{name}.log"
        return self.supervisor.start(Child(name, command, self.environment, log))

    def start_web(self, *, workers: int = 1) -> Child:
        web = self.start("web", processes.web(self.port, workers=workers))
        self.supervisor.wait_until_ready(f"{self.url}/healthz", READY_SECONDS)
        return web

    def start_embedded_worker(self, name: str = "worker") -> Child:
        return self.start(name, processes.embedded_worker())

    def start_stripe(self) -> Child:
        command = processes.stripe_sandbox(
            self.stripe_port,
            webhook_url=f"{self.url}/stripe/webhook",
            webhook_secret=self.environment["STRIPE_WEBHOOK_SECRET"],
            store=self.folder / "stripe-sandbox.sqlite3",
        )
        return self.start("stripe-sandbox", command)

    def start_again(self, child: Child) -> None:
        """If it has ended, as the containers do (`restart: unless-stopped`)."""
        if child.exit_code is not None:
            child.start()

    def forget(self, child: Child) -> None:
        """After a test has killed it on purpose."""
        self.supervisor.children.remove(child)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What stands in the database now, whichever of the two it is."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("postgres"):
            with psycopg.connect(url) as connection:
                return connection.execute(query).fetchall()  # type: ignore[call-overload]
        connection_ = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)
        try:
            return connection_.execute(query).fetchall()
        finally:
            connection_.close()

    def mails(self) -> list[str]:
        """The mails that were sent, oldest first (the backend writes one file a connection)."""
        folder = Path(self.environment["EMAIL_FILE_PATH"])
        files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
        return [path.read_text() for path in files]

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in (self.folder / "log").glob("*.log"))

    def stop(self) -> None:
        """At once: its data goes too, so nothing is left to end in peace for.

        What its processes wrote is shown by pytest under a test that has failed.
        """
        self.supervisor.kill()
        sys.stdout.write(self.logs())
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_for(what: str, happened: Callable[[], bool], seconds: float) -> None:
    """Fails with `what` when it has not happened within the time."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.05)
