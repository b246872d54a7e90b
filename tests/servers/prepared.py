"""What every portal of a test run begins with, made by the first process that asks for it."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from scripts import portal_environment, setup
from scripts.environment_file import SECRETS
from scripts.stamps import ROOT

STATIC_FILES = ROOT / "var" / "static"


def secrets() -> dict[str, str]:
    """The same for all portals of the tests, so that each can read a copy of the others' rows."""
    return {name: os.environ[name] for name in SECRETS}


def static_files() -> Path:
    """As in production; what `make setup` gathered will do while it is from the same sources."""
    return _once("static-files", _gather)


def copy_practice(target: Path) -> None:
    """A SQLite database with all tables and the demo practice, as just seeded."""
    with (
        closing(sqlite3.connect(_once("practice.sqlite3", _seed))) as practice,
        closing(sqlite3.connect(target)) as copy,
    ):
        practice.backup(copy)


def _once(name: str, make: Callable[[Path], None]) -> Path:
    made = Path(os.environ["VAR_DIR"]) / name
    with made.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            partial = made.with_name(f"{name}.partial")
            make(partial)
            partial.rename(made)
    return made


def _gather(folder: Path) -> None:
    if setup.static_files_are_current():
        shutil.copytree(STATIC_FILES, folder)
    else:
        _run(folder, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")


def _seed(database: Path) -> None:
    _run(database.parent, "-m", "scripts.prepare_data", DATABASE_URL=f"sqlite:///{database}")


def _run(static_root: Path, *arguments: str, **extra: str) -> None:
    environment = portal_environment.of_a_portal_apart(
        Path(os.environ["VAR_DIR"]),
        portal_port=1,
        stripe_port=1,
        static_root=static_root,
        extra={**secrets(), **extra},
    )
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
