"""What has changed between two versions of a text, sentence by sentence and word by word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from portal.shared.word_differences import Piece, likeness, runs, word_pieces, words_of

ALIKE = 0.5  # of 1: sentences less alike than this are told as one removed and one added

_HEADING = re.compile(r"#{1,6}\s+")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+")
_RULE_OF_TABLE = re.compile(r"[|\s:-]+")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
_SENTENCE = re.compile(r"(?<=[.!?])[”’\")]*\s+(?=[“‘\"(]?[A-Z0-9])")


@dataclass(frozen=True)
class Passage:
    """A paragraph, a heading, an item of a list or a row of a table, with what changed in it."""

    pieces: tuple[Piece, ...]
    kind: str = "paragraph"
    heading: str = ""
    """Under which heading it stands."""

    @property
    def is_changed(self) -> bool:
        return any(piece.is_changed for piece in self.pieces)


@dataclass(frozen=True)
class _Sentence:
    words: str
    kind: str
    starts: bool  # a new passage
    heading: str


def difference(older: str, newer: str) -> list[Passage]:
    """Both texts in one, passage by passage, in the order of the newer one."""
    return list(_passages(_told(_sentences(older), _sentences(newer))))


def changes(older: str, newer: str) -> list[Passage]:
    """Only the passages in which something changed."""
    return [passage for passage in difference(older, newer) if passage.is_changed]


def _sentences(text: str) -> list[_Sentence]:
    found: list[_Sentence] = []
    heading = ""
    for kind, words in _blocks(text):
        heading = words if kind == "heading" else heading
        parts = [words] if kind in ("heading", "row") else _SENTENCE.split(words)
        for number, part in enumerate(parts):
            found.append(_Sentence(part, kind, number == 0, "" if kind == "heading" else heading))
    return found


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Kind and plain words of each block; lines that belong together are joined."""
    open_kind, open_lines = "", list[str]()
    for raw in [*text.splitlines(), ""]:
        line = raw.strip()
        kind = _kind(line)
        if open_lines and (kind != "" or not line):
            yield open_kind, " ".join(open_lines)
            open_lines = []
        if line and not _RULE_OF_TABLE.fullmatch(line):
            open_kind = kind or (open_kind if open_lines else "paragraph")
            open_lines.append(_plain(line, kind))
        if kind in ("heading", "row") and open_lines:
            yield open_kind, " ".join(open_lines)
            open_lines = []


def _kind(line: str) -> str:
    """Empty for a line that may go on the one before."""
    if _HEADING.match(line):
        return "heading"
    if line.startswith("|"):
        return "row"
    return "item" if _ITEM.match(line) else ""


def _plain(line: str, kind: str) -> str:
    if kind == "row":
        line = " · ".join(cell.strip() for cell in line.strip("|").split("|"))
    line = _HEADING.sub("", line, count=1) if kind == "heading" else line
    line = _ITEM.sub("", line, count=1) if kind == "item" else line
    return _MARKS.sub("", _LINK.sub(r"\1 (\2)", line))


def _told(
    older: list[_Sentence], newer: list[_Sentence]
) -> Iterator[tuple[_Sentence, tuple[Piece, ...]]]:
    for run in runs([one.words for one in older], [one.words for one in newer]):
        if run.is_same:
            for one in newer[run.after]:
                yield one, (Piece(one.words),)
        else:
            yield from _replaced(older[run.before], newer[run.after])


def _replaced(
    removed: list[_Sentence], added: list[_Sentence]
) -> Iterator[tuple[_Sentence, tuple[Piece, ...]]]:
    """Sentences that are alike are told in one, the others after one another."""
    left = list(removed)
    for one in added:
        place = next((i for i, other in enumerate(left) if _are_alike(other, one)), None)
        if place is None:
            yield one, (Piece(one.words, is_added=True),)
            continue
        for gone in left[:place]:
            yield gone, (Piece(gone.words, is_removed=True),)
        yield one, word_pieces(left[place].words, one.words)
        left = left[place + 1 :]
    for gone in left:
        yield gone, (Piece(gone.words, is_removed=True),)


def _are_alike(one: _Sentence, other: _Sentence) -> bool:
    return likeness(words_of(one.words), words_of(other.words)) >= ALIKE


def _passages(told: Iterable[tuple[_Sentence, tuple[Piece, ...]]]) -> Iterator[Passage]:
    number = 0

    def passage_of(one: tuple[_Sentence, tuple[Piece, ...]]) -> int:
        nonlocal number
        number += one[0].starts
        return number

    for _, group in groupby(told, key=passage_of):
        sentences = list(group)
        first = sentences[0][0]
        pieces = _joined(piece for _, pieces in sentences for piece in pieces)
        yield Passage(tuple(pieces), first.kind, first.heading)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one: a reader hears "added" once."""
    for (is_added, is_removed), group in groupby(
        pieces, key=lambda piece: (piece.is_added, piece.is_removed)
    ):
        yield Piece(" ".join(piece.words for piece in group), is_added, is_removed)
