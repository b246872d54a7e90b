"""Words made fit for paper keep every letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.press.text import (
    DOTTED_CIRCLE,
    LONGEST_RUN,
    LineEnds,
    direction_of,
    without_unprintables,
)
from portal.shared.press.text import clean as clean_within

ZERO_WIDTH_SPACE = "\u200b"


def clean(typed: str) -> str:
    return clean_within(typed, LineEnds())


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("a\x00b\x07c\x7fd\x85e", "abcde"),
        ("left \u202eright\u202c \u2066x\u2069", "left right x"),
        ("half \ud83d emoji", "half  emoji"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("Šimić 👩🏽‍⚕️ שלום", "Šimić 👩🏽‍⚕️ שלום"),
    ],
)
def test_only_what_cannot_be_printed_is_dropped(typed, printed):
    assert without_unprintables(typed) == printed


def test_a_long_word_may_break_every_forty_letters():
    assert clean("x" * 100) == ZERO_WIDTH_SPACE.join(["x" * 40, "x" * 40, "x" * 20])


def test_a_sentence_and_chinese_text_are_left_alone():
    sentence = "Words with spaces, and with more than forty letters in all."
    assert clean(sentence) == sentence
    assert clean("我希望能睡个好觉" * 20) == "我希望能睡个好觉" * 20


def test_a_long_run_breaks_between_letters_never_inside_one():
    family = "👩🏽‍⚕️"
    broken = clean(family * 30)
    assert ZERO_WIDTH_SPACE in broken
    assert set(broken.split(ZERO_WIDTH_SPACE)) <= {family * n for n in range(1, 31)}


def test_a_tower_of_accents_is_spread_over_dotted_circles():
    printed = clean("a" + "\u0301" * 20 + "b")
    assert printed == DOTTED_CIRCLE.join(["a" + "\u0301" * 8, "\u0301" * 8, "\u0301" * 4]) + "b"


def test_pages_of_blank_lines_become_one_blank_line():
    assert clean("first" + "\n" * 50_000 + "last, and long enough") == (
        "first\n\nlast, and long enough"
    )


def test_thousands_of_lines_stay_lines():
    typed = "\n".join(f"line {n}" for n in range(5_000))
    assert clean(typed) == typed


def test_when_a_document_has_had_its_lines_the_words_stay():
    left = LineEnds(left=5)
    assert clean_within("one, two\nthree, four, five, six, seven, eight", left).count("\n") == 1
    printed = clean_within("\n".join(f"line number {n}" for n in range(10)), left)
    assert printed.count("\n") == 4
    assert printed.endswith("line number 8 / line number 9")
    assert left.left == 0


@given(st.text(max_size=400))
def test_no_letter_is_lost_and_no_run_stays_long(typed):
    printed = clean(typed.replace("\n", " "))
    kept = printed.replace(ZERO_WIDTH_SPACE, "")
    assert kept.replace(DOTTED_CIRCLE, "") == typed.replace("\n", " ").replace(
        ZERO_WIDTH_SPACE, ""
    ).replace(DOTTED_CIRCLE, "")
    plain = printed.isascii()
    assert not plain or all(len(word) <= LONGEST_RUN for word in printed.split())


@pytest.mark.parametrize(
    ("words", "direction"),
    [
        ("hello שלום", "ltr"),
        ("12: שלום hello", "rtl"),
        ("أنام", "rtl"),
        ("2027", "ltr"),
        ("", "ltr"),
    ],
)
def test_the_first_letter_decides_the_direction(words, direction):
    assert direction_of(words) == direction
