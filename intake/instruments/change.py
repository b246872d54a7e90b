"""Is a change between two scores more than chance? By published thresholds only.

PCL-5: Marx and others 2022 (male veterans). WHO-5: Topp and others 2015.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from intake.instruments.result import InvalidAnswers

PCL5_RELIABLE, PCL5_WELL = 15, 28
WHO5_RELIABLE = 10


@dataclass(frozen=True)
class Change:
    name: str
    highest: int
    compare: Callable[[int, int], dict[str, Any]]

    def to_json(self, baseline: object, now: object) -> dict[str, Any]:
        """Raises InvalidAnswers for a score that the instrument can't have."""
        before, after = self._score("baseline", baseline), self._score("now", now)
        told = {"instrument": self.name, "baseline": before, "now": after}
        return {**told, **self.compare(before, after)}

    def _score(self, name: str, score: object) -> int:
        if type(score) is not int or not 0 <= score <= self.highest:
            raise InvalidAnswers(f"The {name} must be a score from 0 to {self.highest}.")
        return score


def pcl5_change(baseline: int, now: int) -> dict[str, Any]:
    """Lower is better; clinically significant is a score of 28 or less."""
    drop = baseline - now
    return {
        "drop": drop,
        "reliable_ge15": drop >= PCL5_RELIABLE,
        "csc_le28": now <= PCL5_WELL,
        "reliably_worse_ge15": -drop >= PCL5_RELIABLE,
    }


def who5_change(baseline: int, now: int) -> dict[str, Any]:
    """Of the percentages; higher is better."""
    rise = now - baseline
    return {
        "rise": rise,
        "better_ge10": rise >= WHO5_RELIABLE,
        "worse_ge10": -rise >= WHO5_RELIABLE,
    }


CHANGES = (
    Change("PCL-5 change", 80, pcl5_change),
    Change("WHO-5 change", 100, who5_change),
)
