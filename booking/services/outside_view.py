"""Which appointments a calendar outside may know of, and how they are told there."""

from accounts.models import Client
from booking.models import Appointment, Place
from booking.own_event import OwnEvent, title_for
from booking.services.notices import PLACE_WORDS
from booking.states import Status

SHOWN = (Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)
OFF = (Status.CANCELLED, Status.LATE_CANCELLED)
STATUS_WORDS = {
    Status.REQUESTED: "TENTATIVE",
    Status.CANCELLED: "CANCELLED",
    Status.LATE_CANCELLED: "CANCELLED",
}


def outside(appointment: Appointment, *, shows_initials: bool) -> OwnEvent:
    """Stamped with its last change, so that the same state gives the same text."""
    return OwnEvent(
        uid=appointment.public_id,
        sequence=appointment.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        stamped_at=appointment.updated_at,
        title=title_for(_name(appointment.client), shows_initials=shows_initials),
        place=PLACE_WORDS[Place(appointment.place)],
        status=STATUS_WORDS.get(Status(appointment.status), "CONFIRMED"),
    )


def _name(client: Client | None) -> str:
    return client.display_name if client else ""
