"""Tables for spreadsheet programs: nothing typed is run, amounts stay amounts."""

import pytest

from portal.shared.spreadsheet import dollars, harmless, lines


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+15551234567 and more", "'+15551234567 and more"),
        ("@cmd", "'@cmd"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-1.05", "-1.05"),
        ("-x", "'-x"),
        ("Ada Example", "Ada Example"),
        ("", ""),
    ],
)
def test_a_formula_becomes_text(cell, expected):
    assert harmless(cell) == expected


@pytest.mark.parametrize(
    ("cents", "expected"), [(0, "0.00"), (5, "0.05"), (-105, "-1.05"), (15000, "150.00")]
)
def test_dollars_are_plain(cents, expected):
    assert dollars(cents) == expected


def test_what_holds_commas_and_line_ends_stays_one_cell():
    rows = [["a, b", 'say "so"', "two\nlines"]]
    assert "".join(lines(("x", "y", "z"), rows)) == 'x,y,z\r\n"a, b","say ""so""","two\nlines"\r\n'
