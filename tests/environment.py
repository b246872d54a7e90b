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

from tests.servers import loopback_only
from tests.servers.postgresql import PostgreSQL

pytest_plugins = [
    "tests.append_only_tables",
    "tests.browser_fixtures",
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
    "EMBED_ORIGINS": "",
    "CALDAV_PRIVATE_ADDRESSES": "0",
    "LOG_LEVEL": "WARNING",
}
_server: PostgreSQL | None = None


def wanted_database() -> str:
    for argument in sys.argv:
        if argument.startswith("--database="):
            return argument.partition("=")[2]
    return os.environ.get("TEST_DATABASE", "sqlite")


def prepare() -> None:
    """xdist's workers inherit all of it from the process that starts them."""
    if os.environ.get("TESTS_PREPARED"):
        return
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "static").mkdir()
    os.environ.update(
        FIXED,
        TESTS_PREPARED="1",
        TEST_DATABASE=wanted_database(),
        VAR_DIR=str(folder),
        STATIC_ROOT=str(folder / "static"),
        DATABASE_URL=_database_url(folder),
    )


def _database_url(folder: Path) -> str:
    global _server
    if wanted_database() != "postgresql":
        return f"sqlite:///{folder / 'portal.sqlite3'}"
    _server = PostgreSQL.start()
    atexit.register(_server.stop)
    return _server.url("postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default=os.environ["TEST_DATABASE"],
        help="the database that the tests run on",
    )


def pytest_report_header() -> str:
    return f"database: {os.environ['TEST_DATABASE']}"


prepare()
loopback_only.enforce()
