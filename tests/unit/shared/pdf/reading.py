"""Reads a PDF the way a doubter would: which outline is drawn for which letter."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pikepdf
from django.conf import settings
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from PIL import Image

NOTO = Path("/usr/share/fonts")
FILES = {
    "Serif-Latin": "newsreader-latin-400-normal",
    "Serif-Latin-Ext": "newsreader-latin-ext-400-normal",
    "Serif-Vietnamese": "newsreader-vietnamese-400-normal",
    "Serif-Latin-Italic": "newsreader-latin-400-italic",
    "Serif-Latin-Ext-Italic": "newsreader-latin-ext-400-italic",
    "Serif-Vietnamese-Italic": "newsreader-vietnamese-400-italic",
    "Sans-Latin": "atkinson-hyperlegible-next-latin-400-normal",
    "Sans-Latin-Ext": "atkinson-hyperlegible-next-latin-ext-400-normal",
    "Sans-Latin-Bold": "atkinson-hyperlegible-next-latin-700-normal",
    "Sans-Latin-Ext-Bold": "atkinson-hyperlegible-next-latin-ext-700-normal",
    "Sans-Latin-Italic": "atkinson-hyperlegible-next-latin-400-italic",
    "Sans-Latin-Ext-Italic": "atkinson-hyperlegible-next-latin-ext-400-italic",
    "Noto-Sans": "truetype/noto/NotoSans-Regular.ttf",
    "Noto-Sans-Bold": "truetype/noto/NotoSans-Bold.ttf",
    "Noto-Sans-Hebrew": "truetype/noto/NotoSansHebrew-Regular.ttf",
    "Noto-Sans-CJK-SC": "opentype/noto/NotoSansCJK-Regular.ttc",
}


@dataclass(frozen=True)
class Glyph:
    """One drawn glyph: the text the PDF says it is, and the font program that draws it."""

    font: str
    text: str
    outline: tuple[object, ...]


def glyphs_of(content: bytes) -> Iterator[Glyph]:
    """Every glyph in the order it is drawn, from the embedded fonts themselves."""
    known: dict[tuple[int, int], _Embedded] = {}
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            for font in page.resources.Font.values():
                if font.objgen not in known:
                    known[font.objgen] = _Embedded(font)
            fonts = {name: known[font.objgen] for name, font in page.resources.Font.items()}
            current = None
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    current = fonts[str(operands[0])]
                elif str(operator) in ("TJ", "Tj"):
                    yield from current.glyphs(operands[0])


class _Embedded:
    def __init__(self, font: pikepdf.Object) -> None:
        self.name = str(font.BaseFont).partition("+")[2]
        descriptor = font.DescendantFonts[0].FontDescriptor
        program = descriptor.get("/FontFile2", descriptor.get("/FontFile3"))
        self.program = TTFont(io.BytesIO(program.read_bytes()))
        self.outlines: dict[int, tuple[object, ...]] = {}
        self.texts = _to_unicode(font.ToUnicode.read_bytes().decode("latin-1"))

    def glyphs(self, shown: object) -> Iterator[Glyph]:
        for piece in shown if isinstance(shown, pikepdf.Array) else [shown]:
            if isinstance(piece, pikepdf.String):
                codes = bytes(piece)
                for high, low in zip(codes[::2], codes[1::2], strict=True):
                    number = high << 8 | low
                    yield Glyph(self.name, self.texts.get(number, ""), self.outline(number))

    def outline(self, number: int) -> tuple[object, ...]:
        if number not in self.outlines:
            self.outlines[number] = outline(self.program, number)
        return self.outlines[number]


def _to_unicode(cmap: str) -> dict[int, str]:
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]*)>", cmap)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def outline(font: TTFont, number: int, **location: float) -> tuple[object, ...]:
    """What is drawn for a glyph; `wght` chooses the weight of a variable font."""
    glyph_set = font.getGlyphSet(location=location or None)
    pen = DecomposingRecordingPen(glyph_set)
    glyph_set[font.getGlyphName(number)].draw(pen)
    return tuple(pen.value)


@cache
def source_font(name: str) -> TTFont:
    """The font file as it came from npm or Debian."""
    file = FILES[name]
    if "/" in file:
        return TTFont(NOTO / file, fontNumber=2 if file.endswith("ttc") else -1)
    family = file.partition("-latin")[0].partition("-vietnamese")[0]
    folder = settings.NODE_MODULES / "@fontsource" / family / "files"
    return TTFont(folder / f"{file}.woff2")


@cache
def _true_outline(font_name: str, letter: str) -> tuple[object, ...]:
    font = source_font(font_name)
    number = font.getGlyphID(font.getBestCmap()[ord(letter)])
    return outline(font, number, **_weight(font, font_name))


def _weight(font: TTFont, name: str) -> dict[str, float]:
    return {"wght": 700 if "Bold" in name else 400} if "fvar" in font else {}


def true_outline(glyph: Glyph) -> tuple[object, ...]:
    """How the source font draws the letter that the PDF says it drew."""
    return _true_outline(glyph.font, glyph.text)


def is_same(drawn: tuple[object, ...], true: tuple[object, ...]) -> bool:
    """Equal up to the rounding of a variable font's points (2 of 1000 units)."""
    numbers, expected = _numbers(drawn), _numbers(true)
    same_steps = [step for step, _ in drawn] == [step for step, _ in true]
    return same_steps and all(abs(a - b) <= 2 for a, b in zip(numbers, expected, strict=True))


def _numbers(recorded: tuple[object, ...]) -> list[float]:
    return [number for _, points in recorded for point in points if point for number in point]


BODY = ("-x", "0", "-y", "70", "-W", "612", "-H", "650")
"""The page of a booklet without its running head and foot, in points."""

_MARKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e]")


def text_of(content: bytes, *area: str) -> str:
    """The text as a reader would copy it, without places to break lines and marks of direction."""
    shown = _run("pdftotext", "-enc", "UTF-8", *area, "-", "-", content=content).decode()
    return _MARKS.sub("", shown)


def words_of(content: bytes) -> str:
    """The text of the pages with all white space gone: what stands in it, however lines break."""
    return "".join(text_of(content, *BODY).split())


def picture_of(content: bytes, *, page: int = 1, dpi: int = 144) -> Image.Image:
    """A page as a grey picture."""
    options = ["-r", str(dpi), "-f", str(page), "-l", str(page), "-gray"]
    return Image.open(io.BytesIO(_run("pdftoppm", *options, "-", content=content)))


def _run(program: str, *options: str, content: bytes) -> bytes:
    path = shutil.which(program)
    assert path, f"{program} is missing: install poppler-utils"
    return subprocess.run([path, *options], input=content, capture_output=True, check=True).stdout
