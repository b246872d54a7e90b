"""Where the seal's certificate and key come from, and until when they hold.

The practice's own certificate is a file that SEAL_FILE names. Without one the portal uses the
certificate that `make_seal` made: it lies encrypted among the private files, so that back-ups,
key rotation and several workers have it without further ado.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.files.base import ContentFile

from portal.shared.encryption.crypto import DecryptionError
from portal.shared.encryption.storage import private_storage, sealed
from portal.shared.rotation import is_current

NAME = "seal/seal.p12"
VALID_FOR = timedelta(days=10 * 365)
WARN_BEFORE = timedelta(days=30)


class SealUnusable(Exception):
    """There is no certificate to seal with, it can't be read, or it is out of date."""


@dataclass(frozen=True)
class Seal:
    """Certificate, key and chain as PKCS #12 without a password, in memory only."""

    archive: bytes = field(repr=False)
    fingerprint: str  # SHA-256 of the certificate
    valid_from: datetime
    valid_until: datetime

    def holds(self, now: datetime) -> bool:
        return self.valid_from <= now < self.valid_until

    def ends_soon(self, now: datetime) -> bool:
        return now >= self.valid_until - WARN_BEFORE


def in_force(now: datetime) -> Seal:
    """The seal to use now. Raises SealUnusable."""
    seal = current()
    if not seal.holds(now):
        raise SealUnusable(f"the certificate held until {seal.valid_until:%B %-d, %Y}")
    return seal


def current() -> Seal:
    """What this process read first; restart it after a change. Raises SealUnusable."""
    return _own(settings.SEAL_FILE) if settings.SEAL_FILE else _made(str(private_storage()))


def make(*, now: datetime, renew: bool = False) -> bool:
    """Make the portal's own certificate. False when there is one and `renew` is not asked."""
    if private_storage().exists(NAME) and not renew:
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Practice Portal"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _host()),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_for_signatures(), critical=True)
        .sign(key, hashes.SHA256())
    )
    _keep(_archive(key, certificate, []))
    _made.cache_clear()
    return True


def encrypt_again() -> int:
    """For key rotation: 1 when the stored seal was written under an older key."""
    storage = private_storage()
    if not storage.exists(NAME) or is_current(NAME):
        return 0
    with storage.open(NAME) as file:
        archive = file.read()
    _keep(archive)
    return 1


def _keep(archive: bytes) -> None:
    content = sealed(NAME, ContentFile(archive))
    private_storage().raw_write(NAME, content)  # type: ignore[attr-defined]


def _archive(key: Any, certificate: x509.Certificate, chain: list[Any]) -> bytes:
    """Without a password: it never leaves the process, or is encrypted whole by the storage."""
    return pkcs12.serialize_key_and_certificates(b"seal", key, certificate, chain, NoEncryption())


@cache
def _made(_storage: str) -> Seal:
    try:
        with private_storage().open(NAME) as file:
            return _read(file.read(), None)
    except FileNotFoundError as missing:
        raise SealUnusable("there is none yet: run `manage.py make_seal`") from missing
    except (DecryptionError, ValueError) as unreadable:
        raise SealUnusable("the stored one can't be read with this key ring") from unreadable


@cache
def _own(path: str) -> Seal:
    password = settings.SEAL_PASSWORD.encode() or None
    try:
        content = Path(path).read_bytes()
        if b"-----BEGIN" in content:
            return _read(_from_pem(content, password), None)
        return _read(content, password)
    except (OSError, ValueError, TypeError) as unreadable:
        raise SealUnusable(f"SEAL_FILE can't be read: {type(unreadable).__name__}") from unreadable


def _from_pem(content: bytes, password: bytes | None) -> bytes:
    """Key, certificate and chain in one PEM file, the practice's certificate first."""
    key = load_pem_private_key(content, password)
    certificate, *chain = x509.load_pem_x509_certificates(content)
    return _archive(key, certificate, chain)


def _read(archive: bytes, password: bytes | None) -> Seal:
    key, certificate, chain = pkcs12.load_key_and_certificates(archive, password)
    if key is None or certificate is None:
        raise ValueError("no key or no certificate")
    return Seal(
        archive=_archive(key, certificate, chain),
        fingerprint=hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


def _for_signatures() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _host() -> str:
    return urlsplit(settings.PORTAL_URL).hostname or "portal"
