"""One person at one browser window, who looks at every page on the way."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from scripts.stamps import ROOT
from tests.browser_fixtures import DESKTOP, PHONE

# What stands out at the right, innermost first named; what scrolls in a box of its own does not.
TOO_WIDE = """() => {
    const frame = document.documentElement, width = frame.clientWidth;
    if (frame.scrollWidth <= width) return [];
    const isBoxed = (one) => {
        for (let up = one.parentElement; up !== document.body; up = up.parentElement)
            if (getComputedStyle(up).overflowX !== "visible") return true;
        return false;
    };
    const right = (one) => one.getBoundingClientRect().right;
    const out = [...document.body.querySelectorAll("*")].filter((one) => right(one) > width);
    const holds = (one) => out.some((other) => other !== one && one.contains(other));
    const inner = out.filter((one) => !isBoxed(one) && !holds(one));
    const name = (one) => [one.localName, ...one.classList].join(".") + (one.id && `#${one.id}`);
    const told = inner.map((one) => `${name(one)} ends at ${Math.ceil(right(one))} px`);
    return [`${frame.scrollWidth} px in a window of ${width} px`, ...told];
}"""
SETTLED = "Promise.allSettled(document.getAnimations().map(one => one.finished)).then(() => null)"
PICTURES = ROOT / "var" / "shots"
Words = str | re.Pattern[str]
Rules = tuple[str, ...]
COLOURS: Rules = ("color-contrast",)


def too_wide(page: Page) -> list[str]:
    """Why the page scrolls sideways: by how much, and which elements stand out; or nothing."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def in_every_light(page: Page) -> Iterator[tuple[str, str, Rules]]:
    """Shows the page wide and narrow, light and dark: yields both and the rules to ask axe for.

    All rules (none are named) once wide and once narrow: of the other scheme only colours differ.
    """
    for width, viewport, scheme, rules in (
        ("wide", DESKTOP, "light", ()),
        ("wide", DESKTOP, "dark", COLOURS),
        ("narrow", PHONE, "dark", ()),
        ("narrow", PHONE, "light", COLOURS),
    ):
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        yield width, scheme, rules
    page.set_viewport_size(DESKTOP)


class Walker:
    """Arrives at pages: each has its heading, fits the window, and axe finds nothing on it.

    With SHOTS=1 in the environment each page that was arrived at is kept as a picture.
    """

    def __init__(self, page: Page, check: Callable[..., None], name: str) -> None:
        self.page, self.name = page, name
        self.seen = 0
        self._check = check

    def open(self, path: str, heading: Words) -> None:
        self.page.goto(path)
        self.arrive(heading)

    def arrive(self, heading: Words) -> None:
        """The page with this heading has come, and is as every page of ours must be."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        self.look(heading if isinstance(heading, str) else heading.pattern)

    def look(self, name: str, only: Rules = ()) -> None:
        """At the page as it stands now, by axe's rules or `only` by these."""
        self.seen += 1
        self.page.evaluate(SETTLED)
        self._keep_picture(name)
        assert too_wide(self.page) == [], f"{self.page.url} scrolls sideways"
        self._check(self.page, only)

    def press(self, name: Words) -> None:
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: Words) -> None:
        self.page.get_by_role("link", name=name).click()

    def type(self, label: Words, words: str) -> None:
        self.page.get_by_label(label).fill(words)

    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def _keep_picture(self, name: str) -> None:
        if not os.environ.get("SHOTS"):
            return
        slug = re.sub(r"\W+", "-", name).strip("-").lower()[:50]
        folder = Path(PICTURES) / self.name
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(
            path=folder / f"{self.seen:02}-{slug}.png", full_page=True, caret="initial"
        )
