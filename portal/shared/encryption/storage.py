"""Files that are encrypted and have no address of their own: small ones whole, large ones in
pieces (portal.shared.encryption.stream)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from portal.shared.encryption import crypto, stream

MOST_AT_ONCE = 16 * 1024 * 1024  # larger files never stand in memory whole


def private_storage() -> Storage:
    """For `FileField(storage=private_storage)`."""
    return storages["private"]


def sealed(name: str, content: Any) -> File[bytes]:
    place = name.replace("\\", "/")
    is_read_once = isinstance(content, stream.Flow) or not content.seekable()
    if is_read_once or content.size > MOST_AT_ONCE:
        return stream.seal(content.chunks(), place)
    content.seek(0)
    return ContentFile(crypto.encrypt(content.read(), place.encode()))


def opened(name: str, raw: File[bytes]) -> File[bytes]:
    """What a stored file holds. Raises DecryptionError."""
    try:
        if raw.read(1) == stream.VERSION:
            return stream.unsealed(raw, name)
        raw.seek(0)
        content = crypto.decrypt(raw.read(), name.encode())
    except BaseException:
        raw.close()
        raise
    raw.close()
    return ContentFile(content, name=name)


def key_header(raw: File[bytes]) -> bytes:
    """Under which key of the ring a stored file was written, as `crypto.primary_header` says it."""
    start = raw.read(len(stream.VERSION) + crypto.HEADER_BYTES)
    return start.removeprefix(stream.VERSION)[: crypto.HEADER_BYTES]


class EncryptedFileSystemStorage(FileSystemStorage):
    """A file moved or renamed by hand no longer opens: its name is part of the seal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700, **options)

    def _save(self, name: str, content: Any) -> str:
        free = self.get_available_name(name)
        with sealed(free, content) as token:
            return super()._save(free, token)  # type: ignore[misc]

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return opened(name, super()._open(name, "rb"))  # type: ignore[misc]

    def key_header(self, name: str) -> bytes:
        with super()._open(name, "rb") as file:  # type: ignore[misc]
            return key_header(file)

    def raw_read(self, name: str) -> bytes:
        """The stored token, still sealed."""
        with super()._open(name, "rb") as file:  # type: ignore[misc]
            return file.read()

    def raw_write(self, name: str, content: ContentFile[bytes]) -> None:
        """Put a sealed token back under its own name."""
        if self.exists(name):
            self.delete(name)
        super()._save(name, content)  # type: ignore[misc]

    def raw_names(self) -> list[str]:
        root = Path(self.location)
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def url(self, name: str | None) -> str:
        raise NotImplementedError("private files are served only through an authorised view")
