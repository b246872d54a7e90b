"""A constraint that lets a table only grow: the database refuses UPDATE and DELETE."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model

from portal.shared.statement_constraint import StatementConstraint


class AppendOnly(StatementConstraint):
    """Rows can be inserted and read. Triggers abort the rest, on SQLite and PostgreSQL.

    `mutable` names the fields that may still change: encrypted ones (key rotation writes the
    same content under a new key) and pointers to what came later.
    """

    def __init__(self, *, name: str, mutable: tuple[str, ...] = ()) -> None:
        super().__init__(name=name)
        self.mutable = tuple(mutable)

    def _frozen(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> str:
        fields = [f for f in model._meta.local_concrete_fields if f.name not in self.mutable]
        return ", ".join(editor.quote_name(str(field.column)) for field in fields)

    def _statements(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        make = self._postgresql if editor.connection.vendor == "postgresql" else self._sqlite
        return make(model, editor)

    def _verbs(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        return {"upd": f"UPDATE OF {self._frozen(model, editor)}", "del": "DELETE"}

    def _sqlite(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        return [
            Statement(
                f"CREATE TRIGGER {editor.quote_name(f'{self.name}_{short}')} BEFORE {verb} "
                "ON %(table)s FOR EACH ROW "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {self.name}'); END",
                table=Table(model._meta.db_table, editor.quote_name),
            )
            for short, verb in self._verbs(model, editor).items()
        ]

    def _postgresql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        table = Table(model._meta.db_table, editor.quote_name)
        function = editor.quote_name(f"{self.name}_refuse")
        refuse = Statement(
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'append-only: {self.name}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$",
            table=table,
        )
        return [refuse] + [
            Statement(
                f"CREATE TRIGGER {editor.quote_name(f'{self.name}_{short}')} BEFORE {verb} "
                f"ON %(table)s FOR EACH ROW EXECUTE FUNCTION {function}()",
                table=table,
            )
            for short, verb in self._verbs(model, editor).items()
        ]

    def remove_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Statement:  # type: ignore[override]
        return Statement(
            f"DROP FUNCTION {editor.quote_name(f'{self.name}_refuse')} CASCADE",
            table=Table(model._meta.db_table, editor.quote_name),
        )

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | ({"mutable": self.mutable} if self.mutable else {})
