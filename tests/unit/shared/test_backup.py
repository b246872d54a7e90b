from io import BytesIO

import pytest
from pytest_django import Settings

from portal.shared.backup import sealing

OTHER_KEY = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItLTE="


@pytest.mark.parametrize("size", [0, 1, sealing.CHUNK, 2 * sealing.CHUNK + 7])
def test_a_stream_of_any_length_comes_back(size: int) -> None:
    plain, sealed, opened = BytesIO(b"x" * size), BytesIO(), BytesIO()

    sealing.seal(plain, sealed)
    sealed.seek(0)
    sealing.unseal(sealed, opened)

    assert opened.getvalue() == plain.getvalue()
    assert b"xxxx" not in sealed.getvalue()


def seal(content: bytes) -> bytes:
    sealed = BytesIO()
    sealing.seal(BytesIO(content), sealed)
    return sealed.getvalue()


@pytest.mark.parametrize("how", ["cut", "cut at a chunk", "altered", "swapped", "other"])
def test_a_stream_that_was_tampered_with_is_refused(how: str) -> None:
    sealed = seal(b"a" * sealing.CHUNK + b"b" * sealing.CHUNK)
    head, chunk = sealing.HEADER.size, sealing.CHUNK + 16 + 4
    broken = {
        "cut": sealed[:-1],
        "cut at a chunk": sealed[: head + chunk],
        "altered": sealed[:-1] + bytes([sealed[-1] ^ 1]),
        "swapped": sealed[:head] + sealed[head + chunk :] + sealed[head : head + chunk],
        "other": b"no back-up at all, but longer than a header is",
    }[how]

    with pytest.raises(sealing.BackupUnreadable):
        sealing.unseal(BytesIO(broken), BytesIO())


def test_another_installation_cannot_open_it(settings: Settings) -> None:
    sealed = seal(b"told once")
    settings.FIELD_ENCRYPTION_KEYS = [OTHER_KEY]

    with pytest.raises(sealing.BackupUnreadable, match="not in FIELD_ENCRYPTION_KEYS"):
        sealing.unseal(BytesIO(sealed), BytesIO())
