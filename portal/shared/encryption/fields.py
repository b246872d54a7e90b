"""Model fields that are encrypted in the database. Only `isnull` look-ups work on them."""

import json
from datetime import date
from typing import Any

from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.shared.encryption import crypto


class EncryptedField(models.Field):
    """Base: a binary column that holds a token bound to its table and column."""

    empty_strings_allowed = False

    def get_internal_type(self) -> str:
        return "BinaryField"

    def associated(self) -> bytes:
        return f"{self.model._meta.label_lower}.{self.column}".encode()

    def dump(self, value: Any) -> bytes:
        raise NotImplementedError

    def load(self, raw: bytes) -> Any:
        raise NotImplementedError

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if value is None:
            return None
        return connection.Database.Binary(crypto.encrypt(self.dump(value), self.associated()))  # type: ignore[attr-defined]

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else self.load(crypto.decrypt(value, self.associated()))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self} is encrypted: only isnull look-ups work")

    def get_default(self) -> Any:
        default = super().get_default()
        return None if default == b"" else default


class EncryptedTextField(EncryptedField):
    def dump(self, value: Any) -> bytes:
        return str(value).encode()

    def load(self, raw: bytes) -> str:
        return raw.decode()


class EncryptedDateField(EncryptedField):
    def dump(self, value: date) -> bytes:
        return value.isoformat().encode()

    def load(self, raw: bytes) -> date:
        return date.fromisoformat(raw.decode())

    def to_python(self, value: Any) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) else value


class EncryptedJSONField(EncryptedField):
    def dump(self, value: Any) -> bytes:
        return json.dumps(
            value, cls=DjangoJSONEncoder, separators=(",", ":"), ensure_ascii=False
        ).encode()

    def load(self, raw: bytes) -> Any:
        return json.loads(raw)
