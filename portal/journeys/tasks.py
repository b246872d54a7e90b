"""Effects that span apps."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from intake.services import signed_copies
from portal.journeys import appointment_follow, data_packets, packets
from portal.journeys.records import requests as records_requests  # noqa: F401 - does its work
from portal.shared import outbox, pdf
from portal.shared.seal import SealUnusable

SEAL_RETRY_SECONDS = 60.0


@outbox.effect("make_packet")
def make_packet(payload: dict[str, Any], *, now: datetime) -> None:
    """A packet that can't be drawn as it is goes to the staff at once; one without a seal waits."""
    with _told_to_the_outbox():
        packets.make_packet(intake_id=payload["intake_id"], now=now)


@outbox.effect("make_data_packet")
def make_data_packet(payload: dict[str, Any], *, now: datetime) -> None:
    with _told_to_the_outbox():
        data_packets.make_data_packet(
            intake_id=payload["intake_id"], version=payload["version"], now=now
        )


@contextmanager
def _told_to_the_outbox() -> Iterator[None]:
    try:
        yield
    except pdf.NeverDrawn as never:
        raise outbox.GiveUp(type(never).__name__) from never
    except SealUnusable as unusable:
        raise outbox.Later(SEAL_RETRY_SECONDS) from unusable


@outbox.effect("make_signed_copy")
def make_signed_copy(payload: dict[str, Any], *, now: datetime) -> None:
    with _told_to_the_outbox():
        signed_copies.make_signed_copy(signature_id=payload["signature_id"], now=now)


@outbox.effect("follow_appointment")
def follow_appointment(payload: dict[str, Any], *, now: datetime) -> None:
    appointment_follow.follow(
        appointment_id=payload["appointment_id"], by_id=payload["by_id"], now=now
    )
