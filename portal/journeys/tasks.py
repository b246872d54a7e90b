"""Effects that span apps."""

from datetime import datetime
from typing import Any

from intake.services import signed_copies
from portal.journeys import appointment_follow, packets
from portal.shared import outbox, pdf
from portal.shared.seal import SealUnusable

SEAL_RETRY_SECONDS = 60.0


@outbox.effect("make_packet")
def make_packet(payload: dict[str, Any], *, now: datetime) -> None:
    """A packet that can't be drawn as it is goes to the staff at once; one without a seal waits."""
    try:
        packets.make_packet(intake_id=payload["intake_id"], now=now)
    except pdf.NeverDrawn as never:
        raise outbox.GiveUp(type(never).__name__) from never
    except SealUnusable as unusable:
        raise outbox.Later(SEAL_RETRY_SECONDS) from unusable


@outbox.effect("make_signed_copy")
def make_signed_copy(payload: dict[str, Any], *, now: datetime) -> None:
    signed_copies.make_signed_copy(signature_id=payload["signature_id"], now=now)


@outbox.effect("follow_appointment")
def follow_appointment(payload: dict[str, Any], *, now: datetime) -> None:
    appointment_follow.follow(
        appointment_id=payload["appointment_id"], by_id=payload["by_id"], now=now
    )
