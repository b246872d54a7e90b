"""A throw-away PostgreSQL server in a temporary folder, on a free port of this machine only."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

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


@dataclass(frozen=True)
class PostgreSQL:
    folder: Path
    port: int

    @classmethod
    def start(cls) -> "PostgreSQL":
        """It runs on when the process that started it ends: whoever starts it stops it."""
        folder = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
        port = free_port()
        (folder / "port").write_text(str(port))
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        server = cls(folder, port)
        server._make_cluster()
        settings = " ".join(f"-c {option}" for option in (*OPTIONS, f"port={port}"))
        try:
            server._control("start", "-l", folder / "server.log", "-o", settings)
        except RuntimeError as error:
            log = (folder / "server.log").read_text()
            server.stop()
            raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
        return server

    @classmethod
    def at(cls, folder: Path) -> "PostgreSQL":
        """The server that another process has started there."""
        return cls(folder, int((folder / "port").read_text()))

    def url(self, database: str) -> str:
        return f"postgres://portal@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """A fresh, empty database; returns its URL."""
        url = self.url(f"portal_{uuid4().hex[:12]}")
        create_database(url)
        return url

    def stop(self) -> None:
        """At once, whoever is still connected."""
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._control("stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_cluster(self) -> None:
        """Trusts everybody: it listens on this machine only and holds invented people."""
        _run(
            [
                program("initdb"),
                "-D",
                self.folder / "cluster",
                "-U",
                "portal",
                "--auth=trust",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
            ]
        )

    def _control(self, *words: str | Path) -> None:
        _run([program("pg_ctl"), "-D", self.folder / "cluster", "-w", "-s", *words])


def create_database(url: str, *, like: str = "template1") -> None:
    """In place of one that is there; empty, or with all that `like` on the same server holds."""
    address, _, name = url.rpartition("/")
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        names = {"name": sql.Identifier(name), "like": sql.Identifier(like)}
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {name}").format(**names))
        connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {like}").format(**names))


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
