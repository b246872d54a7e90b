"""The questionnaires of the repository: those asked at first, in order, and those on offer."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "questionnaires"
ORDER = (
    "about-you",
    "what-brings-you",
    "health-and-safety",
    "earlier-therapy",
    "hopes-fears-expectations",
    "how-you-like-to-work",
    "phq-9",
    "gad-7",
    "pcl-5",
)
OFFERED = ("phq-2", "gad-2", "pc-ptsd-5", "lec-5")
"""Published too, and in no plan at first: the short forms ask what the long ones ask already, and
seventeen kinds of events before the first meeting are a lot. The therapist adds them."""
ALL = (*ORDER, *OFFERED)
PACKS = Path(__file__).resolve().parent / "instruments" / "packs"
RESERVED = (*ALL, *sorted(path.stem for path in PACKS.glob("*.json")))
"""Slugs that no file from elsewhere takes: a pack's is for the wording that a therapist brings."""


def read_resource(slug: str) -> dict[str, Any]:
    """The FHIR JSON of one questionnaire. Raises FileNotFoundError."""
    resource: dict[str, Any] = json.loads((FOLDER / f"{slug}.json").read_text(encoding="utf-8"))
    return resource
