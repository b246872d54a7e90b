"""What of an instrument can be followed over time: one value, its range and its edges."""

from dataclasses import dataclass
from typing import Any

from intake.instruments.result import Band


@dataclass(frozen=True)
class Track:
    """`name` is the value's key in a score's JSON; edges are drawn, never shown to a client."""

    name: str
    label: str
    lowest: int
    highest: int
    is_lower_better: bool
    bands: tuple[Band, ...] = ()
    cut_offs: tuple[int, ...] = ()
    reliable_change: int | None = None  # points either way; None where none is published

    @property
    def edges(self) -> tuple[int, ...]:
        """Where a line belongs: the start of every band but the first, and the cut-offs."""
        return tuple(sorted({*(band.lowest for band in self.bands[1:]), *self.cut_offs}))

    def value_in(self, score: dict[str, Any]) -> float | None:
        """Of a score as it is kept; None while it is incomplete, prorated ones included."""
        return score.get(self.name) if score.get("complete") else None

    def is_reliable(self, change: float) -> bool | None:
        """None where no threshold is published."""
        return None if self.reliable_change is None else abs(change) >= self.reliable_change


def read_track(raw: dict[str, Any]) -> Track:
    """From a pack."""
    return Track(
        name=raw["name"],
        label=raw["label"],
        lowest=raw["lowest"],
        highest=raw["highest"],
        is_lower_better=raw["better"] == "lower",
        cut_offs=tuple(raw.get("cut_offs", ())),
        reliable_change=raw.get("reliable_change"),
    )
