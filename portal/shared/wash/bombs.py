"""A PDF of a few kilobytes may unpack to gigabytes where it is opened: it is not taken."""

import zlib

import pikepdf
from pikepdf import Array, Object, Pdf, Stream

from portal.shared.wash.limits import MOST_POINTS_IN_PDF, MOST_UNPACKED, MOST_UNPACKED_IN_ALL
from portal.shared.wash.refusals import Reason, Refused

PIECE = 1024 * 1024
FLATE = ("/FlateDecode", "/Fl")


def check_streams(document: Pdf) -> None:
    """Raises Refused(EFFORT)."""
    left = MOST_UNPACKED_IN_ALL
    for one in document.objects:
        if isinstance(one, Stream):
            _check_points(one)
            left -= _unpacked(one, min(left, MOST_UNPACKED))


def _check_points(stream: Object) -> None:
    sides = [stream.get("/Width", 0), stream.get("/Height", 0)]
    if all(isinstance(side, int) for side in sides) and sides[0] * sides[1] > MOST_POINTS_IN_PDF:
        raise Refused(Reason.EFFORT)


def _unpacked(stream: Object, most: int) -> int:
    """How many bytes the outermost packing holds; packed twice, nobody knows."""
    filters = _filters(stream)
    packed = [name for name in filters if name in FLATE]
    if len(packed) > 1:
        raise Refused(Reason.EFFORT)
    if not packed or filters[0] not in FLATE:
        return 0
    return _inflated(stream.read_raw_bytes(), most)


def _filters(stream: Object) -> list[str]:
    told = stream.get("/Filter")
    if isinstance(told, pikepdf.Name):
        return [str(told)]
    return [str(name) for name in told.as_list()] if isinstance(told, Array) else []


def _inflated(raw: bytes, most: int) -> int:
    """Counted piece by piece, so that it never lies unpacked in memory. Damage ends it early."""
    unpacker, size, rest = zlib.decompressobj(), 0, raw
    while rest and not unpacker.eof:
        try:
            size += len(unpacker.decompress(rest, PIECE))
        except zlib.error:
            return size
        if size > most:
            raise Refused(Reason.EFFORT)
        rest = unpacker.unconsumed_tail
    return size
