"""`.env`: the secrets of this installation, made once and readable by its owner only."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from scripts import steps
from scripts.stamps import ROOT

HEADER = """\
# The secrets of this installation, made by `make setup`. Keep a copy apart from the backups:
# without FIELD_ENCRYPTION_KEYS no one can read the clients' words again.
# Every other setting is listed in .env.example and docs/operations.md.
"""


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_ENCRYPTION_KEYS": _key,
    "BLIND_INDEX_KEY": _key,
}


def ensure(path: Path = ROOT / ".env") -> list[str]:
    """Add the secrets that the file lacks; what stands there is kept. Returns the added names."""
    text = path.read_text() if path.exists() else HEADER
    added = [name for name in SECRETS if not _is_set(text, name)]
    if added:
        lines = "".join(f"{name}={SECRETS[name]()}\n" for name in added)
        _write_private(path, text.rstrip("\n") + "\n" + lines)
        steps.say(f"Secrets made in .env: {', '.join(added)}")
    return added


def _is_set(text: str, name: str) -> bool:
    return any(line.startswith(f"{name}=") and line != f"{name}=" for line in text.splitlines())


def _write_private(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".new")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    partial.replace(path)
