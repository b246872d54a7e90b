"""What holds for every test. The environment is in environment.py, servers in servers/."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.servers import prepared


def _wait_for_no_disk() -> None:
    """The data dies with the tests. (PostgreSQL's server is started so.)"""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"


def pytest_configure() -> None:
    """Pages name their static files plainly, so no test needs `collectstatic` first."""
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    _wait_for_no_disk()
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """In place of pytest-django's: the tables are copied, where it migrates in each process."""
    prepared.copy_tables(os.environ["DATABASE_URL"])
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits are counted in the cache; no test may inherit another one's."""
    cache.clear()
    yield
    cache.clear()
