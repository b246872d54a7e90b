"""Large files in pieces: stored and read with the memory of one piece, whatever their size.

Layout: b"\\x02"; a token of `crypto` that is bound to the file's name and holds a random key of
this file alone; then pieces of 1 MiB, each as AES-256-GCM ciphertext with its tag. A piece's nonce
is its number, and its associated data say whether it is the last: a file that was cut short, or
whose pieces were swapped, does not open.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import File

from portal.shared.encryption import crypto

VERSION = b"\x02"
KEY_BYTES, TAG_BYTES = 32, 16
TOKEN_BYTES = crypto.HEADER_BYTES + crypto.NONCE_BYTES + KEY_BYTES + TAG_BYTES
PIECE = 1024 * 1024
LAST, MORE = b"last", b"more"


class Flow(File):
    """Content that is made while it is stored: read once, from front to back, kept nowhere."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__(None)
        self._pieces = pieces
        self.size = 0  # so far

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            yield piece


def seal(content: Iterable[bytes], name: str) -> File[bytes]:
    """The ciphertext, in a nameless file that goes when it is closed or the process dies."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who stores it
    try:
        _write_sealed(target, content, name)
    except BaseException:
        target.close()
        raise
    return File(target)


def _write_sealed(target: IO[bytes], content: Iterable[bytes], name: str) -> None:
    key = os.urandom(KEY_BYTES)
    cipher = AESGCM(key)
    target.write(VERSION + crypto.encrypt(key, name.encode()))
    for number, piece, mark in _numbered(_in_pieces(content)):
        target.write(cipher.encrypt(_nonce(number), piece, mark))
    target.seek(0)


def unsealed(raw: File[bytes], name: str) -> File[bytes]:
    """The content, opened piece by piece as it is read. `raw` stands behind its first byte.

    Raises DecryptionError, at the latest when the piece is read that was altered.
    """
    key = crypto.decrypt(raw.read(TOKEN_BYTES), name.encode())
    opened: File[bytes] = File(io.BufferedReader(_Unsealing(raw, AESGCM(key))), name=name)
    opened.size = _size_of(raw)
    return opened


class _Unsealing(io.RawIOBase):
    """Reads forward only."""

    def __init__(self, raw: File[bytes], cipher: AESGCM) -> None:
        self._raw, self._cipher = raw, cipher
        self._number, self._left = 0, memoryview(b"")
        self._token = raw.read(PIECE + TAG_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left and self._token:
            self._left = memoryview(self._next())
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _next(self) -> bytes:
        token, self._token = self._token, self._raw.read(PIECE + TAG_BYTES)
        mark = MORE if self._token else LAST
        try:
            piece = self._cipher.decrypt(_nonce(self._number), token, mark)
        except InvalidTag as error:
            raise crypto.DecryptionError("cut short or altered") from error
        self._number += 1
        return piece

    def close(self) -> None:
        self._raw.close()
        super().close()


def _in_pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    """All of one size but the last; an empty content is one empty piece."""
    waiting = bytearray()
    for part in content:
        waiting += part
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    yield bytes(waiting)


def _numbered(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes, bytes]]:
    number, piece = 0, next(pieces)
    for following in pieces:
        yield number, piece, MORE
        number, piece = number + 1, following
    yield number, piece, LAST


def _nonce(number: int) -> bytes:
    return number.to_bytes(crypto.NONCE_BYTES, "big")


def _size_of(raw: File[bytes]) -> int:
    sealed = raw.size - len(VERSION) - TOKEN_BYTES
    return sealed - TAG_BYTES * -(-sealed // (PIECE + TAG_BYTES))
