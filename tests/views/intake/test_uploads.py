"""Handing in documents without a script: kept or told why not, handed out as files, never shown."""

import os
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from intake.forms.uploads import NOTHING, TOO_MANY
from intake.models import Upload
from intake.services import uploads
from intake.views.uploads import OPENED
from portal.shared.models import AuditEvent
from tests.factories.accounts import ClientFactory, UserFactory, add_app
from tests.factories.booking import PractitionerFactory, an_appointment
from tests.factories.handed_in import (
    HANDED_IN_AT,
    an_upload,
    jpeg,
    locked_pdf,
    pdf,
    png,
    posted_file,
)

pytestmark = pytest.mark.django_db
PAGE = reverse("intake:uploads")


@pytest.fixture
def ada():
    return ClientFactory()


@pytest.fixture
def browser(client, ada):
    client.force_login(ada.user)
    return client


@pytest.fixture
def therapist(ada):
    user = an_appointment(client=ada).practitioner.user
    add_app(user)
    return user


def text_of(response):
    words = re.sub(r"<head>.*?</head>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", words)


def labels(ada):
    return sorted(upload.label for upload in Upload.objects.of(ada))


def of(upload, name="upload_file"):
    return reverse(f"intake:{name}", args=[upload.public_id])


def test_several_documents_are_handed_in_at_once(browser, ada):
    files = [posted_file(pdf(2), "letter.pdf"), posted_file(jpeg(), "photo.png")]

    done = browser.post(PAGE, {"documents": files, "label": ""})

    assert done.headers["Location"] == PAGE
    assert labels(ada) == ["letter.pdf", "photo.jpg"]
    page = text_of(browser.get(PAGE))
    assert "All 2 are kept." in page
    assert "letter.pdf PDF · 2 pages · 1 KB" in page
    assert "photo.jpg Picture (JPEG) · 1 KB" in page


def test_a_picture_of_the_camera_takes_the_name_that_was_given(browser, ada):
    browser.post(PAGE, {"camera": posted_file(jpeg(), "image.jpg"), "label": "My medication"})

    assert labels(ada) == ["My medication.jpg"]


def test_what_is_refused_stands_at_the_field_and_the_rest_is_kept(browser, ada):
    files = [
        posted_file(pdf(), "good.pdf"),
        posted_file(b"<html><script>alert(1)</script>", "bad.pdf"),
        posted_file(locked_pdf(user="x"), "locked.pdf"),
    ]

    page = browser.post(PAGE, {"documents": files, "label": "Reports"})

    assert page.status_code == 422
    assert labels(ada) == ["Reports 1.pdf"]
    first, second = page.context["form"].errors["documents"]
    assert first.startswith("“bad.pdf”: This is no PDF, JPEG or PNG")
    assert second.startswith("“locked.pdf”: This PDF is locked with a password.")
    html = page.content.decode()
    assert 'value="Reports"' in html
    assert 'aria-invalid="true"' in html
    assert "Reports 1.pdf" in html
    assert "It is kept." in html


def test_nothing_chosen_is_said_at_the_field(browser):
    page = browser.post(PAGE, {"label": "A letter"})

    assert (page.status_code, page.context["form"].errors) == (422, {"documents": [NOTHING]})


def test_more_than_five_at_once_are_said_at_the_field(browser, ada):
    files = [posted_file(pdf(), f"{number}.pdf") for number in range(6)]

    page = browser.post(PAGE, {"documents": files})

    assert (page.status_code, page.context["form"].errors) == (422, {"documents": [TOO_MANY]})
    assert labels(ada) == []


def test_a_file_that_is_too_large_is_said_at_the_field(browser, ada, settings):
    settings.UPLOAD_FILE_MB = 1
    large = SimpleUploadedFile("large.pdf", b"%PDF-" + bytes(11_000_000))

    page = browser.post(PAGE, {"documents": [large, posted_file(pdf(), "small.pdf")]})

    assert page.context["form"].errors == {
        "documents": ["“large.pdf”: This file is larger than 1 MB. Please choose a smaller one."]
    }
    assert labels(ada) == ["small.pdf"]


def test_what_can_not_be_sent_at_once_is_turned_away_unread(browser, ada):
    page = browser.post(
        PAGE, data=b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="200000000"
    )

    assert page.status_code == 413
    assert "That was too much at once" in text_of(page)
    assert Upload.objects.count() == 0


