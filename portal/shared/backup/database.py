"""The database as one file and back, by each engine's own means."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

PG_FLAGS = ("--no-owner", "--no-privileges")


class ToolMissing(Exception):
    """pg_dump or pg_restore is not installed, or it failed; the message says what it said."""


def dump(target: Path) -> None:
    """A consistent copy, also while people use the portal."""
    if connection.vendor == "sqlite":
        # Django's connection knows the functions that our check constraints use.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
    else:
        _run("pg_dump", "--format=custom", *PG_FLAGS, f"--file={target}", _name())


def load(source: Path) -> None:
    """Replace everything in the database with what the file holds."""
    connection.close()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(_name())) as live:
            # Python's backup waits for ever for a lock; this asks once and says so.
            live.execute("BEGIN EXCLUSIVE")
            live.rollback()
            copy.backup(live)
    else:
        _run(
            "pg_restore", "--clean", "--if-exists", "--single-transaction", *PG_FLAGS,
            f"--dbname={_name()}", str(source),
        )  # fmt: skip


def has_rows() -> bool:
    """Whether a practice lives in this database already."""
    if "accounts_practice" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM accounts_practice")
        return bool(cursor.fetchone()[0])


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(*command: str) -> None:
    try:
        subprocess.run(command, env=_environment(), check=True, capture_output=True)  # noqa: S603
    except FileNotFoundError as error:
        raise ToolMissing(f"{command[0]} is not installed") from error
    except subprocess.CalledProcessError as error:
        raise ToolMissing(f"{command[0]}: {error.stderr.decode()[-300:]}") from error


def _environment() -> dict[str, str]:
    # By the environment, so that no password stands in the list of processes.
    values: dict[str, Any] = connection.settings_dict
    pairs = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    given = {name: str(values[key]) for name, key in pairs.items() if values.get(key)}
    return dict(os.environ) | given
