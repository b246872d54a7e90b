"""A whole portal, started once, and people who walk through it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.walker import Walker
from tests.servers.portal import Portal

# Everybody of a test run comes from one address; limits on one address have tests of their own.
MANY_AT_ONE_ADDRESS = {"HOLDS_PER_ADDRESS": "0", "HOLD_REQUESTS_PER_MINUTE": "0"}
AT_ONCE = {"OUTBOX_SWEEP_SECONDS": "0.25"}
CALENDARS_HERE = {"CALDAV_PRIVATE_ADDRESSES": "1"}  # the calendar server is on this machine too


@pytest.fixture(scope="session")
def whole_portal(static_files: Path) -> Iterator[Portal]:
    """As `make run` starts it, with the demo practice: web, worker and Stripe's sandbox."""
    running = Portal(
        static_root=static_files, extra={**MANY_AT_ONE_ADDRESS, **AT_ONCE, **CALENDARS_HERE}
    )
    running.prepare()
    running.start_stripe()
    running.start_embedded_worker()
    running.start_web()
    yield running
    running.stop()


@pytest.fixture
def walk(
    new_page: Callable[..., Page],
    whole_portal: Portal,
    assert_accessible: Callable[[Page], None],
    request: pytest.FixtureRequest,
) -> Callable[..., Walker]:
    """Someone new at a window of their own: `walk(viewport=PHONE, color_scheme="dark")`."""
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")

    def begin(**options: Any) -> Walker:
        chosen = {"base_url": whole_portal.url, "timezone_id": "America/New_York", **options}
        return Walker(new_page(**chosen), assert_accessible, name)

    return begin


@pytest.fixture
def walk_as(walk: Callable[..., Walker]) -> Callable[..., Walker]:
    """One of the demo's people, signed in: `walk_as("therapist", viewport=PHONE)`."""

    def begin(role: str, **options: Any) -> Walker:
        walker = walk(**options)
        walker.name = f"{walker.name}-{role}"
        walker.page.goto("/demo/")
        walker.press(re.compile(f"^Sign in as {role}"))
        walker.page.wait_for_url(lambda url: "/demo/" not in url)
        return walker

    return begin
