"""What every portal of a test run begins with, made by the first process that asks for it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from scripts import portal_environment, setup
from scripts.environment_file import SECRETS
from scripts.stamps import ROOT
from tests.servers import shared
from tests.servers.postgresql import create_database

STATIC_FILES = ROOT / "var" / "static"


def secrets() -> dict[str, str]:
    """The same for all portals of the tests, so that each can read a copy of the others' rows."""
    return {name: os.environ[name] for name in SECRETS}


def static_files() -> Path:
    """As in production; what `make setup` gathered will do while it is from the same sources."""
    return shared.once("static-files", _gather)


def copy_tables(url: str) -> None:
    """All tables, as just migrated, in place of what the database at this URL holds."""
    _copy("tables", url, _migrate)


def copy_practice(url: str) -> None:
    """All tables and the demo practice, as just seeded."""
    _copy("practice", url, _seed)


def _copy(name: str, url: str, fill: Callable[[str], None]) -> None:
    """By the database itself: quicker by far than to make the same rows again."""
    if url.startswith("sqlite"):
        _copy_file(shared.once(f"{name}.sqlite3", lambda path: fill(f"sqlite:///{path}")), url)
        return

    def make(mark: Path) -> None:
        made = f"{url.rpartition('/')[0]}/{name}"
        create_database(made)
        fill(made)
        mark.touch()

    shared.once(f"{name}-{urlsplit(url).port}", make)
    create_database(url, like=name)


def _copy_file(source: Path, url: str) -> None:
    target = Path(url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(source)) as made, closing(sqlite3.connect(target)) as copy:
        made.backup(copy)


def _gather(folder: Path) -> None:
    if setup.static_files_are_current():
        shutil.copytree(STATIC_FILES, folder)
    else:
        _run(folder, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")


def _migrate(url: str) -> None:
    _run(shared.folder(), "manage.py", "migrate", "--verbosity", "0", DATABASE_URL=url)


def _seed(url: str) -> None:
    copy_tables(url)
    _run(shared.folder(), "manage.py", "seed_demo", DATABASE_URL=url)


def _run(static_root: Path, *arguments: str, **extra: str) -> None:
    environment = portal_environment.of_a_portal_apart(
        shared.folder(),
        portal_port=1,
        stripe_port=1,
        static_root=static_root,
        extra={**secrets(), **extra},
    )
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
