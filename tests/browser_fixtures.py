"""A real Chromium. Every page stays on this machine and keeps the page's own content policy."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.servers.loopback_only import is_local

# The shell is the same engine without a desktop's windows, at two thirds of the work.
SHELL, WHOLE = map(shutil.which, ("chromium-headless-shell", "chromium"))
CHROMIUM = os.environ.get("CHROMIUM") or SHELL or WHOLE or "chromium"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
TIMEOUT_MS = 15_000
# What Chromium and htmx write when a server refuses with good reason or the network is gone.
EXPECTED_ERRORS = re.compile(
    r"status of (400|401|402|403|409|410|422|429) |Response Status Error Code (401|422)"
    r"|net::ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest|timeout)"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, so Django believes that it is called from async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Witness:
    """What a page did that no page of ours may do."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Only watches: to route the requests through here would turn the browser's cache off."""
        context.on("request", lambda request: self._see(request.url))
        context.on("console", lambda message: self._read(message.type, message.text))
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))

    def _see(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme in ("http", "https") and not is_local(address.hostname):
            self.faults.append(f"request to another machine: {url}")

    def _read(self, kind: str, text: str) -> None:
        if kind == "error" and not EXPECTED_ERRORS.search(text):
            self.faults.append(f"console: {text}")


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Fails the test at its end when a page left this machine or broke its own policy."""
    seen = Witness()
    yield seen
    assert seen.faults == []


@pytest.fixture
def new_page(browser: Browser, witness: Witness) -> Iterator[Callable[..., Page]]:
    """Open a page in a context of its own: `new_page(base_url=..., viewport=PHONE, ...)`.

    Takes what Playwright's `new_context` takes, such as `java_script_enabled=False`,
    `color_scheme="dark"`, `timezone_id="Asia/Tokyo"`.
    """
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        chosen = {"viewport": DESKTOP, "locale": "en-US", "reduced_motion": "reduce", **options}
        context = browser.new_context(**chosen)
        context.set_default_timeout(TIMEOUT_MS)
        witness.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page], live_server: Any, settings: Any) -> Page:
    """A page on pytest-django's live server, which shares the test's own database."""
    settings.PORTAL_URL = live_server.url
    return new_page(base_url=live_server.url)


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """axe finds nothing on the page as it stands now. Ask when the page has settled.

    `only=("color-contrast",)` asks for these rules alone.
    """
    source = AXE.read_text()

    def check(page: Page, only: tuple[str, ...] = ()) -> None:
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(source)
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if only:
            options["runOnly"] = list(only)
        found = page.evaluate("options => axe.run(document, options)", options)["violations"]
        assert [_told(violation) for violation in found] == [], page.url

    return check


def _told(violation: dict[str, Any]) -> str:
    where = "; ".join(node["html"][:160] for node in violation["nodes"][:4])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {where}"
