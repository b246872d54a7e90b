"""What a form-filling program gets instead of a hold: the same page, and no time is kept.

It is remembered in the program's own session alone. A person whose browser filled in the unseen
field by itself is told at the next step that the time has ended, and offers are real again.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpRequest

from booking.models import Appointment, SessionType, Status
from booking.services.holds import KEPT
from booking.services.placing import draft

TRAP = "website"
SESSION_KEY = "decoy"


def is_trapped(request: HttpRequest) -> bool:
    """Whether the field that no person sees was filled in."""
    return bool(request.POST.get(TRAP))


def begin(
    request: HttpRequest, session_type: SessionType, starts_at: datetime, now: datetime
) -> UUID:
    """Remember what was asked for; returns the address of a hold that does not exist."""
    public_id, offered = uuid4(), [str(place) for place in session_type.places]
    place = request.POST.get("place", "")
    request.session[SESSION_KEY] = {
        "public_id": str(public_id),
        "session_type": session_type.pk,
        "starts_at": starts_at.isoformat(),
        "place": place if place in offered else offered[0],
        "held_at": now.isoformat(),
    }
    return public_id


def recall(request: HttpRequest, public_id: UUID) -> Appointment | None:
    """An unsaved appointment that looks like the hold, for the browser that was given one."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["public_id"] != str(public_id):
        return None
    types = SessionType.objects.select_related("practitioner")
    session_type = types.filter(pk=kept["session_type"]).first()
    if session_type is None:
        return None
    held_at = datetime.fromisoformat(kept["held_at"])
    return draft(
        session_type,
        datetime.fromisoformat(kept["starts_at"]),
        kept["place"],
        public_id=public_id,
        status=Status.HELD,
        held_at=held_at,
        held_until=held_at + KEPT,
    )
