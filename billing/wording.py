"""How a charge and a payment are named to people: plain, and without a word about care."""

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.shared.dates import long_date

_CHARGES = {
    "session": "Session on {day}",
    "late_cancel_fee": "Late cancellation, {day}",
    "no_show_fee": "Missed appointment, {day}",
}
_METHODS = {"card": "Card", "cash": "Cash", "check": "Check"}
_BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
}


def long_day(moment: datetime, zone: ZoneInfo) -> str:
    """`January 9, 2027`, the day in the practice's zone."""
    return long_date(moment.astimezone(zone).date())


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """`10:30 am`, in the practice's zone."""
    local = moment.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def charge_title(kind: str, moment: datetime, zone: ZoneInfo) -> str:
    """What the charge is for; `moment` is the appointment's start, or when it was made."""
    return _CHARGES[kind].format(day=long_day(moment, zone))


def paid_with(method: str, brand: str = "", last4: str = "") -> str:
    """`Visa ending in 4242`, `Cash`."""
    if method != "card" or not last4:
        return _METHODS[method]
    return f"{_BRANDS.get(brand, brand.capitalize() or 'Card')} ending in {last4}"
