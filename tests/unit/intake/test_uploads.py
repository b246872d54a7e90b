"""Documents that clients hand in: kept encrypted, removed without a trace of their words, noted."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from intake.models import Upload
from intake.services import uploads
from intake.services.uploads import AlreadyOpened, NotTaken
from intake.tasks import erase_upload
from intake.upload_words import WORDS, label_of
from portal.shared.encryption.storage import private_storage
from portal.shared.models import AuditEvent, OutboxEntry
from portal.shared.rotation import rotate_files
from portal.shared.wash.refusals import Reason
from tests.factories.accounts import ClientFactory
from tests.factories.booking import PractitionerFactory
from tests.factories.handed_in import HANDED_IN_AT, an_upload, jpeg, locked_pdf, pdf, posted_file

pytestmark = pytest.mark.django_db
LATER = HANDED_IN_AT + timedelta(hours=2)


@pytest.fixture
def ada():
    return ClientFactory()


def inspect(ada, file):
    return uploads.inspect(file=file, by=ada.user, now=HANDED_IN_AT)


def stored(upload):
    return private_storage().raw_read(upload.file.name)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("letter.pdf", "letter.pdf"),
        ("IMG_0412.HEIC", "IMG_0412.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini", "boot.pdf"),
        ("C:\\Users\\ada\\report.final.docx", "report.final.pdf"),
        ("evil.pdf.exe", "evil.pdf.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "ab Set-Cookie x.pdf"),
        ('quo"te<b>.pdf', "quo te b.pdf"),
        ("Łukasz’ Brief 信.pdf", "Łukasz’ Brief 信.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
        ("...", "Document.pdf"),
        ("", "Document.pdf"),
    ],
)
def test_a_name_becomes_one_plain_line_with_the_ending_of_what_it_is(name, label):
    assert label_of(name, "application/pdf") == label


def test_every_reason_is_said_in_words():
    assert set(WORDS) == set(Reason)


def test_a_document_is_kept_encrypted_under_a_name_that_says_nothing(ada):
    content = pdf()
    upload = an_upload(ada, content, name="Diagnosis of Ada.pdf")

    assert upload.label == "Diagnosis of Ada.pdf"
    folder, _, name = upload.file.name.rpartition("/")
    assert re.fullmatch(r"uploads/\d{4}/\d{2}", folder)
    assert re.fullmatch(r"[0-9a-f]{32}", name)
    assert b"%PDF" not in stored(upload)
    with upload.file.open("rb") as file:
        assert file.read() == content
    event = AuditEvent.objects.get(action="upload.add")
    assert event.client_id == ada.pk
    assert event.detail == {
        "type": "application/pdf",
        "size": upload.size,
        "sha256": upload.sha256,
    }
    assert "Diagnosis" not in json.dumps(list(AuditEvent.objects.values()), default=str)


def test_the_limit_of_one_file_is_that_of_the_practice(ada, settings):
    settings.UPLOAD_FILE_MB = 1
    file = SimpleUploadedFile("large.pdf", b"%PDF-" + bytes(1_000_000))

    with pytest.raises(NotTaken, match="larger than 1 MB"):
        inspect(ada, file)


def test_what_is_refused_says_why_and_nothing_is_kept(ada):
    for content, why in (
        (locked_pdf(user="x"), "locked with a password"),
        (b"<svg/>", "no PDF, JPEG or PNG"),
        (b"", "empty"),
    ):
        with pytest.raises(NotTaken, match=why):
            inspect(ada, posted_file(content))
    assert Upload.objects.count() == 0


def test_what_is_kept_is_the_harmless_one_and_not_what_came(ada):
    came = jpeg() + b"<script>loud</script>"

    harmless = inspect(ada, posted_file(came))

    assert b"loud" not in harmless.content
    assert harmless.media_type == "image/jpeg"


def test_all_documents_of_a_client_share_one_room(ada, settings):
    settings.UPLOAD_TOTAL_MB = 1
    first = an_upload(ada, b"%PDF" + bytes(600_000))
    folder = private_storage()
    before = set(folder.raw_names())

    with pytest.raises(NotTaken, match="may be 1 MB together"):
        an_upload(ada, b"%PDF" + bytes(600_000))

    assert set(folder.raw_names()) == before
    an_upload(ClientFactory(), b"%PDF" + bytes(600_000))
    uploads.remove(upload=first, by=ada.user, now=LATER)
    an_upload(ada, b"%PDF" + bytes(600_000))
    assert Upload.objects.of(ada).count() == 1


def test_nobody_sends_files_without_end(ada, monkeypatch):
    monkeypatch.setattr(uploads, "RATE", (2, 3600))
    for _ in range(2):
        with pytest.raises(NotTaken, match="empty"):
            inspect(ada, posted_file(b""))

    with pytest.raises(NotTaken, match=r"go on in 60 minutes"):
        inspect(ada, posted_file(b""))


def test_a_removed_document_leaves_a_note_and_no_words(ada):
    upload = an_upload(ada)
    name = upload.file.name

    uploads.remove(upload=upload, by=ada.user, now=LATER)
    uploads.remove(upload=upload, by=ada.user, now=LATER)

    upload.refresh_from_db()
    assert (upload.label, upload.removed_at) == ("", LATER)
    assert list(Upload.objects.of(ada)) == []
    entry = OutboxEntry.objects.get(kind="erase_upload")
    for _ in range(2):
        erase_upload(entry.payload, now=LATER)
    upload.refresh_from_db()
    assert upload.file.name == ""
    assert not private_storage().exists(name)
    event = AuditEvent.objects.get(action="upload.remove")
    assert event.object_id == str(upload.public_id)
    assert event.detail["sha256"] == upload.sha256


def test_a_document_that_is_kept_is_never_erased(ada):
    upload = an_upload(ada)

    uploads.erase(upload_id=upload.pk)

    upload.refresh_from_db()
    assert private_storage().exists(upload.file.name)


def test_what_the_therapist_has_opened_stays(ada):
    upload, therapist = an_upload(ada), PractitionerFactory().user
    uploads.read(upload=upload, by=ada.user, now=HANDED_IN_AT)
    upload.refresh_from_db()
    assert upload.opened_at is None

    content = uploads.read(upload=upload, by=therapist, now=LATER)

    assert content.startswith(b"%PDF")
    with pytest.raises(AlreadyOpened):
        uploads.remove(upload=upload, by=ada.user, now=LATER)
    uploads.read(upload=upload, by=therapist, now=LATER + timedelta(days=1))
    upload.refresh_from_db()
    assert (upload.opened_at, upload.removed_at) == (LATER, None)
    readers = AuditEvent.objects.filter(action="upload.read").values_list("actor_id", flat=True)
    assert list(readers) == [ada.user.pk, therapist.pk, therapist.pk]


def test_what_was_removed_is_read_by_nobody(ada):
    upload = an_upload(ada)
    uploads.remove(upload=upload, by=ada.user, now=LATER)

    with pytest.raises(Upload.DoesNotExist):
        uploads.read(upload=upload, by=PractitionerFactory().user, now=LATER)


def test_the_database_refuses_what_must_not_be(ada):
    upload = an_upload(ada)
    rows = Upload.objects.filter(pk=upload.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(opened_at=LATER, removed_at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(file="")


def test_documents_are_encrypted_again_when_the_key_changes(ada, settings):
    upload = an_upload(ada)
    new_key = "bmV3LWtleS1mb3ItdGVzdHMtb25seS0zMi1ieXRlcyE="
    settings.FIELD_ENCRYPTION_KEYS = [new_key, *settings.FIELD_ENCRYPTION_KEYS]

    assert rotate_files() == 1

    upload.refresh_from_db()
    settings.FIELD_ENCRYPTION_KEYS = [new_key]
    with upload.file.open("rb") as file:
        assert file.read().startswith(b"%PDF")
