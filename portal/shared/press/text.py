"""Makes words fit for paper: whatever a person typed or pasted, it is drawn, and soon.

Layout engines hang on words without end and on pages of blank lines; control and
direction-override characters print as boxes or turn the rest of the line around.
"""

import re
import unicodedata
from typing import Any

LONGEST_RUN = 40
MOST_MARKS = 8
MOST_LINE_ENDS = 8_000  # of one document: some 200 pages of single words
ZERO_WIDTH_SPACE = "\u200b"
DOTTED_CIRCLE = "\u25cc"
RIGHT_TO_LEFT = {"R", "AL"}

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls but tab, newline, return
    "\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c"  # marks that turn the direction of text
    "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef]"  # surrogates, noncharacters
)
# Chinese, Japanese and Korean text has no spaces and breaks by itself.
_BREAKS_BY_ITSELF = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_LONG_RUN = re.compile(rf"[^\s{ZERO_WIDTH_SPACE}{_BREAKS_BY_ITSELF}]{{{LONGEST_RUN + 1},}}")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_JOINERS = "\u200d\ufe0f\ufe0e"


def without_unprintables(text: str) -> str:
    """Drops what must never reach the engine, markup or not; one newline is `\\n`."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class LineEnds:
    """The line ends that a document may still print. An answer may have thousands; only a document
    made of nothing else gets slashes for the rest, with every word still there."""

    def __init__(self, left: int = MOST_LINE_ENDS) -> None:
        self.left = left

    def limit(self, text: str) -> str:
        """At most one blank line in a row."""
        if "\n" not in text:
            return text
        lines = _BLANK_LINES.sub("\n\n", text).split("\n")
        kept = min(self.left, len(lines) - 1)
        self.left -= kept
        return "\n".join([*lines[:kept], " / ".join(lines[kept:])])


def clean(text: str, line_ends: LineEnds) -> str:
    """Words as they can be printed: every letter kept, places to break long runs added."""
    if len(text) <= LONGEST_RUN and text.isascii():
        return text
    calm = _spread_marks(line_ends.limit(text))
    return _LONG_RUN.sub(lambda run: _break_up(run.group()), calm)


def clean_tree(root: Any) -> None:
    """Cleans every text of an element tree in place, and decides each `dir="auto"`."""
    line_ends = LineEnds()
    for element in root.iter():
        if element.text and element.tag != "style":
            element.text = clean(element.text, line_ends)
        if element.tail and element.tail.strip():
            element.tail = clean(element.tail, line_ends)
        if element.get("data-foot"):
            element.set("data-foot", clean(element.get("data-foot"), line_ends))
        if element.get("dir") == "auto":
            element.set("dir", direction_of("".join(element.itertext())))


def direction_of(text: str) -> str:
    """`rtl` when the first letter with a direction is Hebrew or Arabic, else `ltr`."""
    for letter in text[:1000]:
        kind = unicodedata.bidirectional(letter)
        if kind == "L" or kind in RIGHT_TO_LEFT:
            return "rtl" if kind in RIGHT_TO_LEFT else "ltr"
    return "ltr"


def _spread_marks(text: str) -> str:
    """At most 8 accents on a letter, the rest on dotted circles after it: a tower of them would be
    drawn over other lines."""
    if text.isascii():
        return text
    spread, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > MOST_MARKS:
            spread.append(DOTTED_CIRCLE)
            marks = 1
        spread.append(letter)
    return "".join(spread)


def _break_up(run: str) -> str:
    pieces, start = [], 0
    while start < len(run):
        end = min(start + LONGEST_RUN, len(run))
        while end < len(run) and _belongs_together(run[end - 1], run[end]):
            end += 1
        pieces.append(run[start:end])
        start = end
    return ZERO_WIDTH_SPACE.join(pieces)


def _belongs_together(before: str, after: str) -> bool:
    """True inside a letter with its accents and inside an emoji made of several."""
    return (
        bool(unicodedata.combining(after))
        or after in _JOINERS
        or before in _JOINERS[0]
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U0001f1e6" <= after <= "\U0001f1ff"
    )
