"""Files as answers, without a script: handed in at their question, kept, taken back, read."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from intake.fhir.answers import Answer, key_of
from intake.fhir.attachments import GONE
from intake.models import Upload
from intake.services import uploads
from intake.services.attaching import ONE_ONLY, attached
from intake.services.submitting import submit
from tests.factories.accounts import ClientFactory, add_app
from tests.factories.files_asked import files_asked
from tests.factories.handed_in import HANDED_IN_AT, an_upload, jpeg, pdf, png, posted_file
from tests.factories.intake import FILLED_AT, posted

pytestmark = pytest.mark.django_db
PICTURES = key_of("pictures", "1")


@pytest.fixture
def response(client):
    response = files_asked()
    client.force_login(response.intake.client.user)
    return response


def url_of(response):
    slug = response.questionnaire.parsed.sections[0].slug
    return reverse("intake:section", args=[response.intake.public_id, "files", slug])


def save(client, response, *, htmx=False, **fields):
    response.refresh_from_db()
    response = type(response).objects.get(pk=response.pk)
    slug = response.questionnaire.parsed.sections[0].slug
    form = posted(response, slug, **_kept(response), **fields)
    return client.post(url_of(response), form, headers={"HX-Request": "true"} if htmx else {})


def _kept(response):
    """What the page posts of files that are handed in already."""
    by_name = {"letter": "letter", "pictures.1": PICTURES}
    given = response.given()
    return {
        name: [file.public_id for file in given[key].values]
        for name, key in by_name.items()
        if key in given
    }


def given(response, key="letter"):
    return type(response).objects.get(pk=response.pk).given().get(key)


def text_of(reply):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reply.content.decode()))


def test_a_file_is_handed_in_at_its_question_and_everything_else_is_saved(client, response):
    fields = {"letter:file": posted_file(pdf(), "from dr b.pdf"), "note": "It is short."}

    done = save(client, response, **fields, act="attach letter")

    assert done.headers["Location"] == f"{url_of(response)}#q-letter"
    upload = Upload.objects.get()
    assert (upload.label, upload.response) == ("from dr b.pdf", response)
    assert given(response) == Answer((attached(upload),))
    assert given(response, "note") == Answer(("It is short.",))
    page = client.get(url_of(response))
    assert "from dr b.pdf 1 KB Remove" in text_of(page)
    assert 'name="letter:file"' not in page.content.decode()
    assert 'name="pictures.1:file"' in page.content.decode()
    assert 'enctype="multipart/form-data"' in page.content.decode()


def test_it_stays_when_the_page_is_saved_again_and_by_htmx(client, response):
    save(client, response, **{"letter:file": posted_file(pdf())})
    kept = given(response)

    save(client, response, note="More")
    reply = save(client, response, htmx=True, note="Still more")

    assert reply.headers["X-Intake-Saved"] == "yes"
    assert given(response) == kept
    assert given(response, "note") == Answer(("Still more",))


def test_what_is_refused_is_said_at_the_question_and_nothing_else_is_lost(client, response):
    fields = {"letter:file": posted_file(b"<html>", "letter.pdf"), "note": "Kept all the same"}

    page = save(client, response, **fields, act="attach letter")

    assert page.status_code == 422
    assert "“letter.pdf”: This is no PDF, JPEG or PNG" in text_of(page)
    assert given(response) is None
    assert given(response, "note") == Answer(("Kept all the same",))


def test_a_question_takes_only_the_kinds_that_it_asks_for(client, response):
    page = save(client, response, **{"letter:file": posted_file(png(), "scan.png")})

    assert "“scan.png”: Please choose a PDF here. This is a PNG." in text_of(page)
    assert Upload.objects.count() == 0


def test_several_files_stand_in_one_repetition_up_to_the_limit(client, response):
    pictures = [posted_file(jpeg(), f"{number}.jpg") for number in (1, 2, 3, 4)]

    page = save(client, response, **{"pictures.1:file": pictures})

    assert "“4.jpg”: There can be at most 3 files here." in text_of(page)
    assert [file.name for file in given(response, PICTURES).values] == ["1.jpg", "2.jpg", "3.jpg"]
    assert Upload.objects.count() == 3


def test_a_second_letter_waits_until_the_first_is_taken_back(client, response):
    save(client, response, **{"letter:file": posted_file(pdf(), "one.pdf")})

    page = save(client, response, **{"letter:file": posted_file(pdf(), "two.pdf")})

    assert f"“two.pdf”: {ONE_ONLY}" in text_of(page)
    assert Upload.objects.get().label == "one.pdf"


def test_a_file_is_taken_back_with_its_upload(client, response):
    save(client, response, **{"letter:file": posted_file(pdf())})
    upload = Upload.objects.get()

    done = save(client, response, detach=f"{upload.public_id} letter")

    assert done.headers["Location"] == f"{url_of(response)}#q-letter"
    assert given(response) == Answer()
    assert Upload.objects.kept().count() == 0
    assert 'name="letter:file"' in client.get(url_of(response)).content.decode()


def test_what_the_therapist_has_opened_leaves_the_answer_and_stays_in_the_record(client, response):
    save(client, response, **{"letter:file": posted_file(pdf())})
    upload = Upload.objects.get()
    therapist = response.intake.appointment.practitioner.user
    uploads.read(upload=upload, by=therapist, now=HANDED_IN_AT)

    save(client, response, detach=f"{upload.public_id} letter")

    assert given(response) == Answer()
    assert Upload.objects.kept().get() == upload


def test_nobody_can_name_a_file_of_somebody_else_as_an_answer(client, response):
    foreign = an_upload(ClientFactory())
    own_but_elsewhere = an_upload(response.intake.client)
    for upload in (foreign, own_but_elsewhere):
        page = save(client, response, letter=[str(upload.public_id)])
        assert page.status_code == 422
        assert GONE in text_of(page)
        reply = save(client, response, htmx=True, letter=[str(upload.public_id)])
        assert GONE in text_of(reply)
    for odd in ("x", "../../etc/passwd", "\x00"):
        assert save(client, response, letter=[odd]).status_code == 422
    assert given(response) is None


def test_it_is_read_with_the_answers_by_client_and_therapist(client, response):
    save(client, response, **{"letter:file": posted_file(pdf(), "from dr b.pdf")})
    upload = Upload.objects.get()
    check = client.get(reverse("intake:check", args=[response.intake.public_id]))
    own = reverse("intake:upload_file", args=[upload.public_id])
    assert f'<a href="{own}" download>from dr b.pdf</a>' in check.content.decode()
    submit(
        intake=response.intake,
        by=response.intake.client.user,
        now=FILLED_AT + timedelta(hours=1),
    )
    therapist = response.intake.appointment.practitioner.user
    add_app(therapist)
    client.force_login(therapist)

    reading = client.get(reverse("intake:therapist_intake", args=[response.intake.public_id]))
    bundle = client.get(reverse("intake:therapist_fhir", args=[response.intake.public_id])).json()

    theirs = reverse("intake:therapist_upload_file", args=[upload.public_id])
    assert f'<a href="{theirs}" download>from dr b.pdf</a>' in reading.content.decode()
    resources = {each["resource"]["resourceType"]: each["resource"] for each in bundle["entry"]}
    (told,) = resources["QuestionnaireResponse"]["item"]
    assert told["answer"][0]["valueAttachment"]["title"] == "from dr b.pdf"


def test_my_documents_say_which_answers_it_belongs_to(client, response):
    save(client, response, **{"letter:file": posted_file(pdf(), "from dr b.pdf")})
    upload = Upload.objects.get()

    page = client.get(reverse("intake:uploads"))

    assert "in your answers to “Files”" in text_of(page)
    remove = reverse("intake:upload_remove", args=[upload.public_id])
    assert remove not in page.content.decode()
    assert client.get(remove).status_code == 404


def test_a_preview_only_says_that_a_file_can_be_handed_in(client, response):
    therapist = response.intake.appointment.practitioner.user
    add_app(therapist)
    client.force_login(therapist)
    preview = reverse("intake:questionnaire_preview", args=[response.questionnaire.public_id])

    page = client.get(preview)

    assert "Here a file can be handed in: PDF." in text_of(page)
    assert 'type="file"' not in page.content.decode()
