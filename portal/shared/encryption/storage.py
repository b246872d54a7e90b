"""Files that are encrypted whole (a few MB each) and have no address of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from portal.shared.encryption import crypto


def private_storage() -> Storage:
    """For `FileField(storage=private_storage)`."""
    return storages["private"]


def sealed(name: str, content: Any) -> ContentFile[bytes]:
    content.seek(0)
    return ContentFile(crypto.encrypt(content.read(), name.replace("\\", "/").encode()))


class EncryptedFileSystemStorage(FileSystemStorage):
    """A file moved or renamed by hand no longer opens: its name is part of the seal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700, **options)

    def _save(self, name: str, content: Any) -> str:
        free = self.get_available_name(name)
        return super()._save(free, sealed(free, content))  # type: ignore[misc]

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return ContentFile(crypto.decrypt(self.raw_read(name), name.encode()), name=name)

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
