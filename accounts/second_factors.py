"""Second factors: which count, who has one, and how their secrets are kept."""

import base64
from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import User
from portal.shared.encryption import crypto

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
ASSOCIATED = b"mfa.authenticator"


def has_second_factor(user: User) -> bool:
    """An app or a passkey; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists()


def seal(text: str) -> str:
    return base64.b64encode(crypto.encrypt(text.encode(), ASSOCIATED)).decode()


def unseal(sealed: str) -> str:
    return crypto.decrypt(base64.b64decode(sealed), ASSOCIATED).decode()


def seal_again() -> int:
    """Put the secrets of apps and recovery codes under the key in force; how many changed."""
    keys = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk")
    return sum(_seal_row_again(pk) for (pk,) in list(keys))


@transaction.atomic
def _seal_row_again(pk: int) -> int:
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    old = dict(_sealed_by_an_older_key(row.data)) if row else {}
    if row and old:
        row.data = {**row.data, **{name: seal(unseal(value)) for name, value in old.items()}}
        row.save(update_fields=["data"])
    return len(old)


def _sealed_by_an_older_key(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("secret", "seed"):
        value = data.get(name)
        if value and not base64.b64decode(value).startswith(crypto.primary_header()):
            yield name, value
