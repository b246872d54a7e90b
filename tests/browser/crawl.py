"""From link to link, as one role: each kind of page once."""

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

MAIL = "journeys:mailbox_message"  # its links are for whom it was written to
LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.href)"


def name_of(address: str) -> str | None:
    """The name of the page in the list of URLs, or None for what is not a page of ours."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


def crawl(page: Page, starts: list[str], skip: frozenset[str]) -> Iterator[str]:
    """Opens one page of each name, and yields the name while it stands open."""
    portal = urlsplit(page.url).netloc
    waiting, seen = deque(starts), set(skip)
    while waiting:
        address = waiting.popleft()
        name = name_of(address)
        if name is None or name in seen:
            continue
        seen.add(name)
        response = page.goto(address)
        assert response, address
        assert response.status == 200, f"{address} answered {response.status}"
        landed = name_of(page.url)
        if landed != name and landed in seen:
            continue
        seen.add(str(landed))
        if landed != MAIL:
            waiting.extend(link for link in page.evaluate(LINKS) if urlsplit(link).netloc == portal)
        yield str(landed)
