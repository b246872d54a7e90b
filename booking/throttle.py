"""A gentle brake for a read-only address: a bucket for each caller, in this process only.

Counting across processes would cost a write for each read. Booking itself is limited by
`accounts.rate_limit`.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

CALLERS = 4096
"""As many callers are remembered; the one that was quiet longest is forgotten first."""


@dataclass
class Bucket:
    tokens: float
    at: float


@dataclass
class Throttle:
    """Each caller may ask `per_minute` times a minute, half of them at once."""

    _buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, caller: str, *, per_minute: int, now: float) -> float:
        """Seconds until the caller may ask again; 0.0: now, and it is counted."""
        size, rate = max(1.0, per_minute / 2), per_minute / 60
        with self._lock:
            bucket = self._buckets.pop(caller, None) or Bucket(size, now)
            bucket.tokens = min(size, bucket.tokens + (now - bucket.at) * rate)
            bucket.at = now
            self._buckets[caller] = bucket
            if len(self._buckets) > CALLERS:
                self._buckets.popitem(last=False)
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / rate
            bucket.tokens -= 1
            return 0.0

    def clear(self) -> None:
        """Forget everyone."""
        with self._lock:
            self._buckets.clear()
