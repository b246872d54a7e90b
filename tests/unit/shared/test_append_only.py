"""A column that a later migration adds must be frozen too: the triggers name their columns."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from portal.shared.append_only import AppendOnly

pytestmark = pytest.mark.django_db
GUARDED = {
    model: constraint
    for model in apps.get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, AppendOnly)
}


def frozen_columns(model: type[Model], constraint: AppendOnly) -> set[str]:
    """What the database itself refuses to update."""
    trigger = f"{constraint.name}_upd"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT event_object_column FROM information_schema.triggered_update_columns "
                "WHERE trigger_name = %s",
                [trigger],
            )
            return {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [trigger])
        columns = re.search(r"UPDATE OF (.+?) ON ", cursor.fetchone()[0])
        assert columns
        return set(re.findall(r'"(\w+)"', columns[1]))


def test_the_tables_that_may_only_grow() -> None:
    assert {model._meta.label for model in GUARDED} >= {"shared.AuditEvent", "billing.LedgerEntry"}


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_every_column_is_frozen_but_the_named_ones(model: type[Model]) -> None:
    constraint = GUARDED[model]
    fields = {field.name: field.column for field in model._meta.local_concrete_fields}

    assert set(constraint.mutable) <= set(fields)
    assert frozen_columns(model, constraint) == {
        column for name, column in fields.items() if name not in constraint.mutable
    }
