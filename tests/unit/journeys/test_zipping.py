"""A ZIP file that is made while it is read."""

import io
import tracemalloc
import zipfile
from datetime import datetime

from portal.journeys.records.zipping import Entry, zipped

LOCAL = datetime(2027, 1, 4, 9, 30)  # noqa: DTZ001 - as ZIP knows it
MIB = 1024 * 1024


def test_every_tool_can_read_it():
    told = "Łukasz told this. 🌿".encode()
    entries = [
        Entry("documents/a.pdf", "A", lambda: [b"%PDF", b" packed already"]),
        Entry("data/b.json", "B", lambda: [told] * 3),
        Entry("tables/empty.csv", "C", lambda: []),
    ]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zipped(entries, local_now=LOCAL))))

    assert archive.testzip() is None
    assert archive.read("documents/a.pdf") == b"%PDF packed already"
    assert archive.read("data/b.json") == told * 3
    assert archive.read("tables/empty.csv") == b""
    assert [entry.size for entry in entries] == [19, len(told) * 3, 0]
    heads = {head.filename: head for head in archive.infolist()}
    assert heads["documents/a.pdf"].compress_type == zipfile.ZIP_STORED
    assert heads["data/b.json"].compress_type == zipfile.ZIP_DEFLATED
    assert heads["data/b.json"].date_time == (2027, 1, 4, 9, 30, 0)


def test_a_file_is_asked_for_when_its_turn_has_come():
    asked = []

    def content(name):
        asked.append(name)
        return [name.encode()]

    entries = [Entry(name, name, lambda name=name: content(name)) for name in ("a", "b")]
    pieces = zipped(entries, local_now=LOCAL)
    assert asked == []
    next(pieces)
    assert asked == ["a"]
    list(pieces)
    assert asked == ["a", "b"]


def test_memory_does_not_grow_with_the_archive():
    entries = [Entry(f"{n}.pdf", "", lambda: (bytes(MIB) for _ in range(10))) for n in range(6)]
    tracemalloc.start()
    size = sum(len(piece) for piece in zipped(entries, local_now=LOCAL))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 60 * MIB
    assert peak < 8 * MIB
