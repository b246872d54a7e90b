"""The questionnaires of the repository, in the order in which they are asked."""

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


def read_resource(slug: str) -> dict[str, Any]:
    """The FHIR JSON of one questionnaire. Raises FileNotFoundError."""
    resource: dict[str, Any] = json.loads((FOLDER / f"{slug}.json").read_text(encoding="utf-8"))
    return resource
