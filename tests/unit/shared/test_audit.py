from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import Practice, Role, User
from portal.shared import audit
from portal.shared.models import AuditEvent
from portal.shared.request import Source

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 14, 0, 0, 123456, tzinfo=UTC)


def record(action: str = "client.read") -> AuditEvent:
    return audit.record(action=action, by=None, now=NOW)


def tamper(sql: str) -> None:
    """As someone would who owns the database: take the triggers away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE shared_auditevent DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_event_append_only_upd")
            cursor.execute("DROP TRIGGER audit_event_append_only_del")
        cursor.execute(sql)


def test_an_event_says_who_what_whose_when_and_from_where() -> None:
    user = User.objects.create_user(email="t@example.com", role=Role.THERAPIST)
    practice = Practice.objects.create(pk=1, name="Practice")

    event = audit.record(
        action="practice.read",
        by=user,
        obj=practice,
        now=NOW,
        source=Source(ip="203.0.113.7", user_agent="Browser", session="ab12"),
        detail={"fields": ["name"]},
    )

    stored = AuditEvent.objects.get(sequence=event.sequence)
    assert (stored.actor_id, stored.actor_role) == (user.pk, "therapist")
    assert (stored.object_type, stored.object_id) == ("accounts.practice", "1")
    assert (stored.at, stored.ip, stored.session) == (NOW, "203.0.113.7", "ab12")
    assert stored.detail == {"fields": ["name"]}


def test_each_event_carries_the_hash_of_the_one_before() -> None:
    first, second = record("a"), record("b")

    assert first.previous_hash == ""
    assert second.previous_hash == first.hash
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    "sql",
    ["UPDATE shared_auditevent SET action = 'x'", "DELETE FROM shared_auditevent"],
)
def test_the_database_refuses_to_change_or_delete_an_event(sql: str) -> None:
    record()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditEvent.objects.get().action == "client.read"


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE shared_auditevent SET action = 'x' WHERE sequence = 2", [(2, "changed")]),
        (
            "DELETE FROM shared_auditevent WHERE sequence = 2",
            [(2, "missing"), (3, "does not follow the event before it")],
        ),
    ],
)
def test_verify_names_what_was_tampered_with(sql: str, broken: list[tuple[int, str]]) -> None:
    for _ in range(3):
        record()

    tamper(sql)

    assert [(item.sequence, item.reason) for item in audit.verify()] == broken
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_verify_prints_the_newest_hash_to_be_kept_elsewhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("verify_audit")
    record()
    newest = record()
    call_command("verify_audit")

    assert capsys.readouterr().out.splitlines() == [
        "0 audit events, the chain is whole; the newest hash: none",
        f"2 audit events, the chain is whole; the newest hash: {newest.hash}",
    ]
