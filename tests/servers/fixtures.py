"""Servers that a test may ask for: started on first use, once per process, and always stopped."""

from collections.abc import Iterator

import pytest

from tests.servers.postgresql import PostgreSQL
from tests.servers.redis import Redis


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    server = Redis.start()
    yield server
    server.stop()


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A server of this test's own, which it may take down."""
    server = Redis.start()
    yield server
    server.stop()
