"""Text as people type it, made safe to store, print and compare."""

import unicodedata

# Overrides can make a printed line read differently from what was typed; marks such as
# RLM and the joiners of emoji are kept, because Hebrew, Arabic and emoji need them.
_BIDI_OVERRIDES = frozenset("\u202d\u202e")
_NEVER = frozenset({"Cc", "Cs", "Cn"})


def clean_text(raw: str) -> str:
    """Several lines: line ends become \\n, control characters go, the rest stays."""
    unified = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(char for char in unified if char == "\n" or _is_printable(char))
    return unicodedata.normalize("NFC", kept).strip()


def clean_line(raw: str) -> str:
    """One line: any run of white space becomes one space."""
    return " ".join(clean_text(raw).split())


def _is_printable(char: str) -> bool:
    if char in _BIDI_OVERRIDES:
        return False
    # Cn includes code points newer than this Python's tables: new emoji must survive.
    category = unicodedata.category(char)
    return category not in _NEVER or (category == "Cn" and not _is_noncharacter(char))


def _is_noncharacter(char: str) -> bool:
    point = ord(char)
    return 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE
