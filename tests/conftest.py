"""What holds for every test. The environment is in environment.py, servers in servers/."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache


def pytest_configure() -> None:
    """Pages name their static files plainly, so no test needs `collectstatic` first."""
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits are counted in the cache; no test may inherit another one's."""
    cache.clear()
    yield
    cache.clear()
