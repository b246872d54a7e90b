"""The code on a packet's last page. A file can't hold its own hash, so it holds this instead.

The code follows from what the packet is a copy of, by a keyed hash: 100 bits that nobody can
guess, the same however often the packet is drawn.
"""

import base64
import re

from intake.models import Intake, PacketCopy
from portal.shared.encryption.crypto import blind_index

LETTERS = 20
GROUP = 4
PATTERN = "[A-Z2-7]{4}(?:-[A-Z2-7]{4}){4}"
_CODE = re.compile("[A-Z2-7]{20}")
_MISREAD = str.maketrans("018", "OIB")  # base32 has no such digits


def code_of(intake: Intake, *, copy: PacketCopy, version: int) -> str:
    digest = blind_index(f"{intake.public_id} {copy} {version}", purpose="packet-code")
    return base64.b32encode(bytes.fromhex(digest)).decode()[:LETTERS]


def in_groups(code: str) -> str:
    """`K7QF-3MZX-...`: as it is printed and stands in the address."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """The code in what a person typed, with or without gaps; empty when it is none."""
    packed = re.sub("[^0-9A-Z]", "", typed.upper()).translate(_MISREAD)
    return packed if _CODE.fullmatch(packed) else ""
