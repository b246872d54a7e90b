"""The practice's own website shows open times; a stranger chooses one there and books it."""

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser import booking_steps
from tests.browser.conftest import AT_ONCE, MANY_AT_ONE_ADDRESS
from tests.browser.walker import Walker
from tests.browser_fixtures import PHONE, Witness
from tests.servers.portal import Portal

DARK = "rgb(21, 26, 24)"
EMAIL = "from-the-site@example.com"
HEIGHT = "frame => frame.getBoundingClientRect().height"
CONTENT = "() => Math.ceil(document.body.getBoundingClientRect().height)"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rowan Ellery, therapist</title></head>
<body><main><h1>Rowan Ellery</h1>{lines}</main></body></html>"""


class Site:
    """The practice's own site: one page, with a policy that allows no inline script or style."""

    def __init__(self, portal_url: str) -> None:
        self.lines = ""
        self.portal_url = portal_url
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        # Another name and not only another port, so that to a browser it is another site.
        self.url = f"http://localhost:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = PAGE.format(lines=site.lines).encode()
                self.send_response(200 if self.path == "/" else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(body if self.path == "/" else b"")

            def log_message(self, *_: object) -> None:
                """Nothing to say."""

        return Handler

    @property
    def policy(self) -> str:
        return (
            f"default-src 'none'; img-src 'self'; "
            f"script-src {self.portal_url}; frame-src {self.portal_url}"
        )

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def sites(new_portal: Callable[..., Portal]) -> Iterator[tuple[Portal, Site, Site]]:
    """A portal, a site that it knows, and one that it does not know."""
    known, unknown = Site(""), Site("")
    portal = new_portal({"EMBED_ORIGINS": known.url, **MANY_AT_ONE_ADDRESS, **AT_ONCE})
    known.portal_url = unknown.portal_url = portal.url
    portal.start_embedded_worker()
    portal.start_web()
    yield portal, known, unknown
    known.stop()
    unknown.stop()


@pytest.fixture
def walk_at(
    new_page: Callable[..., Page], assert_accessible: Callable[..., None]
) -> Callable[..., Walker]:
    def begin(portal: Portal, **options: object) -> Walker:
        page = new_page(base_url=portal.url, timezone_id="America/Los_Angeles", **options)
        return Walker(page, assert_accessible, "widget")

    return begin


def lines_for(walker: Walker, *shown: str) -> str:
    """As the therapist copies them from her own page, one after the other."""
    walker.page.goto("/demo/")
    walker.press("Sign in as therapist")
    walker.page.wait_for_url(lambda url: "/demo/" not in url)
    copied = []
    for slug in shown:
        walker.open(f"/therapist/website/?show={slug}", "Booking on your website")
        copied.append(walker.page.locator("#snippet").inner_text())
    return "\n".join(copied)


def frame_at(page: Page, number: int) -> FrameLocator:
    return page.locator("iframe").nth(number).content_frame


def fits(page: Page, number: int) -> bool:
    """Whether a frame is exactly as high as what it shows."""
    frame = page.locator("iframe").nth(number)
    inner = frame.element_handle().content_frame()
    return bool(inner) and frame.evaluate(HEIGHT) == inner.evaluate(CONTENT)  # type: ignore[union-attr]


def wait_until_it_fits(page: Page, number: int) -> float:
    for _ in range(100):
        if fits(page, number):
            break
        page.wait_for_timeout(50)
    assert fits(page, number)
    height: float = page.locator("iframe").nth(number).evaluate(HEIGHT)
    return height


def test_a_stranger_chooses_on_the_practices_site_and_books_at_the_portal(
    sites: tuple[Portal, Site, Site], walk_at: Callable[..., Walker]
) -> None:
    portal, site, _ = sites
    site.lines = lines_for(walk_at(portal), "consult", "")
    walker = walk_at(portal)
    page = walker.page
    _follows_the_theme(walker)

    page.goto(site.url)
    one, every = frame_at(page, 0), frame_at(page, 1)
    expect(every.get_by_role("heading", name="Book a session")).to_be_visible()
    expect(one.get_by_text("Times are shown for Los Angeles.")).to_be_visible()
    heights = [wait_until_it_fits(page, number) for number in (0, 1)]
    assert heights[0] != heights[1]

    _looks_at_another_month(page, one)
    _sees_it_narrow_and_dark(page)
    assert page.context.cookies() == []

    time = one.locator(".times a").first
    words = re.search(r"\w+, \w+ \d+, [\d:]+ [ap]m", str(time.get_attribute("aria-label")))
    time.click()
    assert words
    walker.arrive("Is this the time you want?")
    assert page.url.startswith(f"{portal.url}/book/consult/?start=")
    expect(page.get_by_role("heading", name=words[0], exact=True)).to_be_visible()
    walker.press("Hold this time")
    walker.arrive(booking_steps.HOLD_HEADING)
    booking_steps.prove_address(walker, portal, EMAIL)
    booking_steps.give_details(walker)
    expect(page.get_by_text(EMAIL)).to_be_visible()
    held = portal.rows("select count(*) from booking_appointment where holder <> '' "
                       "and status = 'confirmed'")  # fmt: skip
    assert held == [(1,)]


def _follows_the_theme(walker: Walker) -> None:
    """Dark where the site is, whatever the visitor's device prefers."""
    walker.open("/embed/consult/?theme=dark", "Consult")
    colour = walker.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == DARK


def _looks_at_another_month(page: Page, frame: FrameLocator) -> None:
    """It stays in the frame, writes no history of the page around it, and fits again."""
    before = page.evaluate("history.length")
    frame.get_by_role("link", name=re.compile("^Next month")).click()
    expect(frame.get_by_role("link", name=re.compile("^Previous month"))).to_be_visible()
    wait_until_it_fits(page, 0)
    frame.get_by_role("link", name=re.compile("^Previous month")).click()
    expect(frame.locator(".times a").first).to_be_visible()
    wait_until_it_fits(page, 0)
    assert page.evaluate("history.length") == before
    assert page.url.startswith("http://localhost")


def _sees_it_narrow_and_dark(page: Page) -> None:
    """A phone's width is also what 200 % zoom makes of a wide window."""
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    wait_until_it_fits(page, 0)
    inner = page.locator("iframe").first.element_handle().content_frame()
    assert inner
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert inner.evaluate("getComputedStyle(document.body).backgroundColor") == DARK


def test_without_any_script_the_frame_scrolls_and_leads_on(
    sites: tuple[Portal, Site, Site], walk_at: Callable[..., Walker]
) -> None:
    portal, site, _ = sites
    site.lines = lines_for(walk_at(portal), "consult")
    page = walk_at(portal, java_script_enabled=False).page

    page.goto(site.url)
    frame = frame_at(page, 0)
    frame.locator(".month a").last.click()
    frame.locator(".times a").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Is this the time you want?")
    assert page.url.startswith(f"{portal.url}/book/consult/?start=")
    page.get_by_role("button", name="Hold this time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(booking_steps.HOLD_HEADING)


def test_a_site_that_is_not_named_shows_nothing(
    sites: tuple[Portal, Site, Site], walk_at: Callable[..., Walker], witness: Witness
) -> None:
    portal, _, unknown = sites
    unknown.lines = f'<iframe src="{portal.url}/embed/consult/" title="Not allowed"></iframe>'
    page = walk_at(portal).page

    page.goto(unknown.url)
    page.wait_for_timeout(200)

    inner = page.locator("iframe").element_handle().content_frame()
    assert inner
    assert inner.url.startswith("chrome-error:")
    assert [fault for fault in witness.faults if "frame-ancestors" in fault]
    witness.faults.clear()


def test_the_therapist_blocks_somebody_and_takes_it_back(
    sites: tuple[Portal, Site, Site], walk_at: Callable[..., Walker]
) -> None:
    portal, _, _ = sites
    therapist = walk_at(portal)
    lines_for(therapist)
    therapist.open("/therapist/sessions/", "Sessions you offer")
    therapist.follow("Who can’t book online")
    therapist.arrive("Who can’t book online")
    therapist.page.get_by_label("Everybody at this internet address or network").check()
    therapist.type("Which one?", "127.0.0.1")
    therapist.press("Go on")
    therapist.arrive("Block this?")
    therapist.press("Block")
    therapist.arrive("Who can’t book online")

    visitor = walk_at(portal)
    visitor.open("/book/consult/", re.compile("^Choose a time"))
    visitor.page.locator("#calendar .times").get_by_role("button").first.click()
    visitor.arrive("Booking online isn’t possible here")

    therapist.follow(re.compile("^Take off"))
    therapist.arrive("Take this off the list?")
    therapist.press("Take it off")
    therapist.arrive("Who can’t book online")
    visitor.open("/book/consult/", re.compile("^Choose a time"))
    booking_steps.hold_first_time(visitor)
