"""What our own constraints share: SQL statements that stand and fall with their table."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models import BaseConstraint, Model


class StatementConstraint(BaseConstraint):
    """A constraint of several statements; `_statements` names them for the editor's database."""

    def _statements(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        raise NotImplementedError

    def constraint_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        """Inside CREATE TABLE and every table remake of SQLite."""
        editor.deferred_sql.extend(self._statements(model, editor))

    def create_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Statement:  # type: ignore[override]
        *first, last = self._statements(model, editor)
        for statement in first:
            editor.execute(statement)
        return last

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Nothing to say before the write, where a constraint does not say otherwise."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return bool(self.deconstruct() == other.deconstruct())

    __hash__ = None  # type: ignore[assignment]
