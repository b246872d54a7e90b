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
    lowest: int | None  # of the total; None where the instrument has no sum
    highest: int | None
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
    values: dict[str, Any] = field(default_factory=dict)
    """What the instrument says beside a sum, by the names of its rule."""
    unknown: tuple[str, ...] = ()
    """Names of what can't be said while items are blank: null in JSON, never "no"."""

    @property
    def is_complete(self) -> bool:
        return self.missing == 0

    @property
    def has_sum(self) -> bool:
        return self.highest is not None

    def to_json(self) -> dict[str, Any]:
        """Flat and plain; flags and values stand beside the total, empty parts are left out."""
        stored = asdict(self)
        flags, values = stored.pop("flags"), stored.pop("values")
        unknown = dict.fromkeys(stored.pop("unknown"))
        optional = ("algorithm", "clusters", "endorsed", "prorated_band")
        kept = {
            key: value for key, value in stored.items() if key not in optional or _is_given(value)
        }
        kept["missing_items"] = list(self.missing_items)
        return {**kept, "complete": self.is_complete, **unknown, **values, **flags}


def _is_given(value: Any) -> bool:
    return value is not None and value != {}


def incomplete(
    instrument: str,
    missing: tuple[int, ...],
    *,
    highest: int | None,
    unknown: tuple[str, ...],
    safety: bool | str | None = None,
) -> Result:
    """No score at all; `unknown` are the names that a complete form would have values for."""
    return Result(
        instrument=instrument,
        total=None,
        lowest=None if highest is None else 0,
        highest=highest,
        missing=len(missing),
        missing_items=missing,
        safety=safety,
        unknown=unknown,
    )


def check_answers(
    answers: Answers, *, items: int, highest: int, lowest: int = 0, step: int = 1
) -> None:
    """Raises InvalidAnswers. `lowest` and `highest` are the ends of the item scale."""
    check_count(answers, items=items)
    scale = range(lowest, highest + 1, step)
    for number, answer in enumerate(answers, start=1):
        if answer is not None and not (type(answer) is int and answer in scale):
            raise InvalidAnswers(f"Answer {number} must be {_words(scale)}, or null when blank.")


def check_count(answers: Sequence[object], *, items: int) -> None:
    """Raises InvalidAnswers."""
    if len(answers) != items:
        raise InvalidAnswers(f"{items} answers are needed, {len(answers)} were given.")


def _words(scale: range) -> str:
    steps = "" if scale.step == 1 else f" in steps of {scale.step}"
    return f"{scale[0]} to {scale[-1]}{steps}"


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
