"""Tests with real transactions empty every table at their end; append-only ones refuse.

PostgreSQL empties by TRUNCATE, which asks no trigger. On SQLite the triggers step aside for the
moment of emptying.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

TRIGGERS = """
SELECT name, sql FROM sqlite_master
WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT, ''append-only:%'
"""


@pytest.fixture(autouse=True, scope="session")
def _empty_append_only_tables() -> Iterator[None]:
    original = TransactionTestCase._fixture_teardown

    def teardown(case: Any) -> None:
        with _without_triggers():
            original(case)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
    yield
    patch.undo()


@contextmanager
def _without_triggers() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        triggers = cursor.execute(TRIGGERS).fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _, sql in triggers:
                cursor.execute(sql)
