"""Re-encryption with the key in force: every encrypted field of every model, row by row."""

from collections.abc import Callable

from django.apps import apps
from django.db import connection, transaction
from django.db.models import FileField, Model

from portal.shared.encryption import crypto
from portal.shared.encryption.fields import EncryptedField
from portal.shared.encryption.storage import private_storage

_further: list[Callable[[], int]] = []


def also(rotate: Callable[[], int]) -> None:
    """Register what an app keeps encrypted elsewhere than in an encrypted field."""
    if rotate not in _further:
        _further.append(rotate)


def rotate_further() -> int:
    return sum(rotate() for rotate in _further)


def encrypted_columns(model: type[Model]) -> list[EncryptedField]:
    return [field for field in model._meta.local_fields if isinstance(field, EncryptedField)]


def rotate_rows() -> int:
    """Number of values that were re-encrypted. Safe to stop and to run again."""
    return sum(
        _rotate_column(model, field)
        for model in apps.get_models()
        for field in encrypted_columns(model)
    )


def _rotate_column(model: type[Model], field: EncryptedField) -> int:
    quote = connection.ops.quote_name
    table, pk, column = (
        quote(str(name)) for name in (model._meta.db_table, model._meta.pk.column, field.column)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {pk} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
        keys = [row[0] for row in cursor.fetchall()]
    return sum(_rotate_value(table, pk, column, key, field.associated()) for key in keys)


def _rotate_value(table: str, pk: str, column: str, key: int, associated: bytes) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {pk} = %s", [key])  # noqa: S608
        row = cursor.fetchone()
        if not row or row[0] is None or bytes(row[0]).startswith(crypto.primary_header()):
            return 0
        token = crypto.encrypt(crypto.decrypt(row[0], associated), associated)
        binary = connection.Database.Binary(token)  # type: ignore[attr-defined]
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s",  # noqa: S608
            [binary, key, row[0]],
        )
        return int(cursor.rowcount)


def rotate_files() -> int:
    """Number of stored files that were written again under the key in force.

    A file gets a new name (its name is part of its seal) and its row is pointed at it before
    the old file is removed.
    """
    return sum(
        _rotate_file(row, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, FileField) and is_private(field)
        for row in model._base_manager.exclude(**{field.name: ""}).iterator()
    )


def is_private(field: FileField) -> bool:
    """By what it was declared with: settings may give the storage itself a new shape meanwhile."""
    return getattr(field, "_storage_callable", None) is private_storage


def _rotate_file(row: Model, field: FileField) -> int:
    stored = getattr(row, field.name)
    if not stored or is_current(stored.name):
        return 0
    old = stored.name
    with stored.storage.open(old) as plain:
        new = stored.storage.save(old, plain)
    type(row)._base_manager.filter(pk=row.pk).update(**{field.name: new})
    stored.storage.delete(old)
    return 1


def is_current(name: str) -> bool:
    header = private_storage().key_header(name)  # type: ignore[attr-defined]
    return bool(header == crypto.primary_header())