def test_elsewhere_less_is_taken(client, browser):
    sent = {"content_type": "multipart/form-data; boundary=x", "CONTENT_LENGTH": "20000000"}

    assert browser.post(reverse("accounts:details"), data=b"", **sent).status_code == 413
    client.logout()
    answer = client.post(PAGE, data=b"", **sent)
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={PAGE}"


def test_no_file_ever_lies_on_a_disk_unencrypted(browser, ada, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")
    large = png((1_000, 1_000)) + os.urandom(4_000_000)

    assert browser.post(PAGE, {"documents": posted_file(large)}).status_code == 302


def test_a_document_is_handed_out_as_a_file_and_never_shown(browser, ada):
    upload = an_upload(ada, name="Brief von Łukasz.pdf")

    answer = browser.get(of(upload))

    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Brief")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    event = AuditEvent.objects.get(action="upload.read")
    assert (event.client_id, event.actor_role) == (ada.pk, Role.CLIENT)


def test_a_document_is_removed_after_a_question(browser, ada):
    upload = an_upload(ada, name="Old letter.pdf")
    assert "Remove this one?" in text_of(browser.get(of(upload, "upload_remove")))

    browser.post(of(upload, "upload_remove"))

    page = text_of(browser.get(PAGE))
    assert "It is removed, and its file is erased." in page
    assert "Old letter" not in page
    assert browser.get(of(upload)).status_code == 404
    assert browser.get(of(upload, "upload_remove")).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_the_therapist_has_opened_can_not_be_removed(browser, ada, therapist, method):
    upload = an_upload(ada)
    uploads.read(upload=upload, by=therapist, now=HANDED_IN_AT)
    page = browser.get(PAGE)
    assert of(upload, "upload_remove") not in page.content.decode()
    assert "opened by your therapist" in text_of(page)

    getattr(browser, method)(of(upload, "upload_remove"))

    assert OPENED in text_of(browser.get(PAGE))
    assert labels(ada) == ["letter.pdf"]


def test_the_therapist_finds_it_in_the_chart_and_each_opening_is_noted(client, ada, therapist):
    upload = an_upload(ada, name="A & B.pdf")
    client.force_login(therapist)
    url = reverse("intake:therapist_uploads", args=[ada.public_id])
    chart = client.get(reverse("journeys:therapist_client", args=[ada.public_id]))
    assert f'href="{url}"' in chart.content.decode()
    assert "Documents they gave (1 not opened yet)" in text_of(chart)

    page = client.get(url)
    file = client.get(of(upload, "therapist_upload_file"))

    assert "A &amp; B.pdf" in text_of(page)
    assert "Not opened yet" in text_of(page)
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert "Not opened yet" not in text_of(client.get(url))
    actions = AuditEvent.objects.filter(client_id=ada.pk, actor_id=therapist.pk)
    assert list(actions.values_list("action", flat=True)) == [
        "client.read", "uploads.list", "upload.read", "uploads.list",
    ]  # fmt: skip


def test_somebody_elses_documents_do_not_exist(client, ada):
    upload = an_upload(ada)
    client.force_login(ClientFactory().user)
    for name in ("upload_file", "upload_remove"):
        assert client.get(of(upload, name)).status_code == 404
    assert client.post(of(upload, "upload_remove")).status_code == 404

    stranger = PractitionerFactory().user
    add_app(stranger)
    client.force_login(stranger)
    assert client.get(of(upload, "therapist_upload_file")).status_code == 404
    url = reverse("intake:therapist_uploads", args=[ada.public_id])
    assert client.get(url).status_code == 404
    assert labels(ada) == ["letter.pdf"]


def test_who_has_given_no_details_yet_is_told_how_it_begins(client):
    client.force_login(UserFactory())

    assert "This begins with an appointment" in text_of(client.get(PAGE))
    assert client.post(PAGE, {"documents": posted_file(pdf())}).status_code == 404


def test_my_documents_lead_there(browser):
    assert f'href="{PAGE}"' in browser.get(reverse("journeys:documents")).content.decode()


def test_as_many_queries_for_one_as_for_three(browser, ada, django_assert_num_queries):
    an_upload(ada)
    browser.get(PAGE)
    with django_assert_num_queries(AS_MANY):
        browser.get(PAGE)
    for _ in range(2):
        an_upload(ada)
    with django_assert_num_queries(AS_MANY):
        browser.get(PAGE)


AS_MANY = 6
