"""Handing out a packet: its seal is checked, and that it was read is kept."""

import hashlib
from datetime import datetime

from accounts.models import User
from intake.models import Packet
from portal.shared import audit
from portal.shared.request import Source


class SealBroken(Exception):
    """The stored file is not the one that was issued."""


def read_packet(*, packet: Packet, by: User, source: Source, now: datetime) -> bytes:
    """The PDF as it was issued. Raises SealBroken."""
    content = content_of(packet)
    audit.record(
        action="packet.read",
        by=by,
        obj=packet,
        client=packet.intake.client,
        source=source,
        detail={"copy": packet.copy, "version": packet.version},
        now=now,
    )
    return content


def content_of(packet: Packet) -> bytes:
    """For the portal itself, when it makes something of it. Raises SealBroken."""
    with packet.file.open("rb") as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != packet.sha256:
        raise SealBroken(str(packet.public_id))
    return content
