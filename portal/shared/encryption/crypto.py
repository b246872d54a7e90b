"""AES-256-GCM with a key ring and associated data.

A token is b"\\x01" + key id (4 bytes) + nonce (12) + ciphertext + tag (16): 33 bytes more than
the text. The associated data bind a token to its place (NIST SP 800-38D).
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = b"\x01"
HEADER_BYTES = 5
NONCE_BYTES = 12


class DecryptionError(Exception):
    """The key is not in the ring, or the bytes were altered or moved."""


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    ring = {}
    for key in keys:
        raw = base64.urlsafe_b64decode(key)
        if len(raw) != 32:
            raise ImproperlyConfigured(
                "FIELD_ENCRYPTION_KEYS: each key is 32 random bytes in url-safe base64"
            )
        ring[hashlib.sha256(b"kid" + raw).digest()[:4]] = AESGCM(raw)
    if not ring:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS is empty")
    return ring


def key_ring() -> dict[bytes, AESGCM]:
    return _ring(tuple(settings.FIELD_ENCRYPTION_KEYS))


def primary_header() -> bytes:
    """How every token of the key in force begins; others are due for rotation."""
    return VERSION + next(iter(key_ring()))


def encrypt(plain: bytes, associated: bytes) -> bytes:
    ring, header, nonce = key_ring(), primary_header(), os.urandom(NONCE_BYTES)
    return header + nonce + ring[header[1:]].encrypt(nonce, plain, header + associated)


def decrypt(token: bytes, associated: bytes) -> bytes:
    """Raises DecryptionError; never returns what it could not authenticate."""
    token = bytes(token)
    header, nonce = token[:HEADER_BYTES], token[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
    body = token[HEADER_BYTES + NONCE_BYTES :]
    try:
        return key_ring()[header[1:]].decrypt(nonce, body, header + associated)
    except (KeyError, InvalidTag, ValueError) as error:
        raise DecryptionError("unknown key or altered data") from error


def blind_index(value: str, *, purpose: str) -> str:
    """A keyed fingerprint to look an encrypted value up by (HMAC-SHA-256, RFC 2104)."""
    message = f"{purpose}\0{value.strip().casefold()}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()
