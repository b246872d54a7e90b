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
from fontTools.varLib.instancer import instantiateVariableFont
from PIL import Image

NOTO = Path("/usr/share/fonts")
FILES = {
    "Serif-Latin": "newsreader-latin-wght-normal",
    "Serif-Latin-Ext": "newsreader-latin-ext-wght-normal",
    "Serif-Vietnamese": "newsreader-vietnamese-wght-normal",
    "Serif-Latin-Italic": "newsreader-latin-wght-italic",
    "Serif-Latin-Ext-Italic": "newsreader-latin-ext-wght-italic",
    "Serif-Vietnamese-Italic": "newsreader-vietnamese-wght-italic",
    "Sans-Latin": "atkinson-hyperlegible-next-latin-wght-normal",
    "Sans-Latin-Ext": "atkinson-hyperlegible-next-latin-ext-wght-normal",
    "Sans-Latin-Bold": "atkinson-hyperlegible-next-latin-wght-normal",
    "Sans-Latin-Ext-Bold": "atkinson-hyperlegible-next-latin-ext-wght-normal",
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
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            fonts = {name: _Embedded(font) for name, font in page.resources.Font.items()}
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
        self.texts = _to_unicode(font.ToUnicode.read_bytes().decode("latin-1"))

    def glyphs(self, shown: object) -> Iterator[Glyph]:
        for piece in shown if isinstance(shown, pikepdf.Array) else [shown]:
            if isinstance(piece, pikepdf.String):
                codes = bytes(piece)
                for high, low in zip(codes[::2], codes[1::2], strict=True):
                    number = high << 8 | low
                    yield Glyph(
                        self.name, self.texts.get(number, ""), outline(self.program, number)
                    )


def _to_unicode(cmap: str) -> dict[int, str]:
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]*)>", cmap)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def outline(font: TTFont, number: int) -> tuple[object, ...]:
    glyph_set = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyph_set)
    glyph_set[font.getGlyphName(number)].draw(pen)
    return tuple(pen.value)


@cache
def source_font(name: str) -> TTFont:
    """The font file as it came from npm or Debian, at the weight the name says."""
    file = FILES[name]
    if "/" in file:
        return TTFont(NOTO / file, fontNumber=2 if file.endswith("ttc") else -1)
    family = file.partition("-latin")[0].partition("-vietnamese")[0]
    folder = settings.NODE_MODULES / "@fontsource-variable" / family / "files"
    font = TTFont(folder / f"{file}.woff2")
    return instantiateVariableFont(font, {"wght": 700 if "Bold" in name else 400})


def true_outline(glyph: Glyph) -> tuple[object, ...]:
    """How the source font draws the letter that the PDF says it drew."""
    font = source_font(glyph.font)
    return outline(font, font.getGlyphID(font.getBestCmap()[ord(glyph.text)]))


def is_same(drawn: tuple[object, ...], true: tuple[object, ...]) -> bool:
    """Equal up to the rounding of a variable font's points (2 of 1000 units)."""
    numbers, expected = _numbers(drawn), _numbers(true)
    same_steps = [step for step, _ in drawn] == [step for step, _ in true]
    return same_steps and all(abs(a - b) <= 2 for a, b in zip(numbers, expected, strict=True))


def _numbers(recorded: tuple[object, ...]) -> list[float]:
    return [number for _, points in recorded for point in points if point for number in point]


def text_of(content: bytes) -> str:
    """The text as a reader would copy it, without places to break lines."""
    shown = _run("pdftotext", "-raw", "-enc", "UTF-8", "-", "-", content=content).decode()
    return shown.replace("\u200b", "")


def words_of(content: bytes) -> str:
    """The text with all white space gone: what stands in it, however lines break."""
    return "".join(text_of(content).split())


def picture_of(content: bytes, *, page: int = 1, dpi: int = 144) -> Image.Image:
    """A page as a grey picture."""
    options = ["-r", str(dpi), "-f", str(page), "-l", str(page), "-gray"]
    return Image.open(io.BytesIO(_run("pdftoppm", *options, "-", content=content)))


def _run(program: str, *options: str, content: bytes) -> bytes:
    path = shutil.which(program)
    assert path, f"{program} is missing: install poppler-utils"
    return subprocess.run([path, *options], input=content, capture_output=True, check=True).stdout
