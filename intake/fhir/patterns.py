"""Regular expressions that others wrote: only those that can't run away are tried.

Python's matcher goes back and tries again; a repetition inside a repetition can take years for a
short text. Such a pattern is not tried at all, so what a person typed passes.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 300  # characters of a pattern
STEPS = 10_000_000  # roughly what one match may take
FEW = 10  # repetitions that cost next to nothing
REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def fits(pattern: str, text: str) -> bool:
    """The whole text has this form, or the pattern is none to try on such a text."""
    return not is_tame(pattern, len(text)) or re.fullmatch(pattern, text) is not None


@lru_cache(maxsize=500)
def is_tame(pattern: str, length: int) -> bool:
    """It surely comes to an end soon on a text of so many characters."""
    loops = _loops(pattern)
    return loops is not None and max(length, 2) ** loops <= STEPS


@lru_cache(maxsize=500)
def _loops(pattern: str) -> int | None:
    """How many repetitions without a small end stand beside each other; None for unruly ones."""
    if len(pattern) > LONGEST:
        return None
    try:
        return _count(parser.parse(pattern), inside=False)
    except (re.error, RecursionError, OverflowError, ValueError, Unruly):
        return None


class Unruly(Exception):
    """A repetition within a repetition, or a look back at a group."""


def _count(nodes: Iterable[tuple[Any, Any]], *, inside: bool) -> int:
    total = 0
    for kind, argument in nodes:
        name = str(kind)
        if name.startswith("GROUPREF") or (inside and name == "BRANCH"):
            raise Unruly
        if name in REPEATS:
            total += _count_repeat(*argument, inside=inside)
        else:
            total += sum(_count(part, inside=inside) for part in _parts(name, argument))
    return total


def _count_repeat(low: int, high: Any, body: Any, *, inside: bool) -> int:
    is_fixed = low == high
    if inside and not (is_fixed and int(high) <= FEW):
        raise Unruly
    is_loop = int(high) > FEW
    return _count(body, inside=inside or not is_fixed) + is_loop


def _parts(name: str, argument: Any) -> list[Any]:
    """The patterns inside a group, an alternative or a look around."""
    if name == "SUBPATTERN":
        return [argument[-1]]
    if name == "BRANCH":
        return list(argument[1])
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]
    return [argument] if name == "ATOMIC_GROUP" else []
