"""Every stored field is classified, once; what identifies or tells of health is encrypted."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import FileField

from portal import privacy
from portal.privacy_kinds import Kind, Retention
from portal.shared.encryption.fields import EncryptedField
from portal.shared.rotation import is_private


def stored_fields() -> Iterator[tuple[str, Any]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            yield f"{model._meta.label}.{field.name}", field


def classified() -> dict[str, privacy.Classified]:
    return {
        f"{app}.{model}.{field}": how
        for app, models in privacy.FIELDS.items()
        for model, fields in models.items()
        for field, how in fields.items()
    }


STORED = dict(stored_fields())
CLASSIFIED = classified()


def test_every_field_is_classified() -> None:
    assert sorted(set(STORED) - set(CLASSIFIED)) == []


def test_nothing_is_classified_that_does_not_exist() -> None:
    assert sorted(set(CLASSIFIED) - set(STORED)) == []


def is_encrypted(field: Any) -> bool:
    if isinstance(field, FileField):
        return is_private(field)
    return isinstance(field, EncryptedField)


def test_what_identifies_or_tells_of_health_is_encrypted() -> None:
    open_fields = [
        name
        for name, how in CLASSIFIED.items()
        if how.kind in (Kind.IDENTITY, Kind.HEALTH)
        and name in STORED
        and not is_encrypted(STORED[name])
    ]

    assert sorted(open_fields) == sorted(privacy.IN_CLEAR)
    assert all(len(reason) > 20 for reason in privacy.IN_CLEAR.values())


def test_every_encrypted_field_says_why() -> None:
    """Encrypted but called harmless: either the name is wrong or the work is in vain."""
    private = {Kind.IDENTITY, Kind.HEALTH, Kind.SECRET}
    found = [
        name
        for name, field in STORED.items()
        if is_encrypted(field) and CLASSIFIED[name].kind not in private
    ]

    assert found == []


def test_a_field_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="phone is classified twice"):
        privacy.kept(Retention.RECORD, identity="name phone", internal="phone")
