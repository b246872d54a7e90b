"""A ZIP file that is made while it is read: no more of it in memory than what was just packed."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Entry:
    """A file of the archive. `content` is asked for once, when its turn has come."""

    name: str  # plain ASCII, with folders
    about: str
    content: Callable[[], Iterable[bytes]]
    section: str = ""
    size: int = field(default=0, init=False)  # known once it was packed

    @property
    def is_packed_already(self) -> bool:
        """PDFs and pictures are: to pack them again would only take time."""
        return self.name.endswith((".pdf", ".jpg", ".png"))


def zipped(entries: Iterable[Entry], *, local_now: datetime) -> Iterator[bytes]:
    """The archive in pieces. `local_now` is what the entries' dates say."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for entry in entries:
            with archive.open(_head(entry, local_now), "w") as target:
                for piece in entry.content():
                    entry.size += len(piece)
                    target.write(piece)
                    yield outlet.drained()
            yield outlet.drained()
    yield outlet.drained()


def _head(entry: Entry, local_now: datetime) -> zipfile.ZipInfo:
    head = zipfile.ZipInfo(entry.name, local_now.timetuple()[:6])
    head.compress_type = zipfile.ZIP_STORED if entry.is_packed_already else zipfile.ZIP_DEFLATED
    head.external_attr = 0o600 << 16
    return head


class _Outlet(io.RawIOBase):
    """Takes what is written and gives it out once; it can't go back, and zipfile knows how."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def drained(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken
