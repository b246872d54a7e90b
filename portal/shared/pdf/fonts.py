"""The files every document may load: our style sheets and our fonts.

Each subset file is its own family in css/fonts.css. Two files under one family and weight
are taken for one font, and letters outside of Latin are then drawn as other letters, while
the text of the PDF still reads right.
"""

import os
import threading
from functools import cache
from pathlib import Path

from django.conf import settings
from weasyprint.text.fonts import FontConfiguration

STYLES = Path(__file__).parent / "css"
SUBSETS = {
    "newsreader": ("latin", "latin-ext", "vietnamese"),
    "atkinson-hyperlegible-next": ("latin", "latin-ext"),
}

# fontTools stamps each font it embeds with the time of day, unless it is told another one:
# the same document is to be the same bytes.
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

# Pango's font map is not made for threads, and drawing is bound to one core anyway.
drawing = threading.Lock()


@cache
def house_assets() -> dict[str, bytes]:
    """Style sheets, ornaments and fonts by the name that `packet:<name>` asks for."""
    styles = {path.name: path.read_bytes() for path in STYLES.iterdir()}
    return styles | {path.name: path.read_bytes() for path in _font_files()}


def font_configuration() -> FontConfiguration:
    """The fonts of this process, unpacked once (0.3 s); never shared with a forked child."""
    return _font_configuration(os.getpid())


@cache
def _font_configuration(_pid: int) -> FontConfiguration:
    return FontConfiguration()


def _font_files() -> list[Path]:
    return [
        settings.NODE_MODULES
        / "@fontsource-variable"
        / family
        / "files"
        / f"{family}-{subset}-wght-{slope}.woff2"
        for family, subsets in SUBSETS.items()
        for subset in subsets
        for slope in ("normal", "italic")
    ]
