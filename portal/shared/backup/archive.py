"""Making a back-up and putting one back."""

import json
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile
from django.db import connection

from portal.shared.backup import database, sealing
from portal.shared.encryption.storage import private_storage

DATABASE = "database"
FILES = "files/"
MANIFEST = "manifest.json"


class WrongEngine(Exception):
    """A back-up of SQLite can't be put into PostgreSQL, nor the other way round."""


class NotEmpty(Exception):
    """A practice lives here already; it would be lost."""


@dataclass(frozen=True)
class Summary:
    made_at: str
    engine: str
    files: int


def make(*, target: Path, now: datetime) -> Summary:
    """Write the sealed back-up. A half-written one never bears the final name."""
    names = private_storage().raw_names()  # type: ignore[attr-defined]
    summary = Summary(now.isoformat(), connection.vendor, len(names))
    unfinished = target.with_name(target.name + ".unfinished")
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "backup.tar.gz"
        dumped = Path(folder) / DATABASE
        database.dump(dumped)
        with tarfile.open(plain, "w:gz") as tar:
            _add(tar, MANIFEST, json.dumps(summary.__dict__).encode())
            tar.add(dumped, DATABASE)
            for name in names:
                _add(tar, FILES + name, private_storage().raw_read(name))  # type: ignore[attr-defined]
        with plain.open("rb") as source, unfinished.open("wb") as sealed:
            unfinished.chmod(0o600)
            sealing.seal(source, sealed)
    unfinished.replace(target)
    return summary


def put_back(*, source: Path, replace: bool) -> Summary:
    """Restore database and files. Raises BackupUnreadable, WrongEngine, NotEmpty."""
    if database.has_rows() and not replace:
        raise NotEmpty
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "backup.tar.gz"
        with source.open("rb") as sealed, plain.open("wb") as opened:
            sealing.unseal(sealed, opened)
        with tarfile.open(plain) as tar:
            return _restore(tar, Path(folder))


def _restore(tar: tarfile.TarFile, folder: Path) -> Summary:
    summary = Summary(**json.loads(_read(tar, MANIFEST)))
    if summary.engine != connection.vendor:
        raise WrongEngine(summary.engine)
    dumped = folder / DATABASE
    with _open(tar, DATABASE) as stored, dumped.open("wb") as target:
        shutil.copyfileobj(stored, target)  # a database may be larger than the memory
    database.load(dumped)
    for member in tar.getmembers():
        if member.name.startswith(FILES):
            name = member.name.removeprefix(FILES)
            content = ContentFile(_read(tar, member.name))
            private_storage().raw_write(name, content)  # type: ignore[attr-defined]
    return summary


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, BytesIO(content))


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    with _open(tar, name) as stored:
        return stored.read()


def _open(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    stored = tar.extractfile(name)
    if stored is None:
        raise sealing.BackupUnreadable(f"{name} is missing")
    return stored
