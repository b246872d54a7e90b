"""The tokens hold WCAG 2.2 AA in both modes: 4.5:1 for text, 3:1 for edges and the focus."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR) / "portal" / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {name: modes for name, *modes in PAIR.findall(TOKENS.read_text())}
GROUNDS = ("paper", "surface", "sunk")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "green", "green-deep") for ground in GROUNDS),
    *(
        (ink, wash)
        for ink in ("ink", "green", "green-deep", "ink-soft")
        for wash in ("green-wash",)
    ),
    *((ink, "clay-wash") for ink in ("ink", "clay")),
    *((ink, "ochre-wash") for ink in ("ink", "ochre")),
    *(("clay", ground) for ground in GROUNDS),
    ("on-green", "green"),
    ("on-green", "green-deep"),
    ("on-alert", "alert"),
    ("paper", "clay"),
]
EDGES = [
    *(("edge", ground) for ground in ("paper", "surface")),
    *(("focus", ground) for ground in (*GROUNDS, "green-wash", "clay-wash", "ochre-wash")),
    *(("green", ground) for ground in (*GROUNDS, "green-wash")),
]


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_guideline_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink: str, ground: str, mode: int) -> None:
    assert contrast(COLOURS[ink][mode], COLOURS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_can_be_seen(edge: str, ground: str, mode: int) -> None:
    assert contrast(COLOURS[edge][mode], COLOURS[ground][mode]) >= 3
