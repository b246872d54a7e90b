"""The settings of a kind of session as sentences, for the therapist who set them."""

from datetime import date, time

from booking import wording
from booking.models import Audience, Booking, Practitioner, SessionType
from portal.shared.money import format_usd

AUDIENCES = {
    Audience.EVERYONE: "Everyone may book it",
    Audience.NEW: "New clients may book it",
    Audience.EXISTING: "Existing clients may book it",
}


def headline(item: SessionType) -> str:
    """`50 minutes · $190 · Video or office`."""
    fee = format_usd(item.price_cents) if item.price_cents else "Free"
    places = " or ".join(str(place.label) for place in item.places)
    return f"{item.minutes} minutes · {fee} · {places.capitalize()}"


def sentences(item: SessionType) -> list[str]:
    """Who may book it and how, which times are offered, how soon, how far, how many."""
    found = (booking(item), starts(item), pauses(item), notice(item), horizon(item), caps(item))
    return [one for one in (*found, item.policy.sentence) if one]


def booking(item: SessionType) -> str:
    """Who may book it, whether you approve it, and how often."""
    how = "you approve each one" if item.booking == Booking.REQUEST else "booked at once"
    once = ", once per person" if item.once_per_client else ""
    return f"{AUDIENCES[Audience(item.audience)]}, {how}{once}."


def starts(item: SessionType) -> str:
    """Where on the clock it may begin."""
    every = "hour" if item.grid_minutes == 60 else f"{item.grid_minutes} minutes"
    if item.is_packed:
        return f"Next to what is booked, else every {every}, without leaving useless gaps."
    return f"Begins every {every}."


def pauses(item: SessionType) -> str:
    """What stays free around it."""
    pairs = ((item.buffer_before_minutes, "before"), (item.buffer_after_minutes, "after"))
    parts = [f"{minutes} minutes {side}" for minutes, side in pairs if minutes]
    return f"A pause of {' and '.join(parts)}." if parts else ""


def notice(item: SessionType) -> str:
    """How soon it may be."""
    parts = [f"at least {_count(item.notice_hours, 'hour')} ahead"] if item.notice_hours else []
    if item.notice_days:
        parts.append(f"not before {_clock(item.notice_clock)}{_day(item.notice_days)}")
    return f"Booked {' and '.join(parts)}." if parts else ""


def horizon(item: SessionType) -> str:
    """How far ahead it may be."""
    parts = [f"up to {_count(item.horizon_days, 'day')} ahead"]
    if item.open_from:
        parts.append(f"from {_date(item.open_from)}")
    if item.open_until:
        parts.append(f"until {_date(item.open_until)}")
    return f"Offered {', '.join(parts)}."


def caps(item: SessionType) -> str:
    """How many there may be."""
    pairs = ((item.daily_cap, "day"), (item.weekly_cap, "week"))
    parts = [f"{cap} a {span}" for cap, span in pairs if cap is not None]
    return f"At most {' and '.join(parts)}." if parts else ""


def _count(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _day(days: int) -> str:
    named = {1: "the next day", 2: "the second day after", 3: "the third day after"}
    return named.get(days, f"day {days} after")


def _clock(clock: time | None) -> str:
    return f"{wording.wall_clock(clock)} on " if clock else ""


def _date(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def limits(practitioner: Practitioner) -> list[str]:
    """What holds over all kinds of session together; nothing where there is no limit."""
    pairs = ((practitioner.daily_cap, "day"), (practitioner.weekly_cap, "week"))
    parts = [f"{cap} a {span}" for cap, span in pairs if cap is not None]
    found = [f"At most {' and '.join(parts)}, of every kind together."] if parts else []
    if practitioner.travel_minutes:
        found.append(
            f"{_count(practitioner.travel_minutes, 'minute')} between a session by video "
            "and one at the office."
        )
    return found
