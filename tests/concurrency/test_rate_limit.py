"""A limit holds across processes: exactly so many pass, whoever counts."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers.portal import Portal

PROCESSES, TRIES, LIMIT = 4, 20, 30
TRY = f"""
from datetime import UTC, datetime
from accounts import rate_limit
now, passed = datetime(2027, 1, 4, 15, tzinfo=UTC), 0
for _ in range({TRIES}):
    try:
        rate_limit.check("one caller", {LIMIT}, 3600, now=now)
        passed += 1
    except rate_limit.TooMany as error:
        assert error.retry_after == 3600
print(passed)
"""


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def counting_portal(request, new_portal) -> Portal:
    extra = {}
    if request.param == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    if request.param == "redis":
        extra["REDIS_URL"] = request.getfixturevalue("own_redis").url
    return new_portal(extra)


def test_exactly_the_limit_passes_over_several_processes(counting_portal: Portal) -> None:
    with ThreadPoolExecutor(PROCESSES) as pool:
        passed = [int(out) for out in pool.map(counting_portal.shell, [TRY] * PROCESSES)]

    assert sum(passed) == LIMIT
    in_table = counting_portal.rows("select count from accounts_ratewindow")
    counts_in_redis = "REDIS_URL" in counting_portal.environment and bool(
        counting_portal.environment["REDIS_URL"]
    )
    assert in_table == ([] if counts_in_redis else [(PROCESSES * TRIES,)])


def test_the_limit_holds_when_redis_goes_away(new_portal, own_redis) -> None:
    portal = new_portal({"REDIS_URL": own_redis.url})
    own_redis.stop()

    assert portal.shell(TRY).strip() == str(min(TRIES, LIMIT))
    assert portal.rows("select count from accounts_ratewindow") == [(TRIES,)]
