"""Second factors are stored encrypted inside allauth's own rows; key rotation reaches them here."""

import base64
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from portal.shared.encryption import crypto

ENCRYPTED = ("secret", "seed")


def rotate_factors() -> int:
    """Number of factors that were encrypted again with the key in force."""
    return sum(_rotate(factor) for factor in Authenticator.objects.iterator())


def _rotate(factor: Authenticator) -> int:
    renewed = {
        name: _again(factor.data[name])
        for name in ENCRYPTED
        if name in factor.data and not _is_current(factor.data[name])
    }
    if not renewed:
        return 0
    factor.data = factor.data | renewed
    factor.save(update_fields=["data"])
    return 1


def _is_current(stored: Any) -> bool:
    return base64.b64decode(stored).startswith(crypto.primary_header())


def _again(stored: str) -> str:
    adapter = get_adapter()
    return str(adapter.encrypt(adapter.decrypt(stored)))
