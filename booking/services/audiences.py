"""For whom a session type is: new or existing clients, and some only once for each person."""

from collections.abc import Iterable

from accounts.models import Client
from booking.models import Audience, SessionType
from booking.states import Status

MET = (Status.CONFIRMED, Status.COMPLETED)
"""Who has one of these is no new client any more."""
ONCE = (Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED)
"""These use up what is offered once: what was called off or missed may be booked again."""


class NotForYou(Exception):
    """This kind of session is not offered, or for others: new or existing clients only."""


class OnceOnly(NotForYou):
    """It is offered once for each person, and this person has it."""


def check_audience(session_type: SessionType, client: Client | None) -> None:
    """Raise NotForYou where the type is closed, for others, or used up (OnceOnly)."""
    if not session_type.is_active:
        raise NotForYou
    if session_type.once_per_client and session_type.pk in _types_of(client, ONCE):
        raise OnceOnly
    if session_type.audience == Audience.EVERYONE:
        return
    if bool(_types_of(client, MET)) != (session_type.audience == Audience.EXISTING):
        raise NotForYou


def for_client(types: Iterable[SessionType], client: Client | None) -> list[SessionType]:
    """Those that this person could book, in two queries however many there are."""
    used, met = _types_of(client, ONCE), bool(_types_of(client, MET))
    wrong = Audience.NEW if met else Audience.EXISTING
    return [
        one
        for one in types
        if one.audience != wrong and not (one.once_per_client and one.pk in used)
    ]


def _types_of(client: Client | None, statuses: Iterable[Status]) -> set[int]:
    if client is None:
        return set()
    rows = client.appointments.filter(status__in=statuses).order_by()
    return set(rows.values_list("session_type_id", flat=True).distinct())
