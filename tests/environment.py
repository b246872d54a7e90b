"""The environment of the tests, set before Django reads its settings (`-p tests.environment`).

`--database=postgresql`, or TEST_DATABASE in the environment, runs the same tests on a throw-away
PostgreSQL server instead of SQLite.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from tests.servers import loopback_only, shared

pytest_plugins = [
    "tests.append_only_tables",
    "tests.browser_fixtures",
    "tests.seal_fixtures",
    "tests.servers.fixtures",
    "tests.stripe_fixtures",
    "tests.text_message_fixtures",
]

# Made for the tests and used nowhere else, so they may stand here.
FIXED = {
    "SECRET_KEY": "tests-only-" + "k" * 50,
    "FIELD_ENCRYPTION_KEYS": "dGVzdHMtb25seS1maWVsZC1rZXktMzItYnl0ZXMtIS0=",
    "BLIND_INDEX_KEY": "dGVzdHMtb25seS1ibGluZC1rZXktMzItYnl0ZXMtIS0=",
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "DEBUG": "0",
    "DEMO": "0",
    "PORTAL_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "REDIS_URL": "",
    "CELERY_BROKER_URL": "memory://",
    "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    "STRIPE_SECRET_KEY": "sk_test_tests",
    "STRIPE_WEBHOOK_SECRET": "whsec_tests",
    "STRIPE_API_BASE": "http://127.0.0.1:9",
    "TWILIO_ACCOUNT_SID": "",
    "TWILIO_AUTH_TOKEN": "",
    "SMS_FROM": "",
    "S3_BUCKET": "",
    "SEAL_FILE": "",
    "SEAL_PASSWORD": "",
    "EMBED_ORIGINS": "",
    "CALDAV_PRIVATE_ADDRESSES": "0",
    "LOG_LEVEL": "WARNING",
}


def wanted_database() -> str:
    for argument in sys.argv:
        if argument.startswith("--database="):
            return argument.partition("=")[2]
    return os.environ.get("TEST_DATABASE", "sqlite")


def prepare() -> None:
    """xdist's workers inherit all of it from the process that starts them, but the database."""
    if "TESTS_PREPARED" not in os.environ:
        shared.begin()
        folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        (folder / "static").mkdir()
        os.environ.update(
            FIXED,
            TESTS_PREPARED="1",
            TEST_DATABASE=wanted_database(),
            VAR_DIR=str(folder),
            STATIC_ROOT=str(folder / "static"),
        )
    os.environ["DATABASE_URL"] = _own_database(Path(os.environ["VAR_DIR"]))


def _own_database(folder: Path) -> str:
    """Each process has one of its own; its tables come with the first test that asks for them."""
    name = f"{folder.name}-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    if os.environ["TEST_DATABASE"] == "postgresql":
        return shared.postgresql().url(name)
    return f"sqlite:///{folder / name}.sqlite3"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default=os.environ["TEST_DATABASE"],
        help="the database that the tests run on",
    )
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that ask the database: the others would say the same on each",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("database_only"):
        return
    config.hook.pytest_deselected(items=[item for item in items if not asks_the_database(item)])
    items[:] = filter(asks_the_database, items)


def asks_the_database(item: pytest.Item) -> bool:
    """pytest-django keeps every other test from it, so none is left out by mistake."""
    fixtures = getattr(item, "fixturenames", ())
    return "django_db_setup" in fixtures or item.get_closest_marker("django_db") is not None


def pytest_report_header() -> str:
    return f"database: {os.environ['TEST_DATABASE']}"


prepare()
loopback_only.enforce()
