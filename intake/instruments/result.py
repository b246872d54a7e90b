"""What scoring yields. A blank item is never counted as zero without saying so."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Answer = int | None
Answers = Sequence[Answer]

UNANSWERED = "unanswered"


class InvalidAnswers(ValueError):
    """The wrong number of answers, or one outside the scale."""


@dataclass(frozen=True)
class Band:
    name: str
    lowest: int
    highest: int

    def __str__(self) -> str:
        return f"{self.name} ({self.lowest}-{self.highest})"


@dataclass(frozen=True)
class Result:
    """`total` may be prorated; `band` is given for a complete instrument only.

    `prorated_band` is the band that a prorated total falls into, for a clinician who wants
    the published convention; pages and packets say "incomplete" instead.
    """

    instrument: str
    total: int | None
    lowest: int
    highest: int
    missing: int
    missing_items: tuple[int, ...]
    prorated: bool = False
    band: str | None = None
    prorated_band: str | None = None
    safety: bool | str | None = None
    flags: dict[str, bool] = field(default_factory=dict)
    algorithm: str | None = None
    clusters: dict[str, int] = field(default_factory=dict)
    endorsed: dict[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return self.missing == 0

    def to_json(self) -> dict[str, Any]:
        """Flat and plain; the flags stand beside the total, empty parts are left out."""
        stored = asdict(self)
        flags = stored.pop("flags")
        optional = ("algorithm", "clusters", "endorsed", "prorated_band")
        kept = {
            key: value for key, value in stored.items() if key not in optional or _is_given(value)
        }
        kept["missing_items"] = list(self.missing_items)
        return {**kept, "complete": self.is_complete, **flags}


def _is_given(value: Any) -> bool:
    return value is not None and value != {}


def check_answers(answers: Answers, *, items: int, highest: int) -> None:
    """Raises InvalidAnswers. `highest` is the top of the item scale, which starts at 0."""
    if len(answers) != items:
        raise InvalidAnswers(f"{items} answers are needed, {len(answers)} were given.")
    for number, answer in enumerate(answers, start=1):
        if answer is not None and not _is_on_scale(answer, highest):
            raise InvalidAnswers(f"Answer {number} must be 0 to {highest}, or null when blank.")


def _is_on_scale(answer: object, highest: int) -> bool:
    return type(answer) is int and 0 <= answer <= highest


def missing_items(answers: Answers) -> tuple[int, ...]:
    """Item numbers, counted from 1."""
    return tuple(number for number, answer in enumerate(answers, start=1) if answer is None)


def given(answers: Answers) -> list[int]:
    return [answer for answer in answers if answer is not None]


def band_of(total: int, bands: Sequence[Band]) -> str:
    return str(next(band for band in bands if band.lowest <= total <= band.highest))


def prorated_total(answers: Answers, *, most_missing: int) -> int | None:
    """The mean of the answered items times all items, halves up; None if too few are answered."""
    answered = given(answers)
    if len(answers) - len(answered) > most_missing:
        return None
    return (2 * sum(answered) * len(answers) + len(answered)) // (2 * len(answered))
