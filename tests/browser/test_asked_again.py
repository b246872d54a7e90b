"""A changed text in a real browser: asked again, read, signed, taken back, and noted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Visitor
from playwright.sync_api import Page, expect

from intake.models import ConsentSignature, Intake
from portal.shared.clock import utc_now
from tests.browser.walker import Walker, in_every_light
from tests.factories.accounts import add_app
from tests.factories.consents import NAME, an_intake_to_sign, sign_text
from tests.unit.intake.test_asked_again import new_version

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def intake(live_server: Any) -> Intake:
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy")
    soon = utc_now() + timedelta(days=2)
    times = {"starts_at": soon, "blocked_from": soon}
    ends = {"ends_at": soon + timedelta(hours=1), "blocked_until": soon + timedelta(hours=1)}
    type(intake.appointment).objects.filter(pk=intake.appointment.pk).update(**times, **ends)
    sign_text(intake, "electronic-records")
    sign_text(intake, "psychotherapy")
    new_version(intake, now=utc_now())
    return intake


def signed_in(page: Page, live_server: Any, user: Any) -> None:
    visitor = Visitor()
    visitor.force_login(user)
    session = visitor.cookies["sessionid"].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def in_all_lights(walker: Walker, name: str) -> None:
    for width, scheme, rules in in_every_light(walker.page):
        walker.look(f"{name} {width} {scheme}", rules)


def test_a_changed_text_is_signed_taken_back_and_noted(
    page: Page, live_server: Any, intake: Intake, assert_accessible: Callable[..., None]
) -> None:
    walker = Walker(page, assert_accessible, "asked-again")
    signed_in(page, live_server, intake.client.user)
    page.goto("/consents/")
    in_all_lights(walker, "documents to sign")
    walker.follow("Read and sign Consent to psychotherapy")
    expect(page.get_by_role("heading", name="What has changed since you signed")).to_be_visible()
    in_all_lights(walker, "changed text")
    walker.type("Your name, typed", NAME)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    walker.arrive("Documents to sign")
    assert ConsentSignature.objects.filter(document__version=2, intake=None).count() == 1

    walker.follow("Take back Consent to psychotherapy")
    walker.arrive("Take back “Consent to psychotherapy”")
    in_all_lights(walker, "take back")
    walker.press("Take it back")
    walker.arrive("Documents to sign")
    expect(page.get_by_text("You took back “Consent to psychotherapy”.")).to_be_visible()

    therapist = intake.appointment.practitioner.user
    add_app(therapist)
    signed_in(page, live_server, therapist)
    page.goto("/therapist/")
    in_all_lights(walker, "today")
    walker.follow("Read it from Ada Example about Consent to psychotherapy")
    walker.arrive("A consent was taken back")
    in_all_lights(walker, "withdrawal")
    walker.press("I have read this")
    walker.arrive("Ada Example")
    walker.follow("Ask or record paper for Consent to psychotherapy")
    walker.arrive("Who has signed")
    in_all_lights(walker, "who has signed")
    walker.follow("Signed on paper by Ada Example")
    walker.arrive("The signed sheet of Ada Example")
    in_all_lights(walker, "sheet")
    walker.type("Who signed it", "Ada Example")
    walker.type("Day on the sheet", "2026-01-02")
    walker.press("Record it")
    walker.arrive("Who has signed")
    expect(page.get_by_text("The signed sheet is recorded.")).to_be_visible()
