"""A constraint that lets a table only grow: the database refuses UPDATE and DELETE."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Model


class AppendOnly(BaseConstraint):
    """Rows can be inserted and read. Triggers abort the rest, on SQLite and PostgreSQL."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)

    def _statements(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        if editor.connection.vendor == "postgresql":
            return self._postgresql(model, editor)
        return [self._sqlite(model, editor, verb) for verb in ("UPDATE", "DELETE")]

    def _sqlite(self, model: type[Model], editor: BaseDatabaseSchemaEditor, verb: str) -> Statement:
        name = editor.quote_name(f"{self.name}_{verb.lower()}")
        return Statement(
            f"CREATE TRIGGER {name} BEFORE {verb} ON %(table)s FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {self.name}'); END",
            table=Table(model._meta.db_table, editor.quote_name),
        )

    def _postgresql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        table = Table(model._meta.db_table, editor.quote_name)
        function = editor.quote_name(f"{self.name}_refuse")
        return [
            Statement(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'append-only: {self.name}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END $$",
                table=table,
            ),
            Statement(
                f"CREATE TRIGGER {editor.quote_name(self.name)} BEFORE UPDATE OR DELETE "
                f"ON %(table)s FOR EACH ROW EXECUTE FUNCTION {function}()",
                table=table,
            ),
        ]

    def constraint_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        editor.deferred_sql.extend(self._statements(model, editor))

    def create_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Statement:  # type: ignore[override]
        *first, last = self._statements(model, editor)
        for statement in first:
            editor.execute(statement)
        return last

    def remove_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Statement:  # type: ignore[override]
        return Statement(
            f"DROP TRIGGER {editor.quote_name(self.name)} ON %(table)s",
            table=Table(model._meta.db_table, editor.quote_name),
        )

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Nothing to say before the write: a form never edits such a row."""
