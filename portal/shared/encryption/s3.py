"""The same seal on S3-compatible storage; the provider sees only ciphertext."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from portal.shared.encryption.storage import key_header, opened, sealed


class EncryptedS3Storage(S3Storage):
    file_overwrite = False
    default_acl = "private"

    def _save(self, name: str, content: Any) -> str:
        free = self.get_available_name(name)
        with sealed(free, content) as token:
            return super()._save(free, token)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return opened(name, super()._open(name, "rb"))

    def key_header(self, name: str) -> bytes:
        with super()._open(name, "rb") as file:
            return key_header(file)

    def raw_read(self, name: str) -> bytes:
        with super()._open(name, "rb") as file:
            return bytes(file.read())

    def raw_write(self, name: str, content: ContentFile[bytes]) -> None:
        super()._save(name, content)

    def raw_names(self) -> list[str]:
        return sorted(entry.key for entry in self.bucket.objects.all())

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        raise NotImplementedError("private files are served only through an authorised view")
