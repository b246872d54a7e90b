"""What changed from one version of "How I work" to the next, so that a person can read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from booking.models import WayOfWorking
from booking.ways.words import DIMENSIONS

KEPT, ADDED, REMOVED = "kept", "added", "removed"
SHOWN = 8  # words beside what changed
PLACES = frozenset(dimension.title for dimension in DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: kept, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    title: str
    pieces: tuple[Piece, ...]


def differences(before: WayOfWorking, after: WayOfWorking) -> list[Difference]:
    """In the order of the page; what is the same is left out."""
    old = dict(_texts(before))
    changed = [(title, old[title], now) for title, now in _texts(after) if old[title] != now]
    return [Difference(title, _pieces(title, was, now)) for title, was, now in changed]


def _texts(way: WayOfWorking) -> Iterator[tuple[str, str]]:
    """Each thing that can differ, with its name."""
    yield "Opening", way.opening
    for dimension in DIMENSIONS:
        code = dimension.code
        step = way.places.get(code)
        yield dimension.title, dimension.says(step) if step else ""
        yield f"{dimension.title}, in your own words", way.sentences.get(code, "")
    yield "EMDR, step by step", "\n".join(f"{one['title']}: {one['text']}" for one in way.phases)
    yield "Whom you are not right for", "\n".join(way.not_for)
    yield "The first conversation", way.first_conversation
    yield "More", way.more


def _pieces(title: str, was: str, now: str) -> tuple[Piece, ...]:
    """Word by word; a place on a range as a whole; of long stretches that stay only the ends."""
    old, new = ([was], [now]) if title in PLACES else (_tokens(was), _tokens(now))
    found: list[Piece] = []
    was_words, now_words = [one.strip() for one in old], [one.strip() for one in new]
    matcher = SequenceMatcher(None, was_words, now_words, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece(KEPT, _ends(new[j1:j2])))
            continue
        removed, added = "".join(old[i1:i2]), "".join(new[j1:j2])
        found += [Piece(*one) for one in ((REMOVED, removed), (ADDED, added)) if one[1]]
    return tuple(found)


def _tokens(text: str) -> list[str]:
    """Words, each with the space after it."""
    return re.findall(r"\S+\s*", text)


def _ends(tokens: list[str]) -> str:
    if len(tokens) <= 3 * SHOWN:
        return "".join(tokens)
    return "".join([*tokens[:SHOWN], "… ", *tokens[-SHOWN:]])
