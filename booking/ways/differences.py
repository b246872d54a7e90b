"""What changed from one version of "How I work" to the next, so that a person can read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from booking.models import WayOfWorking
from booking.ways.words import DIMENSIONS

KEPT, ADDED, REMOVED = "kept", "added", "removed"
SHOWN = 16  # words and spaces beside what changed


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
    old, new = dict(_texts(before)), dict(_texts(after))
    titles = [*new, *(title for title in old if title not in new)]
    changed = ((title, old.get(title, ""), new.get(title, "")) for title in titles)
    return [Difference(title, _pieces(was, now)) for title, was, now in changed if was != now]


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


def _pieces(was: str, now: str) -> tuple[Piece, ...]:
    """Whole words and the space between them; of long stretches that stay only the ends."""
    old, new = re.findall(r"\S+|\s+", was), re.findall(r"\S+|\s+", now)
    found: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece(KEPT, _ends(old[i1:i2])))
            continue
        if i2 > i1:
            found.append(Piece(REMOVED, "".join(old[i1:i2])))
        if j2 > j1:
            found.append(Piece(ADDED, "".join(new[j1:j2])))
    return tuple(found)


def _ends(tokens: list[str]) -> str:
    if len(tokens) <= 3 * SHOWN:
        return "".join(tokens)
    return "".join([*tokens[:SHOWN], " … ", *tokens[-SHOWN:]])
