"""Checking a packet's file: its fingerprint is computed in the browser, and nothing is sent."""

import pytest
from playwright.sync_api import Page, expect

from intake.models import Packet
from intake.verification import in_groups
from tests.factories.packets import MADE_AT, a_complete_intake
from tests.views.journeys.test_documents import a_packet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issued(live_server) -> tuple[Packet, bytes]:
    packet = a_packet(a_complete_intake(consents=()))
    assert packet.made_at < MADE_AT
    return packet, packet.file.open().read()


def choose(page: Page, content: bytes) -> None:
    file = {"name": "packet.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("The packet’s file").set_input_files(file)


def test_a_chosen_file_is_recognised_and_a_changed_one_is_not(
    page: Page, issued, assert_accessible, witness
):
    packet, content = issued
    bodies: list[str | None] = []
    page.on("request", lambda request: bodies.append(request.post_data))
    page.goto("/verify/")
    assert_accessible(page)
    choose(page, content)
    expect(page.get_by_role("heading", name="Issued here")).to_be_visible()
    assert page.url.endswith(f"/verify/{packet.sha256}")

    page.get_by_role("link", name="Check another one").click()
    choose(page, content[:-1] + b" ")
    expect(page.get_by_role("heading", name="Not issued here")).to_be_visible()
    assert not any(bodies)
    (answer,) = witness.faults  # the browser tells of the page's status, which is right
    assert "404 (Not Found)" in answer
    witness.faults.clear()


def test_the_page_of_a_code_offers_to_compare_the_file(page: Page, issued, assert_accessible):
    packet, content = issued
    page.goto(f"/verify/{in_groups(packet.code)}")
    assert_accessible(page)
    choose(page, content)
    expect(page.get_by_text("not a letter of it was changed")).to_be_visible()
