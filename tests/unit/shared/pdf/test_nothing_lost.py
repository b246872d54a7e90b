"""Whatever is typed stands on paper: every letter, as the text of the PDF tells it."""

import re
import unicodedata
from collections import Counter
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.fhir.cleaning import clean_text
from portal.shared.pdf import pressroom
from portal.shared.press.wire import Frame
from tests.unit.shared.pdf.reading import text_of, words_of

PAGE = (
    '<html lang="en"><head><title>T</title>'
    '<link rel="stylesheet" href="packet:fonts.css">'
    '<link rel="stylesheet" href="packet:document.css">'
    '<link rel="stylesheet" href="packet:packet.css"></head><body>%s</body></html>'
)
SHORT = 60
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\u25cc]")


def letters(text: str) -> Counter[str]:
    """Each sign that is to be seen, however it is composed; no white space, no marks of format,
    and not the dotted circles that we print ourselves."""
    plain = "".join(unicodedata.normalize("NFKD", text).split())
    seen = UNSEEN.sub("", plain)
    return Counter(letter for letter in seen if unicodedata.category(letter) != "Cf")


def on_paper(*answers: str) -> bytes:
    """Each as an answer, and once more in a cell of a table, as short ones are."""
    body = "".join(
        f'<p class="answer" dir="auto">{escape(answer)}</p>'
        f'<table class="facts"><tr><th>Asked</th><td dir="auto">{escape(answer[:SHORT])}</td></tr>'
        "</table>"
        for answer in answers
    )
    order = Frame({"most_pages": 400}, {"html": (PAGE % body).encode("utf-8", "surrogatepass")})
    return pressroom.draw(order).pieces["pdf"]


def lost(*answers: str) -> Counter[str]:
    typed = letters("".join(answer + answer[:SHORT] for answer in answers))
    return typed - letters(text_of(on_paper(*answers)))


BATTERY = {
    "ten thousand characters": "A night like that I could not tell anyone about. " * 204,
    "a word of ten thousand": "".join(f"{number:04d}x" for number in range(2_000)),
    "emoji": "👩🏽‍⚕️ 🏳️‍🌈 👨‍👩‍👧‍👦 🇺🇸 🌱 1️⃣ ☎️ better",
    "hebrew and latin": "אני (Ada) גרה ב-New York, 12 שנים",
    "arabic with digits": "أريد أن أنام جيدًا ٣ مرات، not 4",
    "chinese, japanese, korean": "我希望能睡个好觉。ゆっくり眠りたい。푹 자고 싶어요.",
    "devanagari and thai": "मैं ठीक से सोना चाहती हूँ ฉันอยากนอนหลับให้สนิท",
    "letters with many accents": "Z̶̡̪̞̯͇a̸͖̣̗͎̩l̷̰̫̱̘g̶̙̝̯͉͎ͅo̵͙̦̦͖ " + "a" + "\u0301\u0323\u0330" * 30,
    "directions turned around": "left \u202eright\u202c and \u2067again\u2069 \u200fhere",
    "controls": "calm\x00 \x07and\x1b whole\u2028again\x85so",
    "markup": "</p><script>alert(1)</script>{{ x }} &amp; <img src=file:///etc/passwd>",
    "letters in no font": "\U0001e7e0 \U00010d00 \U0001fae8 \U00016b50",
}


@pytest.mark.parametrize("typed", BATTERY.values(), ids=BATTERY)
def test_every_letter_of_an_answer_is_on_paper(typed):
    assert lost(clean_text(typed)) == Counter()


def test_two_thousand_lines_are_printed_as_lines():
    typed = "\n".join(f"line {number:04d}" for number in range(2_000))
    assert typed[:SHORT].endswith("line 0005\n")
    printed = text_of(on_paper(typed)).splitlines()
    assert Counter(re.findall(r"^line \d{4}$", "\n".join(printed), re.M)) == Counter(
        typed.splitlines() + typed[:SHORT].splitlines()
    )


def test_words_keep_their_order():
    typed = " ".join(f"word{number}" for number in range(1_500))
    assert "".join(typed.split()) in words_of(on_paper(typed))


anything = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), max_codepoint=0x2FFFF), max_size=200
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(anything, min_size=4, max_size=8))
def test_no_letter_of_any_script_is_lost(typed):
    assert lost(*map(clean_text, typed)) == Counter()
