"""A stream sealed in chunks, so that a back-up of any size needs little memory.

Layout: b"PPB1", key id (4), salt (16), nonce prefix (8), then chunks of at most 1 MiB, each as
length (4, big endian, of the ciphertext) and AES-256-GCM ciphertext. The key is derived from a
key of the ring by HKDF-SHA-256 (RFC 5869). A chunk's nonce is the prefix and its number; its
associated data say whether it is the last, so cutting the file short is noticed.
"""

import base64
import hashlib
import os
import struct
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MAGIC = b"PPB1"
HEADER = struct.Struct("4s4s16s8s")
CHUNK = 1024 * 1024


class BackupUnreadable(Exception):
    """Not a back-up, sealed by a key that is not in the ring, cut short, or altered."""


def seal(source: IO[bytes], target: IO[bytes]) -> None:
    raw = _raw_keys()[0]
    header = HEADER.pack(MAGIC, _key_id(raw), os.urandom(16), os.urandom(8))
    cipher = _cipher(raw, header)
    target.write(header)
    for number, is_last, chunk in _chunks(source):
        token = cipher.encrypt(_nonce(header, number), chunk, _associated(header, is_last))
        target.write(struct.pack(">I", len(token)) + token)


def unseal(source: IO[bytes], target: IO[bytes]) -> None:
    """Raises BackupUnreadable; what was written to `target` until then is not to be used."""
    header = source.read(HEADER.size)
    cipher = _cipher(_find_key(header), header)
    is_last = False
    for number, (token, is_last) in enumerate(_tokens(source)):
        try:
            associated = _associated(header, is_last)
            target.write(cipher.decrypt(_nonce(header, number), token, associated))
        except InvalidTag as error:
            raise BackupUnreadable("the back-up was cut short or altered") from error
    if not is_last:
        raise BackupUnreadable("the back-up is empty")


def _chunks(source: IO[bytes]) -> Iterator[tuple[int, bool, bytes]]:
    chunk, number = source.read(CHUNK), 0
    while True:
        following = source.read(CHUNK)
        yield number, not following, chunk
        if not following:
            return
        chunk, number = following, number + 1


def _tokens(source: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    token = _token(source)
    while token:
        following = _token(source)
        yield token, not following
        token = following


def _token(source: IO[bytes]) -> bytes:
    size = source.read(4)
    if len(size) < 4:
        return b""
    return source.read(struct.unpack(">I", size)[0])


def _raw_keys() -> list[bytes]:
    return [base64.urlsafe_b64decode(key) for key in settings.FIELD_ENCRYPTION_KEYS]


def _key_id(raw: bytes) -> bytes:
    return hashlib.sha256(b"backup" + raw).digest()[:4]


def _find_key(header: bytes) -> bytes:
    if len(header) != HEADER.size or not header.startswith(MAGIC):
        raise BackupUnreadable("this is no back-up of the portal")
    wanted = HEADER.unpack(header)[1]
    for raw in _raw_keys():
        if _key_id(raw) == wanted:
            return raw
    raise BackupUnreadable("the key that sealed it is not in FIELD_ENCRYPTION_KEYS")


def _cipher(raw: bytes, header: bytes) -> AESGCM:
    salt = HEADER.unpack(header)[2]
    return AESGCM(HKDF(SHA256(), 32, salt, b"portal backup").derive(raw))


def _nonce(header: bytes, number: int) -> bytes:
    prefix: bytes = HEADER.unpack(header)[3]
    return prefix + struct.pack(">I", number)


def _associated(header: bytes, is_last: bool) -> bytes:
    return header + (b"last" if is_last else b"more")
