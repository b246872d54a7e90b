"""How the portal and the press speak: one frame to and one back.

A frame is the length of its head (4 bytes, big endian), the head as JSON, and the pieces that the
head names with their lengths, one after the other. Nothing is pickled: neither side trusts the
other with its interpreter.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

LENGTH = struct.Struct(">I")
LONGEST_HEAD = 1024 * 1024
PIECES = "pieces"

Read = Callable[[int], bytes]
"""Gives exactly so many bytes. Raises EOFError when they never come."""


@dataclass(frozen=True)
class Frame:
    head: dict[str, Any]
    pieces: Mapping[str, bytes] = field(default_factory=dict)


def packed(frame: Frame) -> bytes:
    lengths = {name: len(piece) for name, piece in frame.pieces.items()}
    head = json.dumps({**frame.head, PIECES: lengths}).encode()
    return b"".join([LENGTH.pack(len(head)), head, *frame.pieces.values()])


def unpacked(read: Read) -> Frame:
    """Raises EOFError, or ValueError on what is no frame."""
    (length,) = LENGTH.unpack(read(LENGTH.size))
    if length > LONGEST_HEAD:
        raise ValueError("no frame of ours")
    head = json.loads(read(length))
    lengths = head.pop(PIECES)
    return Frame(head, {name: read(size) for name, size in lengths.items()})
