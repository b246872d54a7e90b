"""A constraint that stamps a version whenever a row of the table is written, by whomever.

What is computed from several tables can be kept with the version that it was computed from, and
is never stale: triggers write the stamp in the transaction of the change, so no service, shell or
import can forget it. A version is random, not counted: a database that was emptied or restored
never shows a number that a process has already seen with other rows.

SQLite stamps with each row. PostgreSQL stamps once a transaction, when it commits: a stamp is a
row lock, and taken last it can't lock two writers against each other. Inside a transaction the
stamp may therefore be older than the rows; whoever keeps answers asks outside of one.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model

from portal.shared.statement_constraint import StatementConstraint

VERBS = {"ins": "INSERT", "upd": "UPDATE", "del": "DELETE"}
ROWS = {"ins": ("NEW",), "upd": ("OLD", "NEW"), "del": ("OLD",)}


class Stamps(StatementConstraint):
    """Each write of a row stamps the row of `into` whose `key` is the row's `field`.

    `into` is a table with the columns `key` (unique) and `version` (text of at least 60).
    """

    def __init__(self, *, name: str, field: str, into: str, key: str) -> None:
        super().__init__(name=name)
        self.field, self.into, self.key = field, into, key

    def _statements(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        make = self._postgresql if editor.connection.vendor == "postgresql" else self._sqlite
        return make(model, editor)

    def _names(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        column = str(model._meta.get_field(self.field).column)  # type: ignore[union-attr]
        return {
            "column": editor.quote_name(column),
            "into": editor.quote_name(self.into),
            "key": editor.quote_name(self.key),
            "function": editor.quote_name(f"{self.name}_stamp"),
        }

    def _sqlite(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        names = self._names(model, editor)
        # No ON CONFLICT here: the policy of the statement outside would take its place.
        begin = (
            "INSERT INTO {into} ({key}, version) SELECT {row}.{column}, '' "
            "WHERE NOT EXISTS (SELECT 1 FROM {into} WHERE {key} = {row}.{column}); "
        )
        stamp = "UPDATE {into} SET version = hex(randomblob(16)) WHERE {key} = {row}.{column}; "
        return [
            Statement(
                f"CREATE TRIGGER {editor.quote_name(f'{self.name}_{short}')} AFTER {verb} "
                "ON %(table)s FOR EACH ROW BEGIN "
                + "".join((begin + stamp).format(row=row, **names) for row in ROWS[short])
                + "END",
                table=Table(model._meta.db_table, editor.quote_name),
            )
            for short, verb in VERBS.items()
        ]

    def _postgresql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        names = self._names(model, editor)
        table = Table(model._meta.db_table, editor.quote_name)
        function = Statement(_FUNCTION.format(**names), table=table)
        return [function] + [
            Statement(
                f"CREATE CONSTRAINT TRIGGER {editor.quote_name(f'{self.name}_{short}')} "
                f"AFTER {verb} ON %(table)s DEFERRABLE INITIALLY DEFERRED "
                f"FOR EACH ROW EXECUTE FUNCTION {names['function']}()",
                table=table,
            )
            for short, verb in VERBS.items()
        ]

    def remove_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Statement:  # type: ignore[override]
        return Statement(
            f"DROP FUNCTION {self._names(model, editor)['function']} CASCADE",
            table=Table(model._meta.db_table, editor.quote_name),
        )

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"field": self.field, "into": self.into, "key": self.key}


# The version begins with the transaction, so that its further rows see that it stamped already.
_FUNCTION = """CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    transaction text := pg_current_xact_id()::text;
    stamped text := transaction || ':' || gen_random_uuid();
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO {into} AS known ({key}, version) VALUES (OLD.{column}, stamped)
        ON CONFLICT ({key}) DO UPDATE SET version = stamped
        WHERE split_part(known.version, ':', 1) <> transaction;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO {into} AS known ({key}, version) VALUES (NEW.{column}, stamped)
        ON CONFLICT ({key}) DO UPDATE SET version = stamped
        WHERE split_part(known.version, ':', 1) <> transaction;
    END IF;
    RETURN NULL;
END $$"""
