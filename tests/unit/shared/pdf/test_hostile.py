"""Whatever is typed, the document is made, soon, with the words in it and nothing else."""

import sys

import pytest

from portal.shared import pdf
from tests.unit.shared.pdf.reading import text_of, words_of

ANSWER = '<p class="answer" dir="auto">{{ words }}</p>'
CELL = "<table><tr><th scope='row'>Question</th><td>{{ words }}</td></tr></table>"
PROSE = "I would like to be told what we are doing and why. "


HOSTILE = {
    "word": "x" * 10_000,
    "prose": PROSE * 2_000,  # 100,000 characters
    "lines": "line\n" * 5_000,
    "blank": "\n" * 50_000 + "the end",
    "accents": "a" + "\u0301" * 300,
    "zalgo": "Z" + "\u0336\u0334\u0327" * 3_000,
    "hebrew": "\u05d0" * 10_000,
    "chinese": "我" * 10_000,
    "emoji": "🌱" * 500,
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_any_amount_of_text_is_laid_out_in_time(draw, words):
    _check_is_quick(draw(ANSWER, words))


@pytest.mark.parametrize("kind", ["word", "lines", "zalgo"])
def test_a_cell_of_a_table_holds_any_amount_of_text(draw, kind):
    _check_is_quick(draw(CELL, HOSTILE[kind]))


def _check_is_quick(document):
    """Layout is stopped after 90 seconds; what people type takes a tenth of that."""
    assert document.seconds < 15
    assert document.missing_glyphs == 0
    assert document.pages < 60


def test_every_letter_of_a_word_without_end_is_on_paper(draw):
    typed = "".join(f"{number:05d}" for number in range(2_000))
    document = draw(ANSWER, typed)
    lines = [line for line in text_of(document.content).split() if line.isdigit()]
    assert typed in "".join(line for line in lines if len(line) > 4)


def test_nothing_runs_off_the_page(draw):
    document = draw(CELL, "W" * 3_000)
    assert words_of(document.content).count("W") == 3_000
    assert document.pages > 1


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '<link rel="attachment" href="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        "</p><style>@import 'file:///etc/passwd'</style>",
        "{{ practice }}{% include 'x' %}&lt;b&gt;",
    ],
)
def test_markup_that_is_typed_is_printed_as_typed(draw, words):
    document = draw(ANSWER, words)
    assert "".join(words.split()) in words_of(document.content)
    assert b"/EmbeddedFile" not in document.content


def test_control_characters_do_not_reach_the_paper(draw):
    document = draw(ANSWER, "calm\x00 \x07and\x1b \ud83dwhole\u202e")
    assert "calm and whole" in text_of(document.content)
    assert document.missing_glyphs == 0


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="file:///etc/hostname">',
        '<img alt="x" src="http://127.0.0.1:9/x.png">',
        '<img alt="x" src="data:image/png;base64,AAAA">',
        '<img alt="x" src="packet:unknown.png">',
        '<link rel="attachment" href="file:///etc/hostname">',
        "<style>@import 'packet:../settings.py';</style>",
        "<style>@font-face { font-family: F; src: url(file:///x.woff2) }</style>",
        "<p style=\"background: url('https://example.com/x.png')\">x</p>",
        '<object data="file:///etc/hostname">x</object>',
    ],
)
def test_a_template_loads_nothing_but_what_it_was_handed(draw, body):
    with pytest.raises(pdf.BlockedResource):
        draw(body)


def test_a_drawing_inside_the_page_loads_nothing_either(draw):
    with pytest.raises(pdf.TemplateDefect):
        draw('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>')


def test_an_image_that_was_handed_over_is_drawn(draw):
    square = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
        b'<rect width="20" height="20"/></svg>'
    )
    assert draw('<img alt="A square" src="packet:square.svg">', square_svg=square).pages == 1


def test_a_document_without_end_is_stopped(draw, monkeypatch):
    monkeypatch.setattr(sys.modules["portal.shared.pdf.render"], "MOST_PAGES", 3)
    with pytest.raises(pdf.TooLarge, match="more than 3 pages"):
        draw(ANSWER, PROSE * 1_000)


def test_what_people_wrote_is_not_in_the_log(draw, caplog):
    draw(ANSWER, "secret\U0010fffdword")
    assert "secret" not in caplog.text
    assert "1 letters in no installed font" in caplog.text
