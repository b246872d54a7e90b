"""Answers that were worked out once and may be given again while nothing has changed.

Each process keeps its own, and few of them. An answer is given again only with the version of the
rows that it was made from, and only between the moment it was made and the first moment at which
the clock alone would change it. So it is never stale, and nobody has to remember to forget it.
"""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Kept(NamedTuple, Generic[T]):
    """An answer, and when it is the right one: `since <= now < until`, with this version."""

    version: str
    since: datetime
    until: datetime
    value: T


class Answers(Generic[T]):
    """The `most` answers that were asked for last; safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, Kept[T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, version: str, now: datetime) -> T | None:
        """The answer, if it is still the right one."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.version != version or not kept.since <= now < kept.until:
                return None
            self._kept.move_to_end(key)
            return kept.value

    def keep(self, key: Hashable, answer: Kept[T]) -> None:
        """In place of an older one; the one that nobody asked for longest makes room."""
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            if len(self._kept) > self.most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
