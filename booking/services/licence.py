"""A video session needs the client to be in the state where the therapist is licensed."""

from collections.abc import Iterable

from accounts.models import Practice
from booking.models import Place


class NotLicensedThere(Exception):
    """The client is in another state, so the two can meet at the office only."""


def is_licensed(place: str, state: str, practice: Practice) -> bool:
    """Whether they may meet this way while the client is in that state."""
    return place != Place.TELEHEALTH or state == practice.state


def check_licence(place: str, state: str) -> None:
    """Raise NotLicensedThere for a video session with somebody in another state."""
    check_any_way([place], state)


def check_any_way(places: Iterable[str], state: str) -> None:
    """Raise NotLicensedThere where they may meet in none of these ways."""
    practice = Practice.get()
    if not any(is_licensed(place, state, practice) for place in places):
        raise NotLicensedThere
