"""No two active rows may overlap, enforced by the database on SQLite and PostgreSQL.

PostgreSQL: an exclusion constraint over ranges; the partition is one integer column, taken as
a range of one value, so that no extension is needed. SQLite: triggers that look at the last
active row that starts before the new one ends; active rows never overlap each other, so it is
the only candidate, and a check costs one step in the index on (partition, start).
"""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model, Q
from django.db.models.sql import Query

from portal.shared.statement_constraint import StatementConstraint


class NoOverlap(StatementConstraint):
    """Half-open intervals `[start, end)` of one partition never overlap while `condition` holds.

    The model declares `Index(fields=[partition, start])` and a check that end is after start.
    """

    default_violation_error_message = "This time is already taken."
    violation_error_code = "overlap"

    def __init__(
        self, *, name: str, start: str, end: str, partition: str, condition: Q, **kwargs: Any
    ) -> None:
        self.start, self.end, self.partition, self.condition = start, end, partition, condition
        super().__init__(name=name, **kwargs)

    # -- SQL ---------------------------------------------------------------------------
    def _condition_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> str:
        query = Query(model=model, alias_cols=False)
        where = query.build_where(self.condition)
        compiler = query.get_compiler(connection=editor.connection)
        sql, params = where.as_sql(compiler, editor.connection)
        return str(sql) % tuple(editor.quote_value(param) for param in params)

    def _parts(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> dict[str, Any]:
        def column(field: str) -> str:
            return editor.quote_name(str(model._meta.get_field(field).column))  # type: ignore[union-attr]

        conditional = {ref[0] for ref in model._get_expr_references(self.condition)}  # type: ignore[attr-defined]
        touched = dict.fromkeys([self.partition, self.start, self.end, *sorted(conditional)])
        return {
            "name": self.name,
            "table": Table(model._meta.db_table, editor.quote_name),
            "pk": editor.quote_name(str(model._meta.pk.column)),
            "start": column(self.start),
            "end": column(self.end),
            "partition": column(self.partition),
            "condition": self._condition_sql(model, editor),
            "touched": ", ".join(map(column, touched)),
            "new": ", ".join(f"NEW.{column(field)} AS {column(field)}" for field in touched),
        }

    def _statements(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        parts = self._parts(model, editor)
        if editor.connection.vendor == "postgresql":
            return [self._exclusion(editor, parts)]
        if editor.connection.vendor != "sqlite":
            raise NotSupportedError("NoOverlap supports SQLite and PostgreSQL only.")
        return self._triggers(editor, parts)

    def _exclusion(self, editor: BaseDatabaseSchemaEditor, parts: dict[str, Any]) -> Statement:
        return Statement(
            f"ALTER TABLE %(table)s ADD CONSTRAINT {editor.quote_name(self.name)} "
            "EXCLUDE USING gist (int8range(%(partition)s, %(partition)s, '[]') WITH &&, "
            "tstzrange(%(start)s, %(end)s) WITH &&) WHERE (%(condition)s)",
            **parts,
        )

    def _triggers(self, editor: BaseDatabaseSchemaEditor, parts: dict[str, Any]) -> list[Statement]:
        # AFTER, not BEFORE: an upsert would clash with the row that it replaces.
        body = (
            " ON %(table)s FOR EACH ROW WHEN (SELECT %(condition)s FROM (SELECT %(new)s)) BEGIN "
            "SELECT RAISE(ABORT, 'overlap: %(name)s') "
            "WHERE (SELECT %(end)s FROM %(table)s WHERE (%(condition)s) "
            "AND %(partition)s = NEW.%(partition)s AND %(start)s < NEW.%(end)s "
            "AND %(pk)s <> NEW.%(pk)s ORDER BY %(start)s DESC LIMIT 1) > NEW.%(start)s; END"
        )
        insert = editor.quote_name(f"{self.name}_ins")
        update = editor.quote_name(f"{self.name}_upd")
        return [
            Statement(f"CREATE TRIGGER {insert} AFTER INSERT{body}", **parts),
            Statement(f"CREATE TRIGGER {update} AFTER UPDATE OF %(touched)s{body}", **parts),
            # Touch every row once, so that rows which overlap already are refused now.
            Statement("UPDATE %(table)s SET %(start)s = %(start)s WHERE %(condition)s", **parts),
        ]

    def remove_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Any:  # type: ignore[override]
        return editor._delete_constraint_sql(editor.sql_delete_check, model, self.name)  # type: ignore[attr-defined]

    # -- Python ------------------------------------------------------------------------
    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Raise ValidationError when the row would overlap (for forms; the database decides)."""
        if exclude and self._needs(model) & set(exclude):
            return
        against = instance._get_field_expression_map(meta=model._meta, exclude=exclude)  # type: ignore[attr-defined]
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        if start is None or end is None or not self.condition.check(against, using=using):
            return
        last = self._candidates(model, instance, using).filter(**{f"{self.start}__lt": end})
        found = last.order_by(f"-{self.start}").values_list(self.end, flat=True).first()
        if found is not None and found > start:
            raise ValidationError(
                self.get_violation_error_message(), code=self.violation_error_code
            )

    def _needs(self, model: type[Model]) -> set[str]:
        conditional = {ref[0] for ref in model._get_expr_references(self.condition)}  # type: ignore[attr-defined]
        return {self.start, self.end, self.partition} | conditional

    def _candidates(self, model: type[Model], instance: Model, using: str) -> Any:
        attname = model._meta.get_field(self.partition).attname  # type: ignore[union-attr]
        rows = model._default_manager.using(using).filter(
            self.condition, **{attname: getattr(instance, attname)}
        )
        return rows if instance._state.adding else rows.exclude(pk=instance.pk)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {
            "start": self.start,
            "end": self.end,
            "partition": self.partition,
            "condition": self.condition,
        }
        return path, args, kwargs
