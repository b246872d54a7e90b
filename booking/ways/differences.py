"""What changed from one version of "How I work" to the next, so that a person can read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from booking.models import WayOfWorking
from booking.ways.words import DIMENSIONS
from portal.shared.word_differences import Piece, pieces

SHOWN = 8  # words beside what changed
PLACES = frozenset(dimension.title for dimension in DIMENSIONS)


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
    return tuple(map(_shortened, pieces(old, new, between="")))


def _tokens(text: str) -> list[str]:
    """Words, each with the space after it."""
    return re.findall(r"\S+\s*", text)


def _shortened(piece: Piece) -> Piece:
    tokens = _tokens(piece.words)
    if piece.is_changed or len(tokens) <= 3 * SHOWN:
        return piece
    return Piece("".join([*tokens[:SHOWN], "… ", *tokens[-SHOWN:]]))
