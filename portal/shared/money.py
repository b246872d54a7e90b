"""Money is integer cents of US dollars; text and Decimal stand only at the edge."""

import re
from decimal import Decimal

from django.db import models

MAX_CENTS = 100_000_00
_AMOUNT = re.compile(
    r"^\$?\s*(?P<dollars>\d{1,3}(,\d{3})+|\d+)?(\.(?P<cents>\d+))?\s*(USD)?$", re.I
)


class InvalidAmount(ValueError):
    """The text is no amount of dollars; the message says why, for the person."""


def format_usd(cents: int) -> str:
    """`15000` -> `$150`, `15050` -> `$150.50`, `-500` -> `-$5`."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}" + (f".{rest:02d}" if rest else "")


def parse_usd(text: str) -> int:
    """Cents of an amount in any usual notation (`150`, `$1,250.5`, `150.00 USD`).

    Raises InvalidAmount for anything else: negative, over 100,000 dollars, parts of a cent.
    """
    cleaned = text.strip()
    if cleaned.startswith(("-", "(")):
        raise InvalidAmount("Enter an amount above zero.")
    match = _AMOUNT.match(cleaned)
    if not match or not (match["dollars"] or match["cents"]):
        raise InvalidAmount("Enter an amount such as 150 or 150.50.")
    cents = Decimal(f"{(match['dollars'] or '0').replace(',', '')}.{match['cents'] or '0'}") * 100
    if cents != int(cents):
        raise InvalidAmount("An amount has at most two decimals.")
    if cents > MAX_CENTS:
        raise InvalidAmount("This is more than $100,000. Please check the amount.")
    return int(cents)


class CentsField(models.PositiveIntegerField):
    """US dollars in integer cents, zero or more."""
