"""The therapist writes a text in a real browser: preview, publish, and what has changed."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walker import Walker, in_every_light
from tests.factories.accounts import add_app
from tests.factories.booking import a_session_type
from tests.factories.consents import published_consents

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def therapist(
    page: Page, live_server: Any, client: Any, assert_accessible: Callable[..., None]
) -> Walker:
    practitioner = a_session_type().practitioner
    add_app(practitioner.user)
    published_consents(practitioner)
    client.force_login(practitioner.user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return Walker(page, assert_accessible, "consent-texts")


def test_a_text_is_edited_looked_at_and_published(therapist: Walker) -> None:
    therapist.open("/therapist/consents/", "Consent texts")
    therapist.follow("Edit Consent to EMDR therapy")
    therapist.arrive("Edit “Consent to EMDR therapy”")
    box = therapist.page.get_by_label("Text", exact=True)
    words = box.input_value()
    box.fill(words.replace("and you can stop whenever you want", "and we stop when you say so"))
    therapist.press("Preview")
    therapist.arrive("Edit “Consent to EMDR therapy”")
    inserted = therapist.page.locator("ins").first
    expect(inserted).to_have_text("[Added: we stop when]")

    therapist.press("Publish this version")
    therapist.arrive("Consent to EMDR therapy")
    expect(therapist.page.get_by_text("Version 2 is published.")).to_be_visible()
    therapist.follow("what changed between version 1 and version 2")
    therapist.arrive("From version 1 to version 2")
    for width, scheme, rules in in_every_light(therapist.page):
        therapist.look(f"difference {width} {scheme}", rules)
