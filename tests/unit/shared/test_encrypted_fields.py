import base64
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.files.base import ContentFile
from django.db import connection
from pytest_django import Settings

from accounts.models import Client
from portal.shared import rotation
from portal.shared.encryption.crypto import DecryptionError
from portal.shared.encryption.storage import EncryptedFileSystemStorage

pytestmark = pytest.mark.django_db


def make_client(**fields: Any) -> Client:
    values = {"legal_name": "Ada Example", "birth_date": date(1988, 4, 12)} | fields
    return Client.objects.create(**values)


def raw(column: str, pk: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM accounts_client WHERE id = %s", [pk])
        return bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "contact", [None, {}, {"name": "Łukasz 🙂", "phone": None, "n": 0}, [], ""]
)
def test_json_comes_back_as_it_was(contact: Any) -> None:
    client = make_client(emergency_contact=contact)

    assert Client.objects.get(pk=client.pk).emergency_contact == contact


def test_text_and_dates_come_back_as_they_were() -> None:
    client = Client.objects.get(pk=make_client(legal_name="", chosen_name="Łukasz").pk)

    assert (client.legal_name, client.chosen_name, client.pronouns) == ("", "Łukasz", None)
    assert client.birth_date == date(1988, 4, 12)


def test_the_database_holds_no_plain_text() -> None:
    client = make_client()

    assert b"Ada" not in raw("legal_name", client.pk)
    assert b"1988" not in raw("birth_date", client.pk)


def test_a_value_copied_to_another_column_does_not_open() -> None:
    client = make_client(chosen_name="Ada")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_client SET chosen_name = legal_name")

    with pytest.raises(DecryptionError):
        Client.objects.get(pk=client.pk)


def test_looking_a_value_up_is_refused_but_for_null() -> None:
    make_client()

    assert Client.objects.filter(pronouns__isnull=True).count() == 1
    with pytest.raises(FieldError, match="encrypted"):
        Client.objects.filter(legal_name="Ada Example").count()


def test_rotation_encrypts_again_and_reports_zero_the_second_time(
    settings: Settings,
) -> None:
    client = make_client()
    before = raw("legal_name", client.pk)
    new = base64.urlsafe_b64encode(b"n" * 32).decode()

    settings.FIELD_ENCRYPTION_KEYS = [new, *settings.FIELD_ENCRYPTION_KEYS]

    assert rotation.rotate_rows() == 2
    assert rotation.rotate_rows() == 0
    assert raw("legal_name", client.pk) != before
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert Client.objects.get(pk=client.pk).legal_name == "Ada Example"


def test_a_stored_file_is_sealed_to_its_name(tmp_path: Any) -> None:
    storage = EncryptedFileSystemStorage(location=str(tmp_path))
    name = storage.save("packets/a.pdf", ContentFile(b"%PDF told once"))

    with storage.open(name) as file:
        assert file.read() == b"%PDF told once"
    assert b"told once" not in (tmp_path / name).read_bytes()
    (tmp_path / "packets" / "b.pdf").write_bytes((tmp_path / name).read_bytes())
    with pytest.raises(DecryptionError):
        storage.open("packets/b.pdf")
    with pytest.raises(NotImplementedError):
        storage.url(name)
