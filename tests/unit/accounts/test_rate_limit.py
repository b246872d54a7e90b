"""Fixed windows."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import rate_limit
from accounts.models import RateWindow

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 4, 15, 0, 10, tzinfo=UTC)


def test_beyond_the_limit_it_says_how_long_to_wait() -> None:
    for _ in range(3):
        rate_limit.check("door:192.0.2.1", 3, 60, now=NOW)

    with pytest.raises(rate_limit.TooMany) as error:
        rate_limit.check("door:192.0.2.1", 3, 60, now=NOW)

    assert error.value.retry_after == 50


def test_the_next_window_begins_anew() -> None:
    rate_limit.check("door", 1, 60, now=NOW)
    rate_limit.check("door", 1, 60, now=NOW + timedelta(seconds=50))

    with pytest.raises(rate_limit.TooMany):
        rate_limit.check("door", 1, 60, now=NOW + timedelta(seconds=109))


def test_keys_are_counted_apart_and_kept_as_fingerprints() -> None:
    rate_limit.check("door:ada@example.com", 1, 60, now=NOW)
    rate_limit.check("door:eve@example.com", 1, 60, now=NOW)

    assert RateWindow.objects.count() == 2
    assert not RateWindow.objects.filter(key__contains="example").exists()


def test_old_windows_are_forgotten() -> None:
    rate_limit.check("door", 1, 60, now=NOW - timedelta(days=2))
    rate_limit.check("door", 1, 60, now=NOW)

    assert rate_limit.forget_ended(now=NOW) == 1
    assert RateWindow.objects.count() == 1
