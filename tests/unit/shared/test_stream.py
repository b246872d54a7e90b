"""Large files: stored and read in pieces, whole or not at all."""

import tracemalloc
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from portal.shared.encryption import storage as private
from portal.shared.encryption.crypto import DecryptionError
from portal.shared.encryption.storage import EncryptedFileSystemStorage
from portal.shared.encryption.stream import PIECE, TAG_BYTES, TOKEN_BYTES, VERSION, Flow
from portal.shared.rotation import _rotate_file
from tests.unit.shared.test_seal import NEXT_KEY

HEAD = len(VERSION) + TOKEN_BYTES


@pytest.fixture
def storage(tmp_path):
    return EncryptedFileSystemStorage(location=str(tmp_path))


def stored(storage, name) -> Path:
    return Path(storage.location) / name


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_flows_in_comes_out(storage, size):
    content = bytes(range(251)) * (size // 251 + 1)
    parts = [content[start : start + 70_001] for start in range(0, size, 70_001)]
    flow = Flow(part[: size - 70_001 * number] for number, part in enumerate(parts))
    name = storage.save("work/a", flow)

    assert flow.size == size
    with storage.open(name) as file:
        assert file.size == size
        assert file.read() == content[:size]
    assert content[:100] not in stored(storage, name).read_bytes() or size < 100


def test_it_is_read_in_any_portions(storage):
    content = bytes(range(256)) * 8192
    name = storage.save("work/a", Flow([content]))
    with storage.open(name) as file:
        assert b"".join(iter(lambda: file.read(99_991), b"")) == content
    with storage.open(name) as file:
        assert b"".join(file.chunks()) == content


def test_a_large_file_is_stored_in_pieces_too(storage, monkeypatch):
    monkeypatch.setattr(private, "MOST_AT_ONCE", 10)
    name = storage.save("work/a", ContentFile(b"more than ten bytes"))
    assert stored(storage, name).read_bytes().startswith(VERSION)
    with storage.open(name) as file:
        assert file.read() == b"more than ten bytes"


@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: raw[: -(PIECE + TAG_BYTES)],  # its last piece is gone
        lambda raw: raw[:-1],
        lambda raw: raw[: HEAD + 5] + bytes([raw[HEAD + 5] ^ 1]) + raw[HEAD + 6 :],
        lambda raw: raw[:HEAD] + raw[HEAD + PIECE + TAG_BYTES :],  # its first piece is gone
        lambda raw: raw + raw[-100:],
    ],
)
def test_what_was_cut_or_altered_does_not_open(storage, harm):
    name = storage.save("work/a", Flow([b"x" * 2 * PIECE]))
    path = stored(storage, name)
    path.write_bytes(harm(path.read_bytes()))
    with storage.open(name) as file, pytest.raises(DecryptionError):
        file.read()


def test_moved_to_another_name_it_does_not_open(storage):
    name = storage.save("work/a", Flow([b"told once"]))
    stored(storage, name).rename(stored(storage, "work/b"))
    with pytest.raises(DecryptionError):
        storage.open("work/b")


def test_what_fails_on_the_way_leaves_no_file(storage):
    def breaks():
        yield b"x" * 2 * PIECE
        raise SystemExit

    with pytest.raises(SystemExit):
        storage.save("work/a", Flow(breaks()))
    assert not stored(storage, "work/a").exists()


def test_rotation_takes_it_along(elsewhere, settings):
    storage = private.private_storage()
    name = storage.save("work/a", Flow([b"x" * (PIECE + 9)]))
    old = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [NEXT_KEY, *old]

    field = type("Field", (), {"name": "file"})()
    row = _Row(name, storage)
    assert _rotate_file(row, field) == 1
    settings.FIELD_ENCRYPTION_KEYS = [NEXT_KEY]
    with storage.open(row.moved_to) as file:
        assert file.read() == b"x" * (PIECE + 9)
    assert not storage.exists(name)


class _Row:
    """A stand-in for a model's row with one file."""

    pk = 1
    moved_to = ""

    def __init__(self, name, storage):
        self.file = type(
            "Stored", (), {"name": name, "storage": storage, "__bool__": lambda _: True}
        )()
        type(self)._base_manager = self

    def filter(self, **_):
        return self

    def update(self, file):
        self.moved_to = file


def test_fifty_megabytes_need_the_memory_of_a_few_pieces(storage):
    tracemalloc.start()
    name = storage.save("work/a", Flow(bytes(PIECE) for _ in range(50)))
    with storage.open(name) as file:
        assert sum(map(len, file.chunks())) == 50 * PIECE
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * PIECE
