"""The pages of guardians in a real browser: invited, signed, taken back, ended, and of age."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Client, User
from intake.models import ConsentSignature, Intake
from portal.shared.clock import utc_now
from tests.browser.intake_steps import sign
from tests.browser.test_asked_again import in_all_lights, signed_in
from tests.browser.walker import Walker
from tests.factories.accounts import add_app
from tests.factories.consents import an_intake_to_sign

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def intake(live_server: Any) -> Intake:
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy")
    Client.objects.filter(pk=intake.client.pk).update(birth_date=turning_18(20))
    return intake


def turning_18(days: int) -> date:
    """The day of birth of somebody who turns eighteen in so many days."""
    birthday = (utc_now() + timedelta(days=days)).date()
    return birthday.replace(year=birthday.year - 18, day=min(birthday.day, 28))


def test_a_guardian_is_invited_signs_and_takes_back(
    page: Page,
    live_server: Any,
    intake: Intake,
    assert_accessible: Callable[..., None],
    tmp_path: Path,
) -> None:
    walker = Walker(page, assert_accessible, "guardians")
    therapist = intake.appointment.practitioner.user
    add_app(therapist)
    signed_in(page, live_server, therapist)
    page.goto(f"/therapist/clients/{intake.client.public_id}/guardians/")
    in_all_lights(walker, "nobody yet")
    walker.press("Invite them")
    expect(page.get_by_role("alert")).to_be_visible()
    in_all_lights(walker, "refused")
    walker.type("Name", "Pat Example-Featherstonehaugh")
    walker.type("Relation", "mother")
    walker.type("E-mail", "parent.with.a.very.long.address@mail.example.com")
    walker.press("Invite them")
    expect(page.get_by_text("Pat Example-Featherstonehaugh, mother")).to_be_visible()
    in_all_lights(walker, "invited")

    guardian = User.objects.get(email="parent.with.a.very.long.address@mail.example.com")
    signed_in(page, live_server, guardian)
    walker.open("/guardian/", "Documents to sign")
    in_all_lights(walker, "home")
    walker.follow("Read and sign Electronic records and signatures")
    for title in ("Electronic records and signatures", "Consent to psychotherapy"):
        expect(walker.heading()).to_have_text(title)
        in_all_lights(walker, title)
        sign(walker, tmp_path)
    walker.arrive("Documents to sign")
    in_all_lights(walker, "signed")
    assert ConsentSignature.objects.filter(signed_by=guardian).count() == 2
    walker.follow("Take back Consent to psychotherapy")
    walker.arrive("Take back “Consent to psychotherapy”")
    in_all_lights(walker, "take back")

    signed_in(page, live_server, therapist)
    page.goto("/therapist/")
    expect(page.get_by_text("From that day a guardian no longer signs")).to_be_visible()
    in_all_lights(walker, "today")
    walker.follow("Who signs until then")
    walker.press("End access")
    expect(page.get_by_text("Their access has ended. What they signed stays.")).to_be_visible()
    in_all_lights(walker, "ended")
    signed_in(page, live_server, guardian)
    walker.open("/guardian/", "Documents to sign")
    expect(page.get_by_text("There is nobody for whom you sign at present.")).to_be_visible()
    in_all_lights(walker, "nobody")
