"""Documents in a real browser: on one's own page, at a question, and in the chart."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from intake.fhir.answers import key_of
from intake.models import QuestionnaireResponse, Upload
from tests.browser.walker import Walker, in_every_light
from tests.browser_fixtures import PHONE
from tests.factories.accounts import add_app
from tests.factories.files_asked import files_asked
from tests.factories.handed_in import an_upload, jpeg_of_a_phone, pdf

LETTER: FilePayload = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": pdf(2)}
PHOTO: FilePayload = {"name": "IMG 1.jpg", "mimeType": "image/jpeg", "buffer": jpeg_of_a_phone()}
TRAP: FilePayload = {"name": "trap.pdf", "mimeType": "application/pdf", "buffer": b"<html>loud"}
LARGE: FilePayload = {
    "name": "large.pdf",
    "mimeType": "application/pdf",
    "buffer": bytes(10_000_001),
}
TOO_LARGE = "“large.pdf”: This file is larger than 10 MB. Please choose a smaller one."


def saved(page: Page, name: str, target: Path) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    download.value.save_as(target)
    return target.read_bytes()


def test_documents_are_handed_in_saved_again_and_removed(
    walk_as: Callable[..., Walker], tmp_path: Path
) -> None:
    walker = walk_as("client")
    walker.open("/handed-in/", "Documents you gave us")
    walker.page.get_by_label("Files").set_input_files([LETTER, PHOTO, TRAP])
    walker.type("What is it?", "From Dr Brook")
    walker.press("Hand it in")
    walker.arrive("Documents you gave us")
    expect(walker.page.get_by_text("All 2 are kept.")).to_be_visible()
    refused = walker.page.locator("ul.errorlist, .field-errors, .error-summary")
    expect(refused.first).to_contain_text("“trap.pdf”: This is no PDF, JPEG or PNG")
    expect(walker.page.get_by_label("What is it?")).to_have_value("From Dr Brook")

    content = saved(walker.page, "Save From Dr Brook 2.jpg", tmp_path / "photo.jpg")
    assert content.startswith(b"\xff\xd8")
    assert b"Exif" not in content

    walker.follow("Remove From Dr Brook 2.jpg")
    walker.arrive("Remove this one?")
    walker.press("Remove it")
    walker.arrive("Documents you gave us")
    expect(walker.page.get_by_text("From Dr Brook 2.jpg")).to_have_count(0)


def test_a_phone_offers_its_camera_and_says_what_is_too_large_before_it_is_sent(
    walk_as: Callable[..., Walker],
) -> None:
    walker = walk_as("client", viewport=PHONE, has_touch=True, is_mobile=True)
    walker.open("/handed-in/", "Documents you gave us")
    camera = walker.page.get_by_label("Or take a picture")
    expect(camera).to_be_visible()
    expect(camera).to_have_attribute("capture", "environment")

    walker.page.get_by_label("Files").set_input_files(LARGE)

    expect(walker.page.get_by_text(TOO_LARGE)).to_be_visible()
    expect(walker.page.get_by_label("Files")).to_have_value("")
    walker.look("too large")


def test_without_a_script_it_works_as_well(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("client", java_script_enabled=False)
    walker.page.goto("/handed-in/")
    walker.page.get_by_label("Files").set_input_files(LETTER)
    walker.press("Hand it in")

    expect(walker.page.get_by_text("It is kept.")).to_be_visible()


def sign_in(page: Page, user: Any, url: str) -> None:
    browser = Browser()
    browser.force_login(user)
    session = browser.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])


@pytest.fixture
def response(transactional_db: Any) -> QuestionnaireResponse:
    return files_asked()


@pytest.fixture
def filling(page: Page, live_server: Any, response: QuestionnaireResponse) -> Page:
    sign_in(page, response.client.user, live_server.url)
    slug = response.questionnaire.parsed.sections[0].slug
    page.goto(reverse("intake:section", args=[response.intake.public_id, "files", slug]))
    return page


def field(page: Page, name: str) -> Any:
    return page.locator(f"input[type=file][name='{name}:file']")


def test_a_file_at_a_question_is_handed_in_as_soon_as_it_is_chosen(
    filling: Page, response: QuestionnaireResponse, assert_accessible: Callable[..., None]
) -> None:
    assert_accessible(filling)
    filling.get_by_role("textbox", name="A word to it?").press_sequentially("In mid-sent")
    field(filling, "letter").set_input_files(LETTER)
    expect(filling.get_by_role("button", name="Remove letter.pdf")).to_be_visible()
    expect(filling.get_by_role("textbox", name="A word to it?")).to_have_value("In mid-sent")
    field(filling, "pictures.1").set_input_files([PHOTO, PHOTO])
    expect(filling.get_by_role("button", name="Remove IMG 1.jpg")).to_have_count(2)
    assert_accessible(filling)

    filling.get_by_role("button", name="Remove IMG 1.jpg").first.click()
    expect(filling.get_by_role("button", name="Remove IMG 1.jpg")).to_have_count(1)
    given = QuestionnaireResponse.objects.get(pk=response.pk).given()
    assert [file.name for file in given["letter"].values] == ["letter.pdf"]
    assert len(given[key_of("pictures", "1")].values) == 1
    assert Upload.objects.kept().count() == 2


def test_what_is_refused_at_a_question_is_said_there(
    filling: Page, assert_accessible: Callable[..., None]
) -> None:
    field(filling, "letter").set_input_files(LARGE)
    expect(filling.locator("[id='q-letter:errors']")).to_contain_text(TOO_LARGE.replace("10", "2"))
    field(filling, "letter").set_input_files(TRAP)

    expect(filling.locator("[id='q-letter:errors']")).to_contain_text("“trap.pdf”: This is no PDF")
    assert_accessible(filling)


def test_the_therapist_saves_it_from_the_chart(
    new_page: Callable[..., Page],
    live_server: Any,
    settings: Any,
    response: QuestionnaireResponse,
    assert_accessible: Callable[..., None],
    tmp_path: Path,
) -> None:
    settings.PORTAL_URL = live_server.url
    an_upload(response.client, name="A letter with a name that is quite long, as names are.pdf")
    therapist = response.intake.appointment.practitioner.user
    add_app(therapist)
    page = new_page(base_url=live_server.url)
    sign_in(page, therapist, live_server.url)
    walker = Walker(page, assert_accessible, "uploads-chart")
    page.goto(reverse("journeys:therapist_client", args=[response.client.public_id]))
    expect(page.get_by_text("(1 not opened yet)")).to_be_visible()
    walker.follow("Documents they gave")
    walker.arrive("Documents they gave")
    for width, scheme, rules in in_every_light(page):
        walker.look(f"chart {width} {scheme}", rules)

    assert saved(page, "Save A letter", tmp_path / "letter.pdf")[:4] == b"%PDF"
    page.reload()
    expect(page.get_by_text("Not opened yet")).to_have_count(0)
