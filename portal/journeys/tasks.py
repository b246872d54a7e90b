"""Effects that span apps."""

from datetime import datetime
from typing import Any

from portal.journeys import packets
from portal.shared import outbox


@outbox.effect("make_packet")
def make_packet(payload: dict[str, Any], *, now: datetime) -> None:
    packets.make_packet(intake_id=payload["intake_id"], now=now)
