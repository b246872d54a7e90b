"""Which words came and which went: one walk for every text of the practice that has versions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are the same in both, or stand only in the newer or only in the older text."""

    words: str
    is_added: bool = False
    is_removed: bool = False

    @property
    def is_changed(self) -> bool:
        return self.is_added or self.is_removed


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours that are the same in both, or that stand in each other's place."""

    is_same: bool
    before: slice
    after: slice


def runs(before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    """Both sequences in one, in the order of the newer one."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield Run(tag == "equal", slice(i1, i2), slice(j1, j2))


def likeness(before: Sequence[str], after: Sequence[str]) -> float:
    """From 0, nothing in common, to 1, the same."""
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def pieces(before: Sequence[str], after: Sequence[str], *, between: str = " ") -> Iterator[Piece]:
    """What is removed comes before what is added. White space around a word makes no difference."""
    bare = [[word.strip() for word in words] for words in (before, after)]
    for run in runs(*bare):
        gone, come = between.join(before[run.before]), between.join(after[run.after])
        if run.is_same:
            yield Piece(come)
            continue
        if gone:
            yield Piece(gone, is_removed=True)
        if come:
            yield Piece(come, is_added=True)


def words_of(text: str) -> list[str]:
    return _WORD.findall(text)


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Two short texts, word by word."""
    return tuple(pieces(words_of(before), words_of(after)))
