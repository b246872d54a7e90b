"""The starter texts of the repository: their heads, and the blanks that a practice fills."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "consents"
ORDER = (
    "electronic-records",
    "privacy-notice",
    "psychotherapy",
    "telehealth",
    "emdr",
    "fees-and-cancellation",
)

_HEAD = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<text>.*)\Z", re.S)
_BLANK = re.compile(r"\{\{ (\w+) \}\}")


class UnknownBlank(KeyError):
    """A text asks for something that the practice does not tell."""


@dataclass(frozen=True)
class StarterText:
    """A text as it lies in the repository. `review` is a note for the practice, not for clients."""

    slug: str
    title: str
    version: int
    kind: str
    effective_on: str
    requires: str
    intent: str
    review: str
    text: str

    def filled(self, values: dict[str, str]) -> str:
        """The text of one practice. Raises UnknownBlank."""

        def fill(blank: re.Match[str]) -> str:
            try:
                return values[blank[1]]
            except KeyError:
                raise UnknownBlank(f"{self.slug}: {blank[1]}") from None

        return _BLANK.sub(fill, self.text)


def read_starter(slug: str) -> StarterText:
    """One text of the repository. Raises FileNotFoundError, ValueError for a broken head."""
    parts = _HEAD.match((FOLDER / f"{slug}.md").read_text(encoding="utf-8"))
    if parts is None:
        raise ValueError(f"{slug}.md has no head between two lines of ---")
    head = dict(line.split(": ", 1) for line in parts["head"].splitlines())
    version = int(head.pop("version"))
    return StarterText(**head, version=version, text=parts["text"].strip() + "\n")


def starters() -> list[StarterText]:
    """All texts, each after the one it requires."""
    return [read_starter(slug) for slug in ORDER]
