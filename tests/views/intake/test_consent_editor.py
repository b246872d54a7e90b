"""The therapist writes, previews, publishes, compares and retires consent texts."""

import pytest
from django.urls import reverse

from booking.models import SessionType
from intake.models import ConsentDocument, IntakePlan
from intake.services.publishing import current
from tests.factories.accounts import add_app
from tests.factories.booking import a_session_type
from tests.factories.consents import published_consents

pytestmark = pytest.mark.django_db
NEW = "/therapist/consents/new/"


@pytest.fixture
def browser(client):
    practitioner = a_session_type(name="Session").practitioner
    add_app(practitioner.user)
    published_consents(practitioner)
    client.force_login(practitioner.user)
    return client


def whole(**fields: str) -> dict[str, str]:
    given = {
        "title": "Walking sessions",
        "kind": "treatment",
        "intent": "I agree to walk.",
        "source": "We walk.\n\n## Rain\n\nWe walk on.\n",
        "effective_on": "2027-02-01",
    }
    return {**given, **fields}


def test_the_editor_begins_with_the_text_and_its_blanks(browser):
    html = browser.get(reverse("intake:therapist_consent_edit", args=["emdr"])).content.decode()
    assert "Edit “Consent to EMDR therapy”" in html
    assert "Publishing makes version 2." in html
    assert "{{ practice_name }}" in html


def test_an_unknown_text_does_not_exist(browser):
    assert (
        browser.get(reverse("intake:therapist_consent_edit", args=["nothing"])).status_code == 404
    )


def test_a_preview_publishes_nothing_and_shows_what_changes(browser):
    url = reverse("intake:therapist_consent_edit", args=["emdr"])
    source = current("emdr").text.replace("Signing does not mean", "To sign does not mean")
    sent = whole(title="Consent to EMDR therapy", source=source, preview="1")
    html = browser.post(url, sent).content.decode()
    assert "Nothing is published yet." in html
    added = (
        '<ins><span class="visually-hidden">[Added: </span>To sign<span class="visually-hidden">]'
    )
    assert added in html
    assert current("emdr").version == 1


def test_publishing_leads_to_the_new_version(browser):
    answer = browser.post(NEW, whole(), follow=True)
    html = answer.content.decode()
    document = current("walking-sessions")
    assert "Version 1 is published." in html
    assert "<h2>Rain</h2>" in html
    assert answer.redirect_chain == [
        (reverse("intake:therapist_consent", args=[document.public_id]), 302)
    ]
    assert "Walking sessions" in browser.get("/therapist/consents/").content.decode()


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(browser):
    answer = browser.post(NEW, whole(title="Health care proxy", effective_on="soon"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter a valid date." in html
    assert "We walk on." in html
    answer = browser.post(NEW, whole(title="Health care proxy"))
    assert "can’t be signed electronically in New York" in answer.content.decode()
    assert not ConsentDocument.objects.filter(slug="health-care-proxy").exists()


def test_two_versions_are_compared_whichever_way_they_are_named(browser):
    browser.post(NEW, whole())
    first = current("walking-sessions")
    edit = reverse("intake:therapist_consent_edit", args=["walking-sessions"])
    browser.post(
        edit, whole(source="We run.\n\n## Rain\n\nWe walk on.\n", intent="I agree to run.")
    )
    second = current("walking-sessions")
    pages = [
        browser.get(reverse("intake:therapist_consent_difference", args=pair)).content.decode()
        for pair in ([second.public_id, first.public_id], [first.public_id, second.public_id])
    ]
    assert "From version 1 to version 2" in pages[0]
    assert "</span>walk.<span" in pages[0]
    assert "</span>run.<span" in pages[0]
    assert "</span>I agree to run.<span" in pages[0]
    assert "From version 1 to version 2" in pages[1]


def test_texts_of_two_kinds_are_not_compared(browser):
    pair = [current("emdr").public_id, current("telehealth").public_id]
    url = reverse("intake:therapist_consent_difference", args=pair)
    assert browser.get(url).status_code == 404


def test_a_text_is_retired_and_taken_up_again(browser):
    url = reverse("intake:therapist_consent_retire", args=[current("emdr").public_id])
    html = browser.post(url, follow=True).content.decode()
    assert "nobody is asked for it from now on" in html
    assert "Ask for it again" in html
    assert "Retired" in browser.get("/therapist/consents/").content.decode()
    html = browser.post(url, {"take_up": "1"}, follow=True).content.decode()
    assert "Retire this text" in html


def test_the_page_says_where_a_text_is_asked_for(browser):
    kind = SessionType.objects.get()
    IntakePlan.objects.create(session_type=kind, questionnaires=[], consents=["emdr"])
    document = current("telehealth")
    url = reverse("intake:therapist_consent_plans", args=[document.public_id])
    html = browser.post(url, {"plan": str(kind.public_id)}, follow=True).content.decode()
    assert "Intakes that are opened from now on follow it." in html
    assert IntakePlan.objects.get().consents == ["emdr", "telehealth"]
