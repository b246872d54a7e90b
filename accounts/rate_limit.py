"""Fixed windows that count right across processes: in Redis where there is one, else in a table.

Call `check` outside of a transaction: a rolled back one would forget what was counted.
"""

import logging
import math
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import F

from accounts.models import RateWindow
from portal.shared.clock import utc_now
from portal.shared.encryption.crypto import blind_index

logger = logging.getLogger(__name__)

COUNTERS = "counters"  # the alias of Redis in CACHES


class TooMany(Exception):
    """Asked too often; `retry_after` is the number of seconds until the window ends."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after


def check(key: str, limit: int, seconds: int, *, now: datetime | None = None) -> None:
    """Count one more of `key`; raises TooMany beyond `limit` in a window of `seconds`."""
    now = now or utc_now()
    window = math.floor(now.timestamp() / seconds)
    ends_at = datetime.fromtimestamp((window + 1) * seconds, tz=UTC)
    fingerprint = f"{blind_index(key, purpose='rate-limit')[:40]}:{seconds}:{window}"
    if _count(fingerprint, ends_at) > limit:
        raise TooMany(retry_after=max(1, math.ceil((ends_at - now).total_seconds())))


def _count(key: str, ends_at: datetime) -> int:
    # The database cache can't add one atomically, so without Redis our own table counts.
    if COUNTERS not in settings.CACHES:
        return _count_in_table(key, ends_at)
    try:
        return _count_in_redis(key, ends_at)
    except Exception as error:
        # A cache that is down must neither open the door wide nor close it.
        logger.warning("rate limit: the cache does not answer (%s)", type(error).__name__)
        return _count_in_table(key, ends_at)


def _count_in_redis(key: str, ends_at: datetime) -> int:
    left = max(1, math.ceil(ends_at.timestamp() - utc_now().timestamp()))
    cache = caches[COUNTERS]
    cache.add(f"rate:{key}", 0, timeout=left + 60)  # SET NX; the minute outlives skewed clocks
    return cache.incr(f"rate:{key}")


def _count_in_table(key: str, ends_at: datetime) -> int:
    with transaction.atomic():
        RateWindow.objects.bulk_create(
            [RateWindow(key=key, ends_at=ends_at)], ignore_conflicts=True
        )
        RateWindow.objects.filter(key=key).update(count=F("count") + 1)  # locks the row
        return RateWindow.objects.values_list("count", flat=True).get(key=key)


def forget_ended(*, now: datetime) -> int:
    """Delete windows that ended a day ago."""
    return RateWindow.objects.filter(ends_at__lt=now - timedelta(days=1)).delete()[0]
