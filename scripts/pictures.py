"""`make pictures`: the pictures of the README, of a portal of its own and of its demo's packet."""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts import demo, steps
from scripts.processes import Supervisor
from scripts.stamps import ROOT

IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PACKET_PAGE = 6  # "What brings you": answers in a person's own words


def main() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor()
    with tempfile.TemporaryDirectory(prefix="portal-pictures-") as folder:
        try:
            url = demo.start(supervisor, Path(folder))
            _photograph(f"{url}/book/consult/", IMAGES / "booking.png")
        finally:
            supervisor.stop()
    if demo.main():
        return 1
    _draw_page(demo.OUT / "packet.pdf", PACKET_PAGE, IMAGES / "packet.png")
    steps.say("Written: docs/images/booking.png, docs/images/packet.png")
    return 0


def _photograph(url: str, target: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(
            viewport={"width": 1280, "height": 1000},
            timezone_id="America/New_York",
            reduced_motion="reduce",
        )
        page.goto(url)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=target)
        browser.close()


def _draw_page(document: Path, number: int, target: Path) -> None:
    """One page at 80 dots an inch, as poppler draws it."""
    pages = ("-f", str(number), "-l", str(number))
    name = str(target.with_suffix(""))
    subprocess.run(
        ["pdftoppm", "-png", "-r", "80", "-singlefile", *pages, str(document), name], check=True
    )


if __name__ == "__main__":
    sys.exit(main())
