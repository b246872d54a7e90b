"""What all processes of a test run share: a folder, and in it what the first one that asks made."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.servers.postgresql import PostgreSQL

FOLDER = "TESTS_SHARED"  # in the environment, where every process that is started finds it


def begin() -> None:
    """All of it ends with the process that made the folder; those it starts only use it."""
    if FOLDER in os.environ:
        return
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="portal-shared-")
    atexit.register(_end)


def folder() -> Path:
    return Path(os.environ[FOLDER])


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The file or folder of this name. `make` writes it elsewhere, so that it is there whole."""
    made = folder() / name
    with made.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            partial = made.with_name(f"{name}.partial")
            make(partial)
            partial.rename(made)
    return made


def postgresql() -> PostgreSQL:
    """One server for all, which no test may take down."""
    return PostgreSQL.at(once("postgresql", _start).resolve())


def _start(place: Path) -> None:
    place.symlink_to(PostgreSQL.start().folder)


def _end() -> None:
    if (folder() / "postgresql").exists():
        postgresql().stop()
    shutil.rmtree(folder(), ignore_errors=True)
