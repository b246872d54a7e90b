"""New rows written by one statement that is worded once: for those that come with every save.

Django words each INSERT anew, which takes longer than the database takes to carry it out.
"""

from functools import cache

from django.db import connection, models


def insert(row: models.Model) -> None:
    """Write it as it is; its key stays unknown. No signal is sent and nothing is filled in."""
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in _fields(type(row))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(row)), values)


@cache
def _fields(model: type[models.Model]) -> tuple["models.Field[object, object]", ...]:
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)


@cache
def _statement(model: type[models.Model]) -> str:
    quoted = connection.ops.quote_name
    columns = [quoted(str(field.column)) for field in _fields(model)]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
