import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.money import MAX_CENTS, InvalidAmount, format_usd, parse_usd


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("150", 15000),
        ("$150", 15000),
        (" 150.5 ", 15050),
        ("1,250.05", 125005),
        (".99", 99),
        ("19.99", 1999),
        ("150.00 USD", 15000),
        ("0", 0),
        ("100000", 10_000_000),
    ],
)
def test_amounts_in_usual_notations(text: str, cents: int) -> None:
    assert parse_usd(text) == cents


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-5", "above zero"),
        ("(5)", "above zero"),
        ("1.005", "two decimals"),
        ("100000.01", "more than"),
        ("", "such as"),
        ("$", "such as"),
        ("1,2", "such as"),
        ("1e5", "such as"),
        ("12 EUR", "such as"),
        ("twelve", "such as"),
    ],
)
def test_other_text_is_refused_with_words(text: str, words: str) -> None:
    with pytest.raises(InvalidAmount, match=words):
        parse_usd(text)


@given(st.integers(0, MAX_CENTS))
def test_what_is_printed_reads_back_to_the_cent(cents: int) -> None:
    assert parse_usd(format_usd(cents)) == cents


def test_format() -> None:
    assert [format_usd(c) for c in (0, 5, 15000, 15050, 123456789, -500)] == [
        "$0",
        "$0.05",
        "$150",
        "$150.50",
        "$1,234,567.89",
        "-$5",
    ]
