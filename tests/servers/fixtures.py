"""Servers that a test may ask for: started on first use, once per process, and always stopped."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import prepared, shared
from tests.servers.portal import Portal
from tests.servers.postgresql import PostgreSQL
from tests.servers.radicale import Radicale
from tests.servers.redis import Redis


@pytest.fixture(scope="session")
def postgresql() -> PostgreSQL:
    return shared.postgresql()


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


@pytest.fixture(scope="session")
def radicale_server() -> Iterator[Radicale]:
    server = Radicale.start()
    yield server
    server.stop()


@pytest.fixture
def own_radicale() -> Iterator[Radicale]:
    """A server of this test's own, which it may take down."""
    server = Radicale.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def static_files() -> Path:
    return prepared.static_files()


@pytest.fixture
def new_portal(static_files: Path) -> Iterator[Callable[..., Portal]]:
    """Make a portal with data of its own: `new_portal({"DATABASE_URL": ...})`."""
    portals: list[Portal] = []

    def make(extra: dict[str, str] | None = None) -> Portal:
        portals.append(Portal(static_root=static_files, extra=extra))
        portals[-1].prepare()
        return portals[-1]

    yield make
    for portal in portals:
        portal.stop()


@pytest.fixture
def portal(new_portal: Callable[..., Portal]) -> Portal:
    """A whole portal as `make run` starts it: web, embedded worker, Stripe sandbox."""
    running = new_portal()
    running.start_stripe()
    running.start_embedded_worker()
    running.start_web()
    return running
