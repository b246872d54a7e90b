"""A client asks for their records in a real browser, the therapist hands them out, both look."""

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Visitor
from playwright.sync_api import Page, expect

from booking.models import Appointment
from tests.browser.walker import Walker, in_every_light
from tests.factories.accounts import add_app
from tests.factories.billing import let_the_worker_work
from tests.factories.records import a_full_record
from tests.views.journeys.test_records_pages import fresh

pytestmark = [pytest.mark.django_db(transaction=True)]


def apart(act: Callable[[], Any]) -> Any:
    """In a thread of its own, as the worker does it: sealing can't share one with a browser."""

    def closing() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


@pytest.fixture
def appointment(live_server: Any) -> Appointment:
    appointment: Appointment = apart(lambda: a_full_record().appointment)
    apart(let_the_worker_work)
    return appointment


def signed_in(page: Page, live_server: Any, user: Any) -> None:
    """Just now: the proof of who they are is fresh."""
    visitor = Visitor()
    visitor.force_login(user)
    fresh(visitor)
    session = visitor.cookies["sessionid"].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def in_all_lights(walker: Walker, name: str) -> None:
    for width, scheme, rules in in_every_light(walker.page):
        walker.look(f"{name} {width} {scheme}", rules)


def saved(page: Page, link: str) -> zipfile.ZipFile:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))


def test_records_are_asked_for_handed_out_and_open_offline(
    page: Page,
    live_server: Any,
    appointment: Appointment,
    assert_accessible: Callable[..., None],
    tmp_path: Path,
) -> None:
    walker = Walker(page, assert_accessible, "records")
    signed_in(page, live_server, appointment.client.user)
    page.goto("/documents/")
    walker.follow("Ask for your records")
    walker.arrive("My records")
    in_all_lights(walker, "nothing asked")
    walker.press("Ask for my records")
    expect(page.get_by_text("Your records are being put together")).to_be_visible()
    in_all_lights(walker, "being made")
    apart(let_the_worker_work)
    expect(page.get_by_text("Your therapist looks them over")).to_be_visible(timeout=30_000)
    in_all_lights(walker, "waits for the therapist")

    therapist = appointment.practitioner.user
    add_app(therapist)
    signed_in(page, live_server, therapist)
    page.goto("/therapist/")
    in_all_lights(walker, "today")
    walker.follow("Answer the records request of")
    walker.arrive("Records for")
    in_all_lights(walker, "to look through")
    assert "index.html" in saved(page, "Save it to look through").namelist()
    walker.press("Hand it out to")
    expect(page.get_by_text("Released.")).to_be_visible()
    in_all_lights(walker, "handed out")

    signed_in(page, live_server, appointment.client.user)
    page.goto("/records/")
    in_all_lights(walker, "ready")
    saved(page, "Save my records as a ZIP file").extractall(tmp_path)
    opened_offline(walker, tmp_path)


def opened_offline(walker: Walker, folder: Path) -> None:
    """The unpacked archive, from the disk and without a network."""
    walker.page.context.set_offline(True)
    walker.page.goto((folder / "index.html").as_uri())
    walker.arrive("My records")
    in_all_lights(walker, "first page of the archive")
    for link in walker.page.get_by_role("link").all():
        assert (folder / str(link.get_attribute("href"))).is_file()
    walker.page.context.set_offline(False)


def test_a_request_looks_right_on_the_chart(
    page: Page,
    live_server: Any,
    appointment: Appointment,
    assert_accessible: Callable[..., None],
) -> None:
    walker = Walker(page, assert_accessible, "records-chart")
    therapist = appointment.practitioner.user
    add_app(therapist)
    signed_in(page, live_server, therapist)
    page.goto(f"/therapist/clients/{appointment.client.public_id}/")
    walker.press("Make a copy with data inside, of packet version 1")
    apart(let_the_worker_work)
    page.reload()
    expect(page.get_by_text("Packet, version 1, with data inside")).to_be_visible()
    in_all_lights(walker, "chart")
    page.goto(f"/therapist/intake/{appointment.intake.public_id}/")
    in_all_lights(walker, "take along")
