"""Queries that are written by hand, planned once a connection, and asked of the driver itself.

For the few that come with every visit: Django takes longer to write such a query, and longer
again to hand it over, than the database takes to answer it. Only for reading; `docs/scaling.md`
says what it saves.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result

SECOND = re.compile(r"SECOND\(([\w.]+)\)")
SQLITE_SECOND = r"CAST(strftime('%s', substr(\1, 1, 19)) AS INTEGER)"
POSTGRESQL_SECOND = r"floor(date_part('epoch', \1))::bigint"

Value = int | str | datetime
Row = tuple[Any, ...]


class Prepared:
    """One query with its values as `$1`, `$2` ..., in the SQL that both databases speak.

    `SECOND(column)` is a moment in whole seconds since 1970, rounded down.
    """

    def __init__(self, name: str, sql: str) -> None:
        self.name = name.encode()
        self.sqlite = SECOND.sub(SQLITE_SECOND, sql).replace("$", "?")
        self.postgresql = SECOND.sub(POSTGRESQL_SECOND, sql).encode()
        self._knowing: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

    def rows(self, *values: Value) -> Sequence[Row]:
        """Every row; dates, times of day and truth values as Python has them.

        Django would first ask whether the connection is alive. Here it is simply asked; where it
        is not, it is opened anew and asked once more: reading twice does no harm.
        """
        database = connections[DEFAULT_DB_ALIAS]
        database.health_check_done = True  # type: ignore[attr-defined]
        try:
            return self._ask(database, values)
        except (OperationalError, InterfaceError):
            if database.in_atomic_block:
                raise
            database.close()
            return self._ask(database, values)

    def _ask(self, database: BaseDatabaseWrapper, values: Sequence[Value]) -> Sequence[Row]:
        database.ensure_connection()
        if database.queries_logged:
            database.queries_log.append({"sql": self.sqlite, "time": "0.000"})
        bound = [_bound(database, value) for value in values]
        with database.wrap_database_errors:
            if database.vendor == "sqlite":
                found: list[Row] = database.connection.execute(self.sqlite, bound).fetchall()
                return found
            if database.in_atomic_block:  # psycopg may still have to begin the transaction
                cursor = psycopg.RawCursor(database.connection)
                return cursor.execute(self.postgresql, [str(value) for value in bound]).fetchall()
            return self._execute(database.connection, bound)

    def _execute(self, server: "psycopg.Connection[Row]", bound: Sequence[Any]) -> Sequence[Row]:
        """By libpq: psycopg's cursors cost twice the round trip."""
        if server not in self._knowing:
            _checked(server, server.pgconn.prepare(self.name, self.postgresql))
            self._knowing[server] = True
        values = [str(value).encode() for value in bound]
        result = _checked(server, server.pgconn.exec_prepared(self.name, values))
        reader = Transformer(server)
        reader.set_pgresult(result)
        return reader.load_rows(0, result.ntuples, tuple)


def _bound(database: BaseDatabaseWrapper, value: Value) -> Any:
    """A moment as the database compares it."""
    if isinstance(value, datetime):
        return str(database.ops.adapt_datetimefield_value(value))
    return value


def _checked(server: "psycopg.Connection[Row]", result: pq.abc.PGresult) -> pq.abc.PGresult:
    """Raise what the server answered, if it is an error."""
    if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return result
    if server.pgconn.status == pq.ConnStatus.BAD:
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)
