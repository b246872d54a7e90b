"""What a PDF says, as a person would copy it out, and how many pages it has (poppler)."""

import re
import subprocess
import unicodedata
from pathlib import Path

MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufe0e\ufe0f\u00ad]")

RIGHT_TO_LEFT = re.compile("([\u0590-\u08ff]+)[\\s,.;:!?]*")


class PdfWords:
    """White space is left out of every comparison: where a line breaks is the layout's affair."""

    def __init__(self, path: Path) -> None:
        self.raw = _run("pdftotext", "-enc", "UTF-8", str(path), "-")
        self.pages = int(re.search(r"(?m)^Pages:\s+(\d+)", _run("pdfinfo", str(path)))[1])  # type: ignore[index]
        self._packed = pack(self.raw)

    def has(self, text: str) -> bool:
        """Words from right to left one by one: poppler puts those of a line that has Latin
        punctuation in the order in which they stand on the paper."""
        return all(pack(piece) in self._packed for piece in pieces(text))

    def after(self, words: str) -> str:
        """The word that follows these words, without punctuation."""
        found = re.search(re.escape(words) + r"[\s:]+([\w-]+)", self.raw, re.IGNORECASE)
        if found is None:
            raise LookupError(f"{words!r} does not stand in the PDF: {self.raw[:200]}")
        return found[1]


def pieces(text: str) -> list[str]:
    return [piece for piece in RIGHT_TO_LEFT.split(text) if piece.strip()]


def pack(text: str) -> str:
    """Composed letters, without white space, direction marks and variation selectors."""
    return "".join(MARKS.sub("", unicodedata.normalize("NFKC", text)).split())


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout
