"""Reading and signing as a person does it: without scripts, with kind errors, one's own only."""

import pytest
from django.urls import reverse

from accounts.models import Role
from intake.models import ConsentSignature, SignatureMethod
from intake.services.publishing import current
from intake.services.sample import sample_word
from tests.factories.accounts import add_app
from tests.factories.booking import UserFactory
from tests.factories.consents import NAME, an_intake_to_sign, sign_text
from tests.unit.shared.pdf.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake():
    return an_intake_to_sign(None, "electronic-records", "emdr")


@pytest.fixture
def browser(client, intake):
    client.force_login(intake.client.user)
    return client


def page_of(intake, slug: str) -> str:
    return reverse("intake:consent", args=[intake.public_id, current(slug).public_id])


def whole(intake, **changed) -> dict[str, str]:
    given = {"typed_name": NAME, "agrees": "on", "sample_word": sample_word(intake), "drawn": ""}
    return {**given, **changed}


def test_the_list_says_what_is_to_be_read(browser, intake):
    html = browser.get(reverse("intake:consents", args=[intake.public_id])).content.decode()
    assert "0 of 2 settled" in html
    assert html.index("Electronic records and signatures") < html.index("Consent to EMDR therapy")
    assert f'href="{page_of(intake, "electronic-records")}"' in html


def test_a_page_shows_the_whole_text_and_an_empty_form(browser, intake):
    html = browser.get(page_of(intake, "emdr")).content.decode()
    assert "<h2>During and after a session</h2>" in html
    assert "Version 1, in force since January 1, 2027" in html
    assert 'name="agrees"' in html
    assert "checked" not in html
    assert NAME not in html


def test_signing_without_a_script_goes_on_to_the_next_text(browser, intake):
    answer = browser.post(page_of(intake, "electronic-records"), whole(intake))
    assert answer.status_code == 302
    assert answer["Location"] == page_of(intake, "emdr")
    signature = ConsentSignature.objects.get()
    assert signature.typed_name == NAME
    assert signature.ip == "127.0.0.1"


def test_the_last_signature_leads_to_the_documents(browser, intake):
    browser.post(page_of(intake, "electronic-records"), whole(intake))
    answer = browser.post(page_of(intake, "emdr"), whole(intake))
    assert answer["Location"] == reverse("journeys:documents")
    html = browser.get(reverse("intake:consents", args=[intake.public_id])).content.decode()
    assert "2 of 2 settled" in html
    assert "Everything is in" in html


def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(browser, intake):
    sent = whole(intake, agrees="", sample_word="elephant")
    del sent["agrees"]
    answer = browser.post(page_of(intake, "electronic-records"), sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "That is not the word in the sample document." in html
    assert "Tick the box to say that you agree." in html
    assert f'value="{NAME}"' in html
    assert 'value="elephant"' in html
    assert 'aria-invalid="true"' in html
    assert not ConsentSignature.objects.exists()


def test_a_drawing_comes_back_after_an_error(browser, intake):
    sent = whole(intake, typed_name="", drawn="M1 2 L30 40")
    html = browser.post(page_of(intake, "electronic-records"), sent).content.decode()
    assert 'value="M1 2 L30 40"' in html
    assert "Type your name: it is your signature." in html


def test_other_texts_wait_for_electronic_records(browser, intake):
    html = browser.post(page_of(intake, "emdr"), whole(intake)).content.decode()
    assert "please read and sign “Electronic records and signatures”" in html


def test_paper_is_offered_and_counts(browser, intake):
    document = current("electronic-records")
    paper = reverse("intake:consent_paper", args=[intake.public_id, document.public_id])
    assert paper in browser.get(page_of(intake, "electronic-records")).content.decode()
    browser.post(paper)
    assert ConsentSignature.objects.get().method == SignatureMethod.PAPER
    html = browser.get(page_of(intake, "electronic-records")).content.decode()
    assert "You chose paper" in html
    assert "Sign here" in html


def test_a_signed_page_shows_the_signature_and_no_form(browser, intake):
    sign_text(intake, "electronic-records")
    html = browser.get(page_of(intake, "electronic-records")).content.decode()
    assert "You signed this" in html
    assert NAME in html
    assert 'name="typed_name"' not in html


def test_the_sample_document_holds_the_word(browser, intake):
    answer = browser.get(reverse("intake:consent_sample", args=[intake.public_id]))
    assert answer["Content-Type"] == "application/pdf"
    assert sample_word(intake) in text_of(answer.content)


@pytest.mark.parametrize("name", ["consents", "consent", "consent_paper", "consent_sample"])
@pytest.mark.parametrize("role", [Role.CLIENT, Role.THERAPIST, Role.BILLING_ADMIN])
def test_somebody_else_finds_nothing(client, intake, name, role):
    user = UserFactory(role=role)
    if user.is_staff:
        add_app(user)
    client.force_login(user)
    ids = [intake.public_id]
    if name in ("consent", "consent_paper"):
        ids.append(current("emdr").public_id)
    url = reverse(f"intake:{name}", args=ids)
    answer = client.post(url) if name == "consent_paper" else client.get(url)
    assert answer.status_code == 404
    assert not ConsentSignature.objects.exists()
