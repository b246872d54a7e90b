"""The right letters are drawn, not only written into the text layer.

Two subset files under one font family draw wrong letters while the extracted text can be
right, so outlines and pictures are compared, with fonts read and drawn by other software.
"""

import io

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps, ImageStat

from tests.unit.shared.pdf.reading import (
    NOTO,
    glyphs_of,
    is_same,
    picture_of,
    source_font,
    text_of,
    true_outline,
)

NAME = "Łukasz Nguyễn Šimić Dvořák"
HEBREW = "שלום אני כאן"
ARABIC = "أريد أن أنام جيدا"
CHINESE = "我希望能睡个好觉"
STYLES = {
    "text": "<p>{{ words }}</p>",
    "bold": "<p><strong>{{ words }}</strong></p>",
    "heading": "<h2>{{ words }}</h2>",
    "signature": '<p style="font: italic 22pt var(--serif)">{{ words }}</p>',
}


@pytest.mark.parametrize("style", STYLES)
def test_each_letter_of_a_name_has_its_own_outline(draw, style):
    document = draw(STYLES[style], NAME)

    drawn = [glyph for glyph in glyphs_of(document.content) if glyph.text.isalpha()]
    assert "".join(glyph.text for glyph in drawn).startswith(NAME.replace(" ", ""))
    assert [g.text for g in drawn if not is_same(g.outline, true_outline(g))] == []


@pytest.mark.parametrize("words", [HEBREW, CHINESE])
def test_hebrew_and_chinese_letters_have_their_own_outlines(draw, words):
    document = draw("<p>{{ words }}</p>", words)

    drawn = [g for g in glyphs_of(document.content) if g.text.strip() and g.text in words]
    assert sorted(g.text for g in drawn) == sorted(words.replace(" ", ""))
    assert [g.text for g in drawn if not is_same(g.outline, true_outline(g))] == []


@pytest.mark.parametrize(
    ("words", "file", "direction"),
    [
        (ARABIC, "truetype/noto/NotoSansArabic-Regular.ttf", "rtl"),
        (HEBREW, "truetype/noto/NotoSansHebrew-Regular.ttf", "rtl"),
        (CHINESE, "opentype/noto/NotoSansCJK-Regular.ttc", "ltr"),
    ],
)
def test_a_line_looks_as_another_program_draws_it(draw, words, file, direction):
    document = draw('<p dir="auto" style="font-size: 40pt">{{ words }}</p>', words)

    page = _ink(picture_of(document.content).crop((200, 140, 1190, 500)))
    # 40 pt at 144 dots an inch are 80 pixels; the third face of the collection is Chinese.
    index = 2 if file.endswith("ttc") else 0
    font = ImageFont.truetype(str(NOTO / file), 80, index=index, layout_engine=1)
    assert _likeness(page, _reference(words, font, direction)) > 0.8
    assert _likeness(page, _reference(words[::-1], font, direction)) < 0.6


def test_an_emoji_is_the_picture_of_its_font(draw):
    document = draw('<p style="font-size: 60pt">{{ words }}</p>', "🌱")

    page = _ink(picture_of(document.content).crop((200, 140, 700, 500)))
    assert _likeness(page, _emoji("🌱", page.size)) > 0.8
    assert _likeness(page, _emoji("🚇", page.size)) < 0.6


def test_an_emoji_of_several_signs_is_one_picture(draw):
    document = draw('<p style="font-size: 60pt">{{ words }}</p>', "👩🏽‍⚕️")

    width, height = _ink(picture_of(document.content).crop((200, 140, 1190, 500))).size
    assert width < height * 1.3
    assert document.missing_glyphs == 0


def test_digits_stay_in_the_text_font_beside_emoji(draw):
    document = draw("<p>{{ words }}</p>", "12:30 🌱 on 911")

    fonts = {g.font for g in glyphs_of(document.content) if g.text and g.text in "0123456789:"}
    assert fonts == {"Sans-Latin"}


def test_a_letter_in_no_font_is_counted_and_not_fatal(draw):
    document = draw("<p>{{ words }}</p>", "known \U0001fae8\U0010fffd words")

    assert document.missing_glyphs >= 1
    assert "known" in text_of(document.content)


def _ink(picture: Image.Image) -> Image.Image:
    grey = ImageOps.invert(picture.convert("L"))
    box = grey.point(lambda value: 255 if value > 25 else 0).getbbox()
    assert box, "nothing is drawn"
    return grey.crop(box)


def _reference(words: str, font: ImageFont.FreeTypeFont, direction: str) -> Image.Image:
    sheet = Image.new("L", (2000, 300), 255)
    ImageDraw.Draw(sheet).text((100, 80), words, font=font, fill=34, direction=direction)
    return _ink(sheet)


def _likeness(drawn: Image.Image, reference: Image.Image) -> float:
    """The share of ink that two pictures have in common; 0 when a shape is a tenth wider."""
    shapes = drawn.width / drawn.height / (reference.width / reference.height)
    if not 0.9 < shapes < 1.1:
        return 0.0
    first = _soft(drawn)
    second = _soft(reference.resize(drawn.size, Image.Resampling.LANCZOS))
    common = ImageStat.Stat(ImageChops.darker(first, second)).sum[0]
    return common / ImageStat.Stat(ImageChops.lighter(first, second)).sum[0]


def _soft(picture: Image.Image) -> Image.Image:
    """Blurred by a pixel: edges are smoothed in another way by each program."""
    return ImageOps.autocontrast(picture).filter(ImageFilter.GaussianBlur(1.2))


def _emoji(sign: str, size: tuple[int, int]) -> Image.Image:
    font = TTFont(NOTO / "truetype/noto/NotoColorEmoji.ttf")
    strike = font["CBDT"].strikeData[0][font.getBestCmap()[ord(sign)]]
    picture = Image.open(io.BytesIO(strike.imageData)).convert("RGBA")
    sheet = Image.new("RGBA", picture.size, "white")
    return _ink(Image.alpha_composite(sheet, picture)).resize(size)


def test_the_reference_fonts_are_the_ones_that_are_embedded():
    assert source_font("Noto-Sans-CJK-SC")["name"].getDebugName(1) == "Noto Sans CJK SC"
