"""Paper in a real browser: the blank packet with its bar, and a sheet that is typed in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import intake.tasks
import portal.shared.tasks  # noqa: F401 - registers the effect
from intake.models import Intake, PaperSource
from portal.shared import outbox
from portal.shared.clock import utc_now
from tests.browser.test_asked_again import in_all_lights, signed_in
from tests.browser.walker import Walker
from tests.factories.accounts import add_app
from tests.factories.booking import a_practice
from tests.factories.intake import an_intake

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def intake(live_server: Any) -> Intake:
    a_practice()
    return an_intake("what-brings-you", "phq-9")


def run_what_is_due() -> None:
    for entry_id in outbox.due_ids(utc_now()):
        outbox.run(entry_id)


def test_a_client_gets_everything_blank(
    page: Page,
    live_server: Any,
    intake: Intake,
    assert_accessible: Callable[..., None],
    tmp_path: Path,
) -> None:
    walker = Walker(page, assert_accessible, "paper-client")
    signed_in(page, live_server, intake.client.user)
    page.goto(f"/intake/{intake.public_id}/")
    page.get_by_text("I’d rather fill it in on paper").click()
    in_all_lights(walker, "overview")
    walker.press("All of it in one file")
    walker.arrive("Blank packet")
    expect(page.get_by_role("progressbar")).to_be_visible()
    in_all_lights(walker, "being made")

    run_what_is_due()

    expect(page.get_by_role("link", name="Save the file")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("status").filter(has_text="The blank packet is ready.")).to_have_count(
        1
    )
    in_all_lights(walker, "ready")
    with page.expect_download() as saving:
        walker.follow("Save the file")
    saved = tmp_path / "packet.pdf"
    saving.value.save_as(saved)
    assert saved.read_bytes().startswith(b"%PDF-")


def test_a_therapist_types_a_sheet_in(
    page: Page, live_server: Any, intake: Intake, assert_accessible: Callable[..., None]
) -> None:
    walker = Walker(page, assert_accessible, "paper-therapist")
    therapist = intake.appointment.practitioner.user
    add_app(therapist)
    signed_in(page, live_server, therapist)
    page.goto(f"/therapist/intake/{intake.public_id}/")
    in_all_lights(walker, "reading before")
    page.get_by_role("link", name="Type in from paper").last.click()
    walker.arrive("Type in from paper")
    in_all_lights(walker, "the day")
    walker.type("The day on the sheet", "2026-01-02")
    walker.press("Begin typing")
    expect(page.get_by_text("Type what stands on the sheet")).to_be_visible()
    group = page.get_by_role("group").filter(has_text="better off dead")
    group.get_by_label("Several days", exact=True).check()
    expect(page.locator("#save-state")).to_have_text("✓ Saved just now")
    expect(page.get_by_text("raised a safety alert")).to_be_visible()
    in_all_lights(walker, "typing")
    walker.press("Save and go on")
    walker.arrive("Compare with the sheet")
    in_all_lights(walker, "comparing")
    walker.press("It is all as on the sheet")
    expect(page.get_by_text("Filled in on paper on January 2, 2026")).to_be_visible()
    in_all_lights(walker, "reading after")
    assert PaperSource.objects.get().finished_at is not None
