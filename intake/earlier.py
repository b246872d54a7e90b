"""One earlier therapy as its client tells it, and the time that it took: no queries."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from intake.fhir.wording import IN_PERSON, MONTHS

YEARS = range(1900, 2101)
LATER = "9999"  # what has no beginning stands last
_BY_NAME = {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
HEADINGS = {
    "helped": "What helped",
    "hurt": "What hurt, or did not help",
    "why_ended": "Why it ended",
}
MAY_SAY = tuple(HEADINGS)
"""What may be said in person."""


class NoMonth(ValueError):
    """Neither a year nor a month of a year."""


def read_month(text: str) -> str:
    """`2019`, or `2019-03` for "March 2019", "3/2019" and the like; empty stays empty.

    Raises NoMonth.
    """
    words = re.findall(r"[a-z]+|\d+", text.lower())
    if not words:
        return ""
    years = [word for word in words if len(word) == 4 and word.isdigit() and int(word) in YEARS]
    others = [word for word in words if word not in years]
    if len(years) != 1 or len(others) > 1:
        raise NoMonth(text)
    if not others:
        return years[0]
    month = _month(others[0])
    if month is None:
        raise NoMonth(text)
    return f"{years[0]}-{month:02}"


def _month(word: str) -> int | None:
    if word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    number = _BY_NAME.get(word[:3])
    return number if number and MONTHS[number - 1].lower().startswith(word) else None


def month_words(value: str) -> str:
    """`March 2019`, or `2019`."""
    year, _, month = value.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


@dataclass(frozen=True, slots=True)
class Therapy:
    """`began` and `ended` are a year or a month, as FHIR writes them, or empty."""

    with_whom: str = ""
    began: str = ""
    ended: str = ""
    is_ongoing: bool = False
    when_words: str = ""
    """The time in the client's own words, where it is no year and no month."""
    helped: str = ""
    hurt: str = ""
    why_ended: str = ""
    in_person: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Therapy":
        return cls(**{**stored, "in_person": tuple(stored.get("in_person", ()))})

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "in_person": list(self.in_person)}

    @property
    def order(self) -> tuple[str, str]:
        return (self.began or self.ended or LATER, self.ended or LATER)

    @property
    def span(self) -> str:
        """ "March 2019 to 2021", "since 2024", "until 2020", or their own words."""
        began = month_words(self.began) if self.began else ""
        ended = month_words(self.ended) if self.ended else ""
        if self.is_ongoing:
            told = f"since {began}" if began else "still going on"
        elif began and ended:
            told = began if began == ended else f"{began} to {ended}"
        else:
            told = f"from {began}" if began else f"until {ended}" if ended else ""
        return " · ".join(filter(None, (told, self.when_words)))

    @property
    def lines(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is told, with its headings; what was left out is left out."""
        told = ((heading, self.said(name)) for name, heading in HEADINGS.items())
        return tuple((heading, words) for heading, words in told if words)

    def said(self, name: str) -> tuple[str, ...]:
        """What is told of "helped", "hurt" or "why_ended", and whether the rest is for the room."""
        words = getattr(self, name)
        kept = (IN_PERSON,) if name in self.in_person else ()
        return (words, *kept) if words else kept
