"""The seal: made once, kept encrypted, whole until a byte changes, and missed before it ends."""

import io
import shutil
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.management import call_command

from portal.shared import pdf, rotation, seal
from portal.shared.seal import certificate
from tests.seal_fixtures import MADE_AT
from tests.seals import verdict

NEXT_KEY = "dGhlLW5leHQta2V5LW9mLXRoZS10ZXN0cy0zMi1iLi4="


@pytest.fixture(scope="module")
def document():
    return pdf.render(template="pdf/sample.html", context={"word": "river"}, title="Sample")


def test_a_sealed_file_is_whole_and_covers_all_of_itself(document):
    sealed = seal.sealed(document, seal.current())

    status = verdict(sealed.content)
    assert (status.intact, status.valid) == (True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.docmdp_ok
    assert sealed.sha256 != document.sha256
    assert sealed.pages == document.pages


def test_one_changed_byte_breaks_the_seal(document):
    content = bytearray(seal.sealed(document, seal.current()).content)
    content[len(document.content) // 2] ^= 1
    assert verdict(bytes(content)).intact is False


def test_the_seal_allows_no_change_and_is_not_seen(document):
    sealed = seal.sealed(document, seal.current())
    with pikepdf.open(io.BytesIO(sealed.content)) as file:
        (field,) = file.Root.AcroForm.Fields
        (reference,) = field.V.Reference
        assert int(reference.TransformParams.P) == 1  # no change at all
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]
        assert file.Root.StructTreeRoot is not None


def test_the_seal_is_made_once_and_lies_encrypted(elsewhere):
    assert certificate.make(now=MADE_AT)
    first = seal.current()
    assert not certificate.make(now=MADE_AT)
    assert seal.current() == first
    assert first.valid_until - MADE_AT == certificate.VALID_FOR

    raw = (elsewhere / certificate.NAME).read_bytes()
    assert first.archive not in raw
    assert (elsewhere / certificate.NAME).stat().st_mode & 0o077 == 0
    assert "archive" not in repr(first)


def test_renewed_there_is_another_one(elsewhere):
    certificate.make(now=MADE_AT)
    first = seal.current()
    call_command("make_seal", "--renew", stdout=StringIO())
    assert seal.current().fingerprint != first.fingerprint


def test_the_command_says_what_is_there(elsewhere):
    told = StringIO()
    call_command("make_seal", stdout=told)
    call_command("make_seal", stdout=told)
    made, kept = told.getvalue().splitlines()
    assert made.startswith(f"seal made: {seal.current().fingerprint}, until 20")
    assert kept.startswith("seal there already: ")


def test_rotating_the_keys_takes_the_seal_along(elsewhere, settings):
    certificate.make(now=MADE_AT)
    before = seal.current()
    old = django_settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [NEXT_KEY, *old]
    assert certificate.encrypt_again() == 1
    assert certificate.encrypt_again() == 0

    settings.FIELD_ENCRYPTION_KEYS = [NEXT_KEY]
    certificate._made.cache_clear()
    assert seal.current().fingerprint == before.fingerprint
    assert certificate.encrypt_again in rotation._further


def test_without_one_or_out_of_date_nothing_is_sealed(elsewhere):
    with pytest.raises(seal.SealUnusable, match="make_seal"):
        seal.current()
    certificate.make(now=MADE_AT)
    seal.in_force(MADE_AT)
    with pytest.raises(seal.SealUnusable, match="held until"):
        seal.in_force(MADE_AT + certificate.VALID_FOR)


def messages() -> list[str]:
    found = run_checks(tags=["security"], include_deployment_checks=True)
    return [one.id for one in found if one.id.startswith("portal.")]


def test_the_deployment_check_misses_it_and_warns_before_it_ends(elsewhere, monkeypatch):
    assert messages() == ["portal.E001"]
    certificate.make(now=MADE_AT)
    end = MADE_AT + certificate.VALID_FOR
    for now, expected in (
        (end - timedelta(days=31), []),
        (end - timedelta(days=29), ["portal.W001"]),
        (end, ["portal.E001"]),
    ):
        monkeypatch.setattr("portal.shared.checks.utc_now", lambda now=now: now)
        assert messages() == expected


@pytest.mark.parametrize("kind", ["pkcs12", "pem"])
def test_the_practices_own_certificate_seals(elsewhere, settings, kind, document):
    certificate.make(now=MADE_AT)
    key, own, _ = pkcs12.load_key_and_certificates(seal.current().archive, None)
    shutil.rmtree(elsewhere / "seal")
    path = Path(elsewhere / f"own.{kind}")
    path.write_bytes(_as_file(kind, key, own, b"a password"))
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(path), "a password"

    status = verdict(seal.sealed(document, seal.current()).content)
    assert status.intact
    assert status.signing_cert.sha256.hex() == seal.current().fingerprint
    told = StringIO()
    call_command("make_seal", stdout=told)
    assert str(path) in told.getvalue()
    assert not (elsewhere / certificate.NAME).exists()


def _as_file(kind: str, key, own: x509.Certificate, password: bytes) -> bytes:
    lock = BestAvailableEncryption(password)
    if kind == "pkcs12":
        return pkcs12.serialize_key_and_certificates(b"own", key, own, None, lock)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock) + own.public_bytes(
        Encoding.PEM
    )


def test_a_file_that_is_no_certificate_is_named(settings, tmp_path):
    path = tmp_path / "own.p12"
    path.write_bytes(b"no certificate")
    settings.SEAL_FILE = str(path)
    with pytest.raises(seal.SealUnusable, match="ValueError"):
        seal.current()
    assert messages() == ["portal.E001"]
