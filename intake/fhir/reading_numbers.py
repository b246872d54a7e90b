"""Numbers as people type them, with a point or a comma for the decimals."""

import re
from decimal import Decimal

_INTEGER = re.compile(r"[+-]?(\d{1,12}|\d{1,3}([,\u2019' ]\d{3})+)", re.ASCII)
_POINT = re.compile(r"[+-]?(\d{0,30}|\d{1,3}([,\u2019' ]\d{3})+)\.\d{1,30}", re.ASCII)
_COMMA = re.compile(r"[+-]?(\d{0,30}|\d{1,3}([.\u2019' ]\d{3})+),\d{1,30}", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)  # or three decimals: nobody knows
_SIGNS = str.maketrans({"\u2212": "-", "\u00a0": " ", "\u202f": " "})


def read_integer(text: str) -> int | str:
    plain = text.translate(_SIGNS)
    return int(_bare(plain)) if _INTEGER.fullmatch(plain) else text


def read_decimal(text: str) -> Decimal | str:
    """`1.5` and `1,5` alike. `1,234` stays text, as it can be read in two ways."""
    plain = text.translate(_SIGNS)
    if _THOUSANDS.fullmatch(plain):
        return text
    if _POINT.fullmatch(plain):
        return Decimal(_bare(plain))
    if _COMMA.fullmatch(plain):
        whole, _, decimals = plain.rpartition(",")
        return Decimal(f"{_bare(whole.replace('.', ''))}.{decimals}")
    return Decimal(_bare(plain)) if _INTEGER.fullmatch(plain) else text


def _bare(text: str) -> str:
    return re.sub(r"[,\u2019' ]", "", text)
