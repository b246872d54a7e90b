"""Trying again when the database gave up one of two transactions that waited for each other."""

import hashlib
from collections.abc import Callable
from functools import wraps
from random import uniform
from time import sleep
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection

TRIES = 5
NAMES_LOCK = 0x5EA1_0002
GIVE_WAY = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization_failure, deadlock_detected."""

P = ParamSpec("P")
R = TypeVar("R")


def retrying(function: Callable[P, R]) -> Callable[P, R]:
    """Run the transaction again after a deadlock; inside another transaction let it fail."""

    @wraps(function)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or not is_give_way(error):
                    raise
                sleep(uniform(0, 0.02 * 2**attempt))  # noqa: S311 - spreads, hides nothing
        return function(*args, **kwargs)

    return again


def lock_names(*names: str) -> None:
    """One transaction at a time for each of these names, until it ends; empty names don't count.

    SQLite's IMMEDIATE transactions are already one writer at a time.
    """
    if connection.vendor != "postgresql":
        return
    keys = sorted({_lock_key(name) for name in names if name})
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NAMES_LOCK, key])


def _lock_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big", signed=True)


def is_give_way(error: OperationalError) -> bool:
    """Whether the same transaction may simply be tried again."""
    return getattr(error.__cause__, "sqlstate", None) in GIVE_WAY


def is_overlap(error: IntegrityError) -> bool:
    """Whether it was the no-overlap constraint that refused."""
    return "appointment_no_overlap" in str(error)
