"""The wash as a program of its own: what it is given, what it may take, and when it is ended."""

import time
from pathlib import Path

import pytest

from portal.shared import harmless
from portal.shared.harmless import make_harmless
from portal.shared.wash.refusals import Reason, Refused
from tests.factories import handed_in
from tests.factories.handed_in import jpeg, pdf, png


def refused(content, **options):
    with pytest.raises(Refused) as caught:
        make_harmless(content, **options)
    return caught.value.reason


def test_each_kind_comes_back_with_what_it_is():
    told = [
        (clean.media_type, clean.pages, clean.content[:4])
        for clean in map(make_harmless, (pdf(3), jpeg(), png()))
    ]

    assert told == [
        ("application/pdf", 3, b"%PDF"),
        ("image/jpeg", 1, b"\xff\xd8\xff\xe0"),
        ("image/png", 1, b"\x89PNG"),
    ]


def test_a_refusal_comes_back_as_its_reason():
    assert refused(b"<svg/>") is Reason.UNKNOWN
    assert refused(handed_in.locked_pdf(user="secret")) is Reason.LOCKED


def test_a_file_that_takes_too_long_is_given_up_and_its_program_ended(monkeypatch):
    started = []
    start = harmless._started
    monkeypatch.setattr(
        harmless, "_started", lambda file: started.append(start(file)) or started[-1]
    )

    assert refused(pdf(), seconds=0.01) is Reason.EFFORT
    assert started[0].returncode is not None


def test_a_program_that_dies_over_a_file_is_a_refusal(monkeypatch):
    start = harmless._started

    def start_and_kill(file):
        program = start(file)
        program.kill()
        return program

    monkeypatch.setattr(harmless, "_started", start_and_kill)

    assert refused(pdf()) is Reason.EFFORT


def test_an_answer_larger_than_any_file_is_not_taken_in(monkeypatch):
    monkeypatch.setattr(harmless, "MOST_ANSWER", 100)

    assert refused(pdf()) is Reason.EFFORT


def test_the_program_gets_no_secret_and_no_setting(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not-for-the-wash")
    with harmless._in_memory(pdf()) as file, harmless._started(file) as program:
        told = Path(f"/proc/{program.pid}/environ").read_bytes()
        program.kill()

    assert {entry.partition(b"=")[0] for entry in told.split(b"\0") if entry} <= {
        b"PATH", b"LANG", b"PYTHONDONTWRITEBYTECODE",
    }  # fmt: skip


def test_a_pdf_of_very_many_pages_ends_soon():
    document = pdf(20_000)
    began = time.monotonic()

    assert refused(document) is Reason.PAGES
    assert time.monotonic() - began < harmless.MOST_SECONDS


def test_a_large_picture_of_a_phone_fits_the_memory():
    large = jpeg((8_000, 6_000), quality=30)

    assert make_harmless(large).media_type == "image/jpeg"
