"""The files every document may load: our style sheets and our fonts.

Each font file is its own family in css/fonts.css. Two files under one family and weight are
taken for one font, and letters outside of Latin are then drawn as other letters, while the
text of the PDF still reads right. They are static fonts: a variable one would be cut to its
weight anew for every document, which takes longer than a page.
"""

from pathlib import Path

from django.conf import settings

STYLES = Path(__file__).parent / "css"
FONTS = {
    "newsreader": ("latin", "latin-ext", "vietnamese"),
    "atkinson-hyperlegible-next": ("latin", "latin-ext"),
}
FACES = {
    "newsreader": ("400-normal", "400-italic"),
    "atkinson-hyperlegible-next": ("400-normal", "400-italic", "700-normal"),
}


def house_files() -> list[Path]:
    """Style sheets, ornaments and fonts; a document asks for them as `packet:<file name>`."""
    return [*sorted(STYLES.iterdir()), *_font_files()]


def _font_files() -> list[Path]:
    return [
        settings.NODE_MODULES / "@fontsource" / family / "files" / f"{family}-{subset}-{face}.woff2"
        for family, subsets in FONTS.items()
        for subset in subsets
        for face in FACES[family]
    ]
