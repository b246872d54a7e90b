"""The therapist brings a questionnaire in, looks at it, publishes, exports and retires it."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from intake.models import Questionnaire, QuestionnaireDraft, RetiredQuestionnaire
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory, add_app
from tests.factories.fhir_files import item, resource
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db
LIST = "/therapist/questionnaires/"
IMPORT = LIST + "import/"
SLEEP = item("sleep", "integer", "How many hours do you sleep?", required=True)
PAIN = item("pain", "reference", "Where does it hurt?")


@pytest.fixture
def intake():
    return an_intake("about-you", "phq-9")


@pytest.fixture
def user(intake):
    return intake.appointment.practitioner.user


@pytest.fixture
def browser(client, user):
    add_app(user)
    client.force_login(user)
    return client


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def a_file(*items, name="sleep.json", **more):
    told = resource(*items, title="About your sleep", url="https://example.com/Q/sleep", **more)
    return SimpleUploadedFile(name, json.dumps(told).encode())


def bring_in(browser, *items, **more):
    answered = browser.post(IMPORT, {"file": a_file(*items, **more)})
    assert answered.status_code == 302, text_of(answered)
    return answered.url


def publish(browser, *items, **more):
    return browser.post(bring_in(browser, *items, **more) + "publish/", {"in_person": "on"})


def test_the_list_tells_title_version_use_and_origin(browser, intake):
    told = text_of(browser.get(LIST))

    name = intake.appointment.session_type.name
    assert f"Asked for in: {name}" in told
    assert "Came with the portal · version 1, in force since" in told
    assert "Instrument with a score · version 1" in told
    assert "Drafts" not in told


def test_a_file_is_looked_at_and_published(browser):
    url = bring_in(browser, SLEEP)
    told = text_of(browser.get(url))
    assert "Everything in it can be shown" in told
    assert "1 question on 1 page · from sleep.json" in told
    assert "How many hours do you sleep? <span" in told
    assert "About your sleep" in text_of(browser.get(LIST))
    assert not Questionnaire.objects.filter(title="About your sleep").exists()

    answered = browser.post(url + "publish/", {"in_person": "on"}, follow=True)

    row = Questionnaire.objects.get(title="About your sleep")
    assert answered.redirect_chain[-1][0] == reverse(
        "intake:therapist_questionnaire", args=[row.public_id]
    )
    assert "It is published." in text_of(answered)
    assert row.parsed.by_link_id["sleep"].may_say_in_person
    assert not QuestionnaireDraft.objects.exists()
    assert AuditEvent.objects.filter(action="questionnaire_draft.publish").count() == 1


def test_in_person_is_the_therapists_choice(browser):
    browser.post(bring_in(browser, SLEEP) + "publish/")

    row = Questionnaire.objects.get(title="About your sleep")
    assert not row.parsed.by_link_id["sleep"].may_say_in_person


def test_the_same_file_again_is_the_same_draft(browser):
    assert bring_in(browser, SLEEP) == bring_in(browser, SLEEP)
    assert QuestionnaireDraft.objects.count() == 1


def test_the_same_address_is_a_new_version_and_answers_keep_theirs(browser, intake):
    publish(browser, SLEEP)
    url = bring_in(browser, SLEEP, item("dreams", "text", "Do you dream?"))
    assert "It would follow version 1 of" in text_of(browser.get(url))

    answered = browser.post(url + "publish/", {"in_person": "on"}, follow=True)

    rows = Questionnaire.objects.filter(title="About your sleep").order_by("version")
    assert [row.version for row in rows] == [1, 2]
    assert "Version 2, this one" in text_of(answered)
    earlier = text_of(
        browser.get(reverse("intake:therapist_questionnaire", args=[rows[0].public_id]))
    )
    assert "An earlier version" in earlier


def test_what_cant_be_shown_is_told_by_question_and_nothing_is_lost(browser):
    url = bring_in(browser, SLEEP, PAIN)

    told = text_of(browser.get(url))

    assert "What can’t be shown" in told
    assert "<b>Where does it hurt?</b>:" in told
    assert ">Publish<" not in told
    refused = text_of(browser.post(url + "publish/", follow=True))
    assert "It can’t be published" in refused
    assert QuestionnaireDraft.objects.get().resource["item"][1] == PAIN


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<Patient/>", "This is a FHIR Patient, not a FHIR Questionnaire."),
        (b"{", "The file is not valid JSON"),
        (b'{"resourceType": "Patient"}', "This is a FHIR Patient, not a FHIR Questionnaire."),
        (b"", "This file is empty. Please choose another one."),
    ],
)
def test_what_is_no_questionnaire_is_said_at_the_field(browser, content, message):
    answered = browser.post(IMPORT, {"file": SimpleUploadedFile("a.json", content)})

    assert answered.status_code == 422
    assert message in text_of(answered)
    assert not QuestionnaireDraft.objects.exists()


def test_no_file_is_said_at_the_field(browser):
    answered = browser.post(IMPORT)

    assert answered.status_code == 422
    assert "Please choose a file." in text_of(answered)


def test_a_draft_is_discarded(browser):
    answered = browser.post(bring_in(browser, SLEEP) + "discard/", follow=True)

    assert "The draft “About your sleep” is gone." in text_of(answered)
    assert not QuestionnaireDraft.objects.exists()


def test_what_goes_out_as_a_file_comes_in_again_as_the_same(browser):
    publish(browser, SLEEP)
    row = Questionnaire.objects.get(title="About your sleep")

    file = browser.get(reverse("intake:questionnaire_file", args=[row.public_id]))

    assert file["Content-Type"] == "application/fhir+json"
    assert file["Content-Disposition"] == f'attachment; filename="{row.slug}-1.fhir.json"'
    assert json.loads(file.content) == row.resource
    again = browser.post(IMPORT, {"file": SimpleUploadedFile("a.json", file.content)})
    told = text_of(browser.post(again.url + "publish/", {"in_person": "on"}, follow=True))
    assert "Nothing had changed" in told


def test_it_is_retired_and_taken_up_again(browser, intake):
    row = intake.responses.get(questionnaire__slug="phq-9").questionnaire
    here = reverse("intake:questionnaire_retire", args=[row.public_id])

    told = text_of(browser.post(here, {"offer": "no"}, follow=True))
    assert "New intakes go without it." in told
    assert RetiredQuestionnaire.objects.get().slug == "phq-9"
    assert ">Retired<" in text_of(browser.get(LIST))

    told = text_of(browser.post(here, {"offer": "yes"}, follow=True))
    assert "New intakes ask for it again" in told
    assert not RetiredQuestionnaire.objects.exists()


def test_a_client_finds_none_of_it(client, browser, intake):
    draft = bring_in(browser, SLEEP)
    row = Questionnaire.objects.first()
    client.force_login(UserFactory(role="client"))
    kind = intake.appointment.session_type
    addresses = [
        LIST, IMPORT, draft, draft + "preview/", f"{LIST}{row.public_id}/",
        f"{LIST}{row.public_id}/preview/", f"{LIST}{row.public_id}/fhir.json",
        "/therapist/plans/", f"/therapist/plans/{kind.public_id}/",
    ]  # fmt: skip
    assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)


def test_a_file_whose_pages_fail_is_told_and_not_published(browser, monkeypatch):
    def fail(_):
        raise RecursionError

    url = bring_in(browser, SLEEP)
    monkeypatch.setattr("intake.views.preview.render_pages", fail)

    told = text_of(browser.get(url))
    assert "The portal failed to show it (RecursionError)." in told
    assert ">Publish<" not in told
    refused = text_of(browser.post(url + "publish/", follow=True))
    assert "It can’t be published" in refused
    assert not Questionnaire.objects.filter(title="About your sleep").exists()
