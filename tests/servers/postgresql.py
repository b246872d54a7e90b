"""A throw-away PostgreSQL server in a temporary folder, on a free port of this machine only."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from scripts.processes import free_port

OPTIONS = (
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "fsync=off",  # the data dies with the tests, so nothing waits for the disk
    "synchronous_commit=off",
    "full_page_writes=off",
    "unix_socket_directories=",
)


def program(name: str) -> str:
    """Debian keeps the server's programs off the PATH, one folder a version; the newest wins."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(path.parts[-3]),
    )
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise RuntimeError(f"{name} is missing: install PostgreSQL (`make setup-test` says how).")
    return found


@dataclass
class PostgreSQL:
    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls) -> "PostgreSQL":
        folder = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        cluster, port = folder / "cluster", free_port()
        _run(
            [
                program("initdb"),
                "-D",
                cluster,
                "-U",
                "portal",
                "--auth=trust",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
            ]
        )
        settings = [part for option in OPTIONS for part in ("-c", option)]
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [program("postgres"), "-D", str(cluster), "-p", str(port), *settings],
                stdout=log,
                stderr=log,
                **_as_postgres(),
            )
        server = cls(folder, port, process)
        server._wait_until_ready()
        return server

    def url(self, database: str) -> str:
        return f"postgres://portal@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """A fresh, empty database; returns its URL."""
        name = f"portal_{uuid4().hex[:12]}"
        _run([program("createdb"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "portal", name])
        return self.url(name)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)  # at once, whoever is still connected
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        command = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.call(command) != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                log = (self.folder / "server.log").read_text()
                self.stop()
                raise RuntimeError(f"PostgreSQL did not start:\n{log}")
            time.sleep(0.05)


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, **_as_postgres()
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def _as_postgres() -> dict:
    """PostgreSQL refuses to run as root, so root hands it to Debian's user for it.

    A fast stop is SIGINT, which our Ctrl-C must not send by accident: hence a session of its own.
    """
    user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    return {
        **(user if os.geteuid() == 0 else {}),
        "start_new_session": True,
        "cwd": "/",
        "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
    }
