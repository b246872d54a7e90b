"""The practice's block list: who can't book online, whatever they type.

A blocked person keeps every page of their own. Nobody learns which entry matched: there is one
question to the list for all kinds at once, and one answer.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from booking.models import BlockedVisitor, BlockKind
from booking.visitor_marks import (
    Unreadable,
    domains_of,
    keys_around,
    mail_address,
    mail_domain,
    network,
    network_key,
)
from portal.shared import audit
from portal.shared.encryption.crypto import blind_index
from portal.shared.request import Source

SPELLINGS = {
    BlockKind.EMAIL: mail_address,
    BlockKind.DOMAIN: mail_domain,
    BlockKind.NETWORK: network,
}


class Blocked(Exception):
    """Who asks is on the block list. It does not say by which entry."""


class AlreadyBlocked(Exception):
    """This entry is on the list."""


def spelled(kind: BlockKind, value: str) -> str:
    """The one spelling in which a value is kept and found. Raises Unreadable."""
    return SPELLINGS[kind](value)


def check(*, ip: str = "", email: str = "") -> None:
    """Raise Blocked where the address or the mail address is on the list: one query."""
    indexes = [_index(kind, value) for kind, value in _marks(ip, email)]
    if indexes and BlockedVisitor.objects.filter(value_index__in=indexes).exists():
        raise Blocked


@transaction.atomic
def block(
    *, kind: BlockKind, value: str, note: str, by: User, now: datetime, source: Source
) -> BlockedVisitor:
    """Put somebody on the list. Raises Unreadable, AlreadyBlocked."""
    value = spelled(kind, value)
    entry = BlockedVisitor(
        kind=kind,
        value=value,
        value_index=_index(kind, network_key(value) if kind == BlockKind.NETWORK else value),
        note=note or None,
        blocked_at=now,
        blocked_by=by,
    )
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise AlreadyBlocked from error
    audit.record(
        action="visitor.block", by=by, obj=entry, source=source, detail={"kind": kind}, now=now
    )
    return entry


@transaction.atomic
def unblock(*, public_id: UUID, by: User, now: datetime, source: Source) -> None:
    """Take an entry off the list; one that has gone already stays gone."""
    entry = BlockedVisitor.objects.select_for_update().filter(public_id=public_id).first()
    if entry is None:
        return
    BlockedVisitor.objects.filter(pk=entry.pk).delete()
    audit.record(
        action="visitor.unblock",
        by=by,
        obj=entry,
        source=source,
        detail={"kind": entry.kind},
        now=now,
    )


def _marks(ip: str, email: str) -> Iterator[tuple[BlockKind, str]]:
    """All that this visitor could be on the list by."""
    for key in keys_around(ip):
        yield BlockKind.NETWORK, key
    try:
        address = mail_address(email)
    except Unreadable:
        return
    yield BlockKind.EMAIL, address
    for domain in domains_of(address):
        yield BlockKind.DOMAIN, domain


def _index(kind: BlockKind, value: str) -> str:
    return blind_index(value, purpose=f"blocked:{kind.value}")
