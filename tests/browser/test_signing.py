"""Signing in a real browser: a drawing if one likes, the keyboard alone, and the packet after."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

import portal.journeys.tasks
from intake.models import ConsentSignature, Intake
from intake.services.sample import sample_word
from portal.shared import outbox
from portal.shared.clock import utc_now
from portal.shared.models import OutboxEntry
from tests.factories.consents import NAME, an_intake_to_sign

pytestmark = [pytest.mark.django_db(transaction=True)]
assert portal.journeys.tasks.make_packet  # registers the effect, as the worker does


@pytest.fixture
def intake(live_server: Any) -> Intake:
    return an_intake_to_sign(None, "electronic-records")


@pytest.fixture
def signing(page: Page, intake: Intake, live_server: Any, client: Any) -> Page:
    client.force_login(intake.client.user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/intake/{intake.public_id}/consents/")
    page.get_by_role("link", name="Go on with").click()
    return page


def make_the_packet() -> None:
    """In a thread apart: sealing runs a loop of its own, and the browser's runs in this one."""
    outbox.run(OutboxEntry.objects.get(kind="make_packet").pk, clock=utc_now)
    connection.close()


def draw(page: Page) -> None:
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 90, steps=12)
    page.mouse.up()


def test_a_drawn_signature_survives_an_error_and_is_kept(signing, intake, assert_accessible):
    signing.locator("canvas").scroll_into_view_if_needed()
    draw(signing)
    signing.get_by_role("button", name="Sign", exact=True).click()
    expect(signing.get_by_role("alert")).to_contain_text("Type your name: it is your signature.")
    assert_accessible(signing)

    signing.get_by_label("The word in the sample document").fill(sample_word(intake))
    signing.get_by_label("Your name, typed").fill(NAME)
    signing.get_by_role("checkbox").check()
    signing.get_by_role("button", name="Sign", exact=True).click()
    expect(signing.get_by_role("heading", name="My documents")).to_be_visible()
    signature = ConsentSignature.objects.get()
    assert signature.typed_name == NAME
    assert (signature.drawn or "").startswith("M")


def test_the_drawing_can_be_cleared(signing):
    signing.locator("canvas").scroll_into_view_if_needed()
    draw(signing)
    strokes = signing.locator("[data-strokes]")
    assert strokes.input_value().startswith("M")
    signing.get_by_role("button", name="Clear the drawing").click()
    assert strokes.input_value() == ""


def test_the_keyboard_alone_signs_and_the_packet_appears_without_a_reload(
    signing, intake, assert_accessible
):
    signing.get_by_label("The word in the sample document").focus()
    signing.keyboard.type(sample_word(intake))
    signing.keyboard.press("Tab")
    signing.keyboard.type(NAME)
    signing.keyboard.press("Tab")
    signing.keyboard.press("Tab")
    signing.keyboard.press("Space")
    signing.keyboard.press("Enter")
    expect(signing.get_by_text("Your packet is being put together.")).to_be_visible()
    signing.evaluate("window.stayed = true")

    with ThreadPoolExecutor(1) as worker:
        worker.submit(make_the_packet).result()
    expect(signing.get_by_text("Your packet is ready.")).to_be_visible(timeout=30_000)
    expect(signing.get_by_role("link", name="Open Intake packet, version 1, PDF")).to_be_visible()
    assert signing.evaluate("window.stayed")
    assert_accessible(signing)
    assert datetime.now(tz=UTC) > ConsentSignature.objects.get().signed_at
