"""A back-up put back, by the commands that an operator types, on either database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers import prepared
from tests.servers.postgresql import PostgreSQL


class Installation:
    """A portal of its own: a database and a folder for its files."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "VAR_DIR": str(folder),
            "PRIVATE_FILES_DIR": str(folder / "private"),
        }

    def manage(self, *words: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode != 0) is fails, done.stderr
        return done.stdout + done.stderr

    def python(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code).strip()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database()


WRITE = """
from datetime import date
from django.core.files.base import ContentFile
from accounts.models import Client, Practice
from portal.shared.encryption.storage import private_storage
Practice.objects.create(pk=1, name="The practice")
Client.objects.create(legal_name="Ada Example", birth_date=date(1988, 4, 12))
private_storage().save("packets/a.pdf", ContentFile(b"told once"))
"""
LOSE = """
from accounts.models import Client
from portal.shared.encryption.storage import private_storage
Client.objects.all().delete()
private_storage().delete("packets/a.pdf")
"""
READ = """
from accounts.models import Client
from portal.shared.encryption.storage import private_storage
print(Client.objects.get().legal_name, private_storage().open("packets/a.pdf").read().decode())
"""


def test_what_was_lost_is_there_again(tmp_path: Path, database_url: str) -> None:
    portal, file = Installation(tmp_path / "var", database_url), tmp_path / "portal.backup"
    prepared.copy_tables(database_url)
    portal.python(WRITE)

    said = portal.manage("backup", str(file))
    portal.python(LOSE)
    refused = portal.manage("restore", str(file), fails=True)
    portal.manage("restore", str(file), "--replace")

    assert "1 files" in said
    assert "--replace" in refused
    assert portal.python(READ) == "Ada Example told once"
    assert "the chain is whole" in portal.manage("verify_audit")
    assert b"The practice" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
