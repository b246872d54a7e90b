"""The diary as EventCalendar wants it: plain objects with wall-clock times of the practice."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from booking.models import Appointment, AvailabilityException, Place
from booking.services.diary import Span, Stretch, Window
from booking.states import Status

Event = dict[str, Any]
KINDS = {
    Status.CONFIRMED: "good",
    Status.COMPLETED: "",
    Status.REQUESTED: "warn",
    Status.HELD: "",
    Status.NO_SHOW: "danger",
    Status.LATE_CANCELLED: "danger",
}
STATES = {
    Status.REQUESTED: "asks for this time",
    Status.HELD: "being booked",
}


def events_of(found: Stretch, hours: dict[date, list[Window]], zone: ZoneInfo) -> list[Event]:
    """Open hours first, as the ground; then what takes time."""
    return [
        *(_open(day, window) for day, windows in hours.items() for window in windows),
        *(_exception(one, zone) for one in found.exceptions),
        *_elsewhere(found.busy, zone),
        *(_appointment(one, zone) for one in found.appointments),
    ]


def who(one: Appointment) -> str:
    """Whose it is, or what it is as long as nobody is known."""
    return one.client.display_name if one.client else "Being booked"


def state_of(one: Appointment) -> str:
    """In words that stand behind a comma. A hold with a client is an offer of the waitlist."""
    if one.status == Status.HELD and one.client:
        return "offered from the waitlist"
    return STATES.get(Status(one.status), one.get_status_display().lower())


def place_in_series(one: Appointment) -> str:
    """`3 of 8`; empty for one that stands alone."""
    return f"{one.number} of {one.series.count}" if one.series else ""


def _open(day: date, window: Window) -> Event:
    return {
        "start": _on_the_wall(day, window.opens),
        "end": _on_the_wall(day, window.closes),
        "display": "background",
        "classNames": ["open-hours"],
    }


def _exception(one: AvailabilityException, zone: ZoneInfo) -> Event:
    address = reverse("booking:time_change", args=[one.public_id])
    return {
        "id": f"time-{one.public_id}",
        "title": one.get_kind_display(),
        **_on_the_grid(one, zone),
        "classNames": ["time-off" if one.closes else "extra-time"],
        "startEditable": True,
        "durationEditable": True,
        "extendedProps": {"kind": "time", "url": address, "ask": address, "about": one.note or ""},
    }


def _elsewhere(busy: list[Span], zone: ZoneInfo) -> Iterator[Event]:
    """Without a title: what it is stays in the other calendar."""
    for one in busy:
        yield {
            "id": f"elsewhere-{int(one.starts_at.timestamp())}",
            "title": "Busy elsewhere",
            **_on_the_grid(one, zone),
            "classNames": ["elsewhere"],
            "extendedProps": {"kind": "elsewhere"},
        }


def _appointment(one: Appointment, zone: ZoneInfo) -> Event:
    series = place_in_series(one)
    about = [one.session_type.name, Place(one.place).label, series and f"{series} in a series"]
    return {
        "id": str(one.public_id),
        "title": who(one),
        **_on_the_grid(one, zone),
        "classNames": ["appointment", one.status, *(["in-series"] if series else [])],
        "startEditable": one.status == Status.CONFIRMED,
        "durationEditable": False,
        "extendedProps": {
            "kind": "appointment",
            "url": reverse("journeys:therapist_appointment", args=[one.public_id]),
            "ask": reverse("booking:move_ask", args=[one.public_id]),
            "about": ", ".join(filter(None, about)),
            "state": state_of(one),
            "series": series,
        },
    }


def _on_the_grid(one: Appointment | AvailabilityException | Span, zone: ZoneInfo) -> Event:
    """Where it stands on a grid of wall-clock hours.

    What ends in the hour that comes twice may end before it starts by the wall: it is drawn with
    its true length then.
    """
    starts, ends = _wall(one.starts_at, zone), _wall(one.ends_at, zone)
    if ends <= starts:
        ends = starts + (one.ends_at - one.starts_at)
    return {
        part: at.isoformat(timespec="seconds") for part, at in (("start", starts), ("end", ends))
    }


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _on_the_wall(day: date, minutes: int) -> str:
    return (datetime.combine(day, time()) + timedelta(minutes=minutes)).isoformat()
