"""A seal for every test, made once: packets can't be issued without one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portal.shared.seal import certificate

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _seal() -> None:
    certificate.make(now=MADE_AT)


@pytest.fixture
def elsewhere(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A private storage of its own, with no seal in it yet."""
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "portal.shared.encryption.storage.EncryptedFileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    certificate._made.cache_clear()
    yield tmp_path
    certificate._made.cache_clear()
