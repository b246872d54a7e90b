"""An instrument pack: all of an instrument but its words, which belong to somebody else.

A pack is a JSON file. It names its licence, its scale, its rule of scoring and which answers
speak of danger; the items are numbers until a therapist brings the wording.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from intake.instruments.declared import Rule, read_rule
from intake.instruments.track import Track, read_track
from intake.questionnaire_files import PACKS


@dataclass(frozen=True)
class Scale:
    """What each item can be answered with; `labels` are our own words, or none."""

    lowest: int
    highest: int
    step: int
    labels: tuple[str, ...]

    @property
    def points(self) -> tuple[int, ...]:
        return tuple(range(self.lowest, self.highest + 1, self.step))


@dataclass(frozen=True)
class SafetyRule:
    """An answer of `at_least` to one of these items raises an alert of this kind."""

    items: tuple[int, ...]
    at_least: int
    kind: str


@dataclass(frozen=True)
class Pack:
    slug: str
    version: str
    name: str
    full_name: str
    about: str
    title: str  # what a client reads above the questions
    licence: str
    notice: str
    source: str
    items: int
    numbers: tuple[str, ...]  # what the items are called, in order
    is_bipolar: bool  # an item is two poles, written "one | other"
    scale: Scale
    is_clinician_only: bool
    rule: Rule | None  # None: scored by the code of this name in the catalogue
    safety: tuple[SafetyRule, ...]
    tracks: tuple[Track, ...]

    def safety_kind(self, item: int, points: int) -> str:
        """The kind of alert that these points on this item raise; empty for none."""
        return next(
            (rule.kind for rule in self.safety if item in rule.items and points >= rule.at_least),
            "",
        )


@cache
def packs() -> dict[str, Pack]:
    """Those of the repository, by slug."""
    read = (_read(path) for path in sorted(PACKS.glob("*.json")))
    return {pack.slug: pack for pack in read}


def _read(path: Path) -> Pack:
    return read_pack(json.loads(path.read_text(encoding="utf-8")))


def read_pack(raw: dict[str, Any]) -> Pack:
    """Raises KeyError for a part that a pack needs and this one lacks."""
    scale = raw["scale"]
    return Pack(
        slug=raw["id"],
        version=raw["version"],
        name=raw["name"],
        full_name=raw["full_name"],
        about=raw["about"],
        title=raw["title"],
        licence=raw["licence"],
        notice=raw["notice"],
        source=raw["source"],
        items=raw["items"],
        numbers=tuple(raw.get("numbers") or map(str, range(1, raw["items"] + 1))),
        is_bipolar=raw.get("bipolar", False),
        scale=Scale(
            scale["lowest"], scale["highest"], scale.get("step", 1), tuple(scale.get("labels", ()))
        ),
        is_clinician_only=raw.get("clinician_only", False),
        rule=None if raw["scoring"] == "code" else read_rule(raw["scoring"]),
        safety=tuple(_safety(raw.get("safety", ()))),
        tracks=tuple(read_track(track) for track in raw.get("tracks", ())),
    )


def _safety(rules: list[dict[str, Any]]) -> Iterator[SafetyRule]:
    for rule in rules:
        yield SafetyRule(tuple(rule["items"]), rule["at_least"], rule["kind"])
