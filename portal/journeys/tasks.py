"""Effects that span apps."""

from datetime import datetime
from typing import Any

from portal.journeys import appointment_follow, packets
from portal.shared import outbox


@outbox.effect("make_packet")
def make_packet(payload: dict[str, Any], *, now: datetime) -> None:
    packets.make_packet(intake_id=payload["intake_id"], now=now)


@outbox.effect("follow_appointment")
def follow_appointment(payload: dict[str, Any], *, now: datetime) -> None:
    appointment_follow.follow(
        appointment_id=payload["appointment_id"], by_id=payload["by_id"], now=now
    )
