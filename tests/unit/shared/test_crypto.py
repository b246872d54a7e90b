import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from portal.shared.encryption import crypto


def key(letter: str) -> str:
    return base64.urlsafe_b64encode(letter.encode() * 32).decode()


def test_a_token_opens_only_in_its_own_place() -> None:
    token = crypto.encrypt(b"told once", b"intake.answer.value")

    assert crypto.decrypt(token, b"intake.answer.value") == b"told once"
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(token, b"accounts.client.legal_name")


@pytest.mark.parametrize("position", [0, 3, 6, 20, -1])
def test_an_altered_token_is_refused(position: int) -> None:
    token = bytearray(crypto.encrypt(b"told once", b"here"))
    token[position] ^= 1

    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(bytes(token), b"here")


def test_a_token_is_33_bytes_longer_and_never_the_same() -> None:
    first, second = (crypto.encrypt(b"x" * 100, b"here") for _ in range(2))

    assert len(first) == 133
    assert first != second


def test_the_first_key_encrypts_and_the_others_still_decrypt(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [key("a")]
    old = crypto.encrypt(b"told once", b"here")

    settings.FIELD_ENCRYPTION_KEYS = [key("b"), key("a")]
    new = crypto.encrypt(b"told once", b"here")

    assert crypto.decrypt(old, b"here") == b"told once"
    assert not old.startswith(crypto.primary_header())
    assert new.startswith(crypto.primary_header())
    settings.FIELD_ENCRYPTION_KEYS = [key("b")]
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(old, b"here")


@pytest.mark.parametrize("keys", [[], ["c2hvcnQ="]])
def test_a_ring_without_a_good_key_is_refused(settings: Settings, keys: list[str]) -> None:
    settings.FIELD_ENCRYPTION_KEYS = keys

    with pytest.raises(ImproperlyConfigured):
        crypto.encrypt(b"x", b"here")


def test_a_blind_index_ignores_case_and_space_and_tells_purposes_apart() -> None:
    assert crypto.blind_index(" Ada@Example.com ", purpose="email") == crypto.blind_index(
        "ada@example.com", purpose="email"
    )
    assert crypto.blind_index("ada", purpose="email") != crypto.blind_index("ada", purpose="phone")
