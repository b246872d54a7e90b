"""The therapist sees what is in force, what has changed, and publishes it."""

import pytest

from booking.models import SessionType
from intake.services.publishing import current
from portal.shared.models import AuditEvent
from tests.factories.accounts import add_app
from tests.factories.booking import a_session_type
from tests.factories.consents import published_consents

pytestmark = pytest.mark.django_db
LIST = "/therapist/consents/"


@pytest.fixture
def browser(client):
    practitioner = a_session_type(name="Session").practitioner
    add_app(practitioner.user)
    client.force_login(practitioner.user)
    return client


def test_the_page_asks_for_an_attorney_and_offers_to_publish(browser):
    html = browser.get(LIST).content.decode()
    assert "Please have an attorney who knows your practice read them." in html
    assert html.count("Not published yet") == 6
    assert "Publish new versions" in html


def test_publishing_puts_all_texts_in_force_and_is_noted(browser):
    answer = browser.post(LIST + "publish/", follow=True)
    html = answer.content.decode()
    assert "The texts are published." in html
    assert "All texts are up to date with your practice." in html
    assert AuditEvent.objects.filter(action="consent.publish").count() == 6


def test_a_new_price_is_told_as_a_change_of_the_fees_only(browser):
    published_consents(SessionType.objects.get().practitioner)
    SessionType.objects.update(price_cents=175_00)
    html = browser.get(LIST).content.decode()
    assert html.count(">Changed<") == 1
    assert "they were when these were published: Fees and cancellation." in html

    browser.post(LIST + "publish/")
    assert (current("fees-and-cancellation").version, current("emdr").version) == (2, 1)


def test_a_text_is_read_with_its_older_versions(browser):
    published_consents(SessionType.objects.get().practitioner)
    old = current("fees-and-cancellation")
    SessionType.objects.update(price_cents=175_00)
    browser.post(LIST + "publish/")
    html = browser.get(f"{LIST}{old.public_id}/").content.decode()
    assert "<td>$150</td>" in html
    assert "replaced by a newer version" in html
    assert old.sha256 in html
    assert "Version 2, in force since" in html
