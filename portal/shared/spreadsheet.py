"""Tables as CSV for spreadsheet programs: what a person typed is never run as a formula."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
"""At the start of a file for people: without it Excel takes UTF-8 for something else."""


def lines(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The head, then line after line (RFC 4180)."""
    yield _line(columns)
    for row in rows:
        yield _line(harmless(cell) for cell in row)


def harmless(cell: str) -> str:
    """A name that a spreadsheet would run as a formula becomes text; amounts stay numbers."""
    is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(FORMULA) and not is_number else cell


def dollars(cents: int) -> str:
    """`-1.05`: plain, without a sign of the currency."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
