"""The block list: found by any spelling, written encrypted, and one answer whatever matched."""

import pytest
from django.db import connection

from accounts.models import Role
from booking.models import BlockedVisitor, BlockKind
from booking.services import appointments, holds, protection
from booking.services.protection import AlreadyBlocked, Blocked
from booking.visitor_marks import Unreadable
from portal.shared.models import AuditEvent
from portal.shared.request import Source
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
HERE = Source(ip="203.0.113.7")


def block(kind: BlockKind, value: str, note: str = "") -> BlockedVisitor:
    by = UserFactory(role=Role.THERAPIST)
    return protection.block(kind=kind, value=value, note=note, by=by, now=NOW, source=Source())


def is_blocked(*, ip: str = "", email: str = "") -> bool:
    try:
        protection.check(ip=ip, email=email)
    except Blocked:
        return True
    return False


@pytest.mark.parametrize(
    ("kind", "value", "who", "blocked"),
    [
        (BlockKind.EMAIL, "Ada@Example.com", {"email": "ada@example.com"}, True),
        (BlockKind.EMAIL, "ada@example.com", {"email": " ADA@EXAMPLE.COM "}, True),
        (BlockKind.EMAIL, "ada@example.com", {"email": "ada2@example.com"}, False),
        (BlockKind.EMAIL, "ada@example.com", {"email": "ada@mail.example.com"}, False),
        (BlockKind.DOMAIN, "@example.com", {"email": "anyone@example.com"}, True),
        (BlockKind.DOMAIN, "example.com", {"email": "anyone@mail.example.com"}, True),
        (BlockKind.DOMAIN, "mail.example.com", {"email": "anyone@example.com"}, False),
        (BlockKind.DOMAIN, "example.com", {"email": "anyone@notexample.com"}, False),
        (BlockKind.NETWORK, "203.0.113.7", {"ip": "203.0.113.7"}, True),
        (BlockKind.NETWORK, "203.0.113.0/24", {"ip": "203.0.113.255"}, True),
        (BlockKind.NETWORK, "203.0.113.0/24", {"ip": "203.0.114.0"}, False),
        (BlockKind.NETWORK, "203.0.113.7", {"ip": "::ffff:203.0.113.7"}, True),
        (BlockKind.NETWORK, "2001:db8::/48", {"ip": "2001:db8:0:9::1"}, True),
        (BlockKind.NETWORK, "2001:db8::/48", {"ip": "2001:db8:1::1"}, False),
    ],
)
def test_list_matches_what_was_meant_and_nothing_else(kind, value, who, blocked):
    block(kind, value)

    assert is_blocked(**who) is blocked


@pytest.mark.parametrize("entries", [0, 1, 3])
def test_one_question_to_the_database_whatever_stands_on_the_list(
    entries, django_assert_num_queries
):
    for number in range(entries):
        block(BlockKind.DOMAIN, f"{number}.example.org")

    with django_assert_num_queries(1):
        is_blocked(ip="203.0.113.7", email="ada@example.com")


def test_entry_and_note_are_encrypted_and_the_event_names_only_the_kind():
    entry = block(BlockKind.EMAIL, "Ada@Example.com", note="Shouted at the door")

    entry.refresh_from_db()
    assert (entry.value, entry.note) == ("ada@example.com", "Shouted at the door")
    with connection.cursor() as cursor:
        cursor.execute("select value, note, value_index from booking_blockedvisitor")
        stored = b"".join(bytes(str(part), "latin1") for part in cursor.fetchone())
    assert b"ada" not in stored
    assert b"Shouted" not in stored
    event = AuditEvent.objects.get()
    assert (event.action, event.detail) == ("visitor.block", {"kind": "email"})
    assert event.object_id == str(entry.public_id)


def test_same_entry_twice_is_refused():
    block(BlockKind.EMAIL, "ada@example.com")

    with pytest.raises(AlreadyBlocked):
        block(BlockKind.EMAIL, " ADA@example.com")

    assert BlockedVisitor.objects.count() == AuditEvent.objects.count() == 1


def test_what_can_not_be_read_is_refused():
    with pytest.raises(Unreadable):
        block(BlockKind.NETWORK, "everywhere")


def test_unblocking_lets_them_book_again_and_may_be_repeated():
    entry = block(BlockKind.EMAIL, "ada@example.com")
    by = UserFactory(role=Role.THERAPIST)

    for _ in range(2):
        protection.unblock(public_id=entry.public_id, by=by, now=NOW, source=Source())

    assert not is_blocked(email="ada@example.com")
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["visitor.block", "visitor.unblock"]


# -- where it is asked -----------------------------------------------------------------
def test_blocked_network_can_not_hold():
    session_type = a_session_type()
    block(BlockKind.NETWORK, "203.0.113.0/24")

    with pytest.raises(Blocked):
        holds.hold(
            session_type=session_type, starts_at=TEN, place="telehealth", holder="v", now=NOW,
            source=HERE,
        )  # fmt: skip

    assert session_type.appointments.count() == 0


def test_blocked_client_who_is_signed_in_can_not_hold():
    session_type, client = a_session_type(), ClientFactory()
    block(BlockKind.EMAIL, client.email)

    with pytest.raises(Blocked):
        holds.hold(
            session_type=session_type, starts_at=TEN, place="telehealth", holder="v", now=NOW,
            by=client.user,
        )  # fmt: skip


@pytest.mark.parametrize("kind", BlockKind)
def test_hold_of_somebody_blocked_meanwhile_can_be_neither_claimed_nor_confirmed(kind):
    held, client = an_appointment(status="held"), ClientFactory()
    domain = client.email.partition("@")[2]
    block(kind, {"email": client.email, "domain": domain, "network": HERE.ip}[kind.value])

    with pytest.raises(Blocked):
        holds.claim(appointment=held, by=client.user, now=NOW, source=HERE)
    with pytest.raises(Blocked):
        appointments.confirm(appointment=held, client=client, by=client.user, now=NOW, source=HERE)

    held.refresh_from_db()
    assert (held.status, held.client, held.held_for) == ("held", None, "")
