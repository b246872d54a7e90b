import base64
import os
import stat
from pathlib import Path

import pytest

from scripts import debian, environment_file, setup, stamps


@pytest.fixture
def stamp_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / "stamps")
    return tmp_path


def test_secrets_are_made_once_and_for_the_owner_only(tmp_path: Path):
    path = tmp_path / ".env"

    added = environment_file.ensure(path)
    first = path.read_text()

    assert added == ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEY"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert environment_file.ensure(path) == []
    assert path.read_text() == first


def test_a_secret_that_is_missing_is_added_and_the_rest_is_kept(tmp_path: Path):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=mine\nBLIND_INDEX_KEY=\nEMAIL_HOST=mail.example.com")

    added = environment_file.ensure(path)
    lines = path.read_text().splitlines()

    assert added == ["FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEY"]
    assert lines[:3] == ["SECRET_KEY=mine", "BLIND_INDEX_KEY=", "EMAIL_HOST=mail.example.com"]
    key = next(line for line in lines if line.startswith("FIELD_ENCRYPTION_KEYS="))
    assert len(base64.urlsafe_b64decode(key.partition("=")[2])) == 32


def test_two_installations_have_different_secrets(tmp_path: Path):
    for name in ("one", "two"):
        environment_file.ensure(tmp_path / name)

    assert (tmp_path / "one").read_text() != (tmp_path / "two").read_text()


def test_a_stamp_holds_while_the_content_is_the_same(stamp_folder: Path):
    source, made = stamp_folder / "lock", stamp_folder / "made"
    source.write_text("one")
    made.mkdir()
    value = stamps.content_hash([source])

    stamps.remember("step", value)

    assert stamps.is_current("step", stamps.content_hash([source]), made=made)
    source.write_text("two")
    assert not stamps.is_current("step", stamps.content_hash([source]), made=made)


def test_a_stamp_is_void_when_what_was_made_is_gone(stamp_folder: Path):
    stamps.remember("step", "value")

    assert not stamps.is_current("step", "value", made=stamp_folder / "gone")


def test_a_forgotten_stamp_is_not_current(stamp_folder: Path):
    stamps.remember("step", "value")
    stamps.forget("step", "never-there")

    assert not stamps.is_current("step", "value", made=stamp_folder)


def test_a_folder_counts_with_every_file_in_it(stamp_folder: Path):
    folder = stamp_folder / "static"
    (folder / "css").mkdir(parents=True)
    before = stamps.content_hash([folder])

    (folder / "css" / "new.css").write_text("")

    assert stamps.content_hash([folder]) != before


def test_a_bug_fix_of_python_installs_nothing_again(monkeypatch: pytest.MonkeyPatch):
    before = setup._python_stamp("run")

    monkeypatch.setattr(setup.sys, "version", "3.11.99 (main, Jan  4 2027) [GCC]")
    assert setup._python_stamp("run") == before
    monkeypatch.setattr(setup.sys.implementation, "cache_tag", "cpython-399")
    assert setup._python_stamp("run") != before


def test_without_rights_the_missing_packages_are_named_with_the_command(monkeypatch, capsys):
    monkeypatch.setattr(debian, "_missing", lambda packages: ["chromium", "qpdf"])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit) as ended:
        debian.ensure("test")

    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "sudo apt-get install --no-install-recommends chromium qpdf" in said


def test_on_another_system_what_is_missing_is_named(monkeypatch, capsys):
    monkeypatch.setattr(debian.shutil, "which", lambda name: None)

    with pytest.raises(SystemExit):
        debian.ensure("test")

    assert "chromium, pdftotext, qpdf, initdb, redis-server, java" in capsys.readouterr().err


def test_a_package_that_is_not_installed_is_found_missing():
    assert debian._missing(("base-files", "no-such-package-here")) == ["no-such-package-here"]
