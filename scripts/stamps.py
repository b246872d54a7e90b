"""Remember what was prepared, by the content it was made from, so that it is made once."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / "var" / "stamps"


def content_hash(paths: Iterable[Path], *, salt: str = "") -> str:
    """SHA-256 over names and bytes of the files; a folder counts with all that is in it."""
    digest = hashlib.sha256(salt.encode())
    for path in sorted(file for each in paths for file in _files(each)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_current(name: str, value: str, *, made: Path) -> bool:
    """True when `made` is there and was made from just this content."""
    stamp = STAMPS / name
    return made.exists() and stamp.exists() and stamp.read_text() == value


def remember(name: str, value: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)


def forget(*names: str) -> None:
    """A step that fails half-way must not pass for done, so it is forgotten before it starts."""
    for name in names:
        (STAMPS / name).unlink(missing_ok=True)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [each for each in path.rglob("*") if each.is_file()]
    return [path] if path.exists() else []
