"""A seal for every test, made once: packets can't be issued without one."""

from datetime import UTC, datetime

import pytest

from portal.shared.seal import certificate

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _seal() -> None:
    certificate.make(now=MADE_AT)
