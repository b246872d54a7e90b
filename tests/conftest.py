"""What holds for every test. The environment is in environment.py, servers in servers/."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache


def _keep_sqlite_in_a_file() -> None:
    """As installations do: in memory, threads meet "table is locked" instead of waiting."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = f"{database['NAME']}-test"
        # The data dies with the tests, so nothing waits for the disk.
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"


def pytest_configure() -> None:
    """Pages name their static files plainly, so no test needs `collectstatic` first."""
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    _keep_sqlite_in_a_file()
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits are counted in the cache; no test may inherit another one's."""
    cache.clear()
    yield
    cache.clear()
