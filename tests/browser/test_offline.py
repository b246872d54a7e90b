"""Without a network for minutes: everything is kept in the page, sent again, and saved once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import Dialog, Page, Route, expect

from intake.fhir.answers import Answer, key_of
from intake.models import Answer as StoredAnswer
from intake.models import AnswerRevision, QuestionnaireResponse
from tests.browser.intake_steps import SAVED, mark
from tests.factories.everything import an_intake_of
from tests.factories.fhir_files import item, resource

pytestmark = pytest.mark.django_db(transaction=True)
NOT_SAVED = "Not saved yet"
MINUTES = 5 * 60 * 1000
STORES = """async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    names: window.name,
})"""
NOTHING = {"local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0, "names": ""}


@pytest.fixture
def response() -> QuestionnaireResponse:
    room = item("room", "group", "Room", repeats=True, item=[
        item("name", "string", "Which room?"), item("warm", "boolean", "Is it warm?"),
    ])  # fmt: skip
    told = resource(
        item("note", "text", "How is it there?"),
        item("since", "string", "Since when?"),
        item("number", "integer", "How many are you?"),
        room,
        id="rooms",
        title="Rooms",
    )
    return an_intake_of(told).responses.get()


@pytest.fixture
def filling(page: Page, live_server: Any, response: QuestionnaireResponse) -> Page:
    browser = Browser()
    browser.force_login(response.client.user)
    session = browser.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(address(response))
    return page


def address(response: QuestionnaireResponse) -> str:
    slug = response.questionnaire.parsed.sections[0].slug
    return reverse("intake:section", args=[response.intake.public_id, "rooms", slug])


def kept(response: QuestionnaireResponse) -> dict[str, Answer]:
    """What was answered; that a repetition is there is none."""
    given = QuestionnaireResponse.objects.get(pk=response.pk).given()
    return {key: answer for key, answer in given.items() if not key.startswith("room")}


def box(page: Page, name: str, number: int = 0) -> Any:
    return page.get_by_role("textbox", name=name).nth(number)


def test_what_is_typed_in_minutes_without_a_network_is_saved_once_when_it_is_back(
    filling: Page, response: QuestionnaireResponse
) -> None:
    filling.get_by_role("button", name="Add another: Room").click()
    expect(box(filling, "Which room?", 1)).to_be_visible()
    filling.clock.install()
    filling.context.set_offline(True)

    box(filling, "How is it there?").fill("Quiet,\nmostly")
    box(filling, "Since when?").fill("1999")
    expect(mark(filling)).to_contain_text(NOT_SAVED)
    box(filling, "Which room?", 0).fill("Kitchen")
    filling.clock.fast_forward(MINUTES)
    box(filling, "Which room?", 1).fill("Attic")
    filling.get_by_role("radio", name="Yes").nth(1).check()
    box(filling, "How many are you?").fill("3")
    filling.clock.fast_forward(MINUTES)
    expect(mark(filling)).to_contain_text(NOT_SAVED)
    assert kept(response) == {}
    assert filling.evaluate(STORES) == NOTHING
    filling.context.set_offline(False)
    filling.clock.fast_forward(MINUTES)

    expect(mark(filling)).to_contain_text(SAVED)
    assert kept(response) == {
        "note": Answer(("Quiet,\nmostly",)),
        "since": Answer(("1999",)),
        "number": Answer((3,)),
        key_of("name", "1"): Answer(("Kitchen",)),
        key_of("name", "2"): Answer(("Attic",)),
        key_of("warm", "2"): Answer((True,)),
    }
    words = StoredAnswer.objects.exclude(link_id="room")
    assert {row.revision for row in words} == {1}
    assert not AnswerRevision.objects.filter(answer__in=words).exists()
    assert not words.filter(rivals__isnull=False).exists()


@pytest.fixture
def held(filling: Page) -> Iterator[list[Route]]:
    """Saves that were sent and are not let through yet; only the first one is held."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not waiting:
            waiting.append(route)
        else:
            route.continue_()

    filling.route("**/intake/**", hold)
    yield waiting
    filling.unroute_all(behavior="ignoreErrors")


def test_two_fields_typed_while_a_save_is_on_its_way_are_both_kept(
    filling: Page, response: QuestionnaireResponse, held: list[Route]
) -> None:
    with filling.expect_request(lambda request: request.method == "POST"):
        box(filling, "How is it there?").fill("First")
    expect(mark(filling)).to_contain_text("Saving")

    box(filling, "How is it there?").fill("First, and more")
    box(filling, "Since when?").fill("1999")
    box(filling, "Which room?").fill("Kitchen")
    with filling.expect_response(lambda reply: reply.request.method == "POST"):
        held[0].continue_()

    expect(filling.locator("[id='q-name.1:revision']")).to_have_value("1")
    expect(mark(filling)).to_contain_text(SAVED)
    assert kept(response) == {
        "note": Answer(("First, and more",)),
        "since": Answer(("1999",)),
        key_of("name", "1"): Answer(("Kitchen",)),
    }
    assert box(filling, "How is it there?").input_value() == "First, and more"


def test_a_save_that_is_lost_on_its_way_takes_nothing_with_it(
    filling: Page, response: QuestionnaireResponse, held: list[Route]
) -> None:
    with filling.expect_request(lambda request: request.method == "POST"):
        box(filling, "How is it there?").fill("First")
    box(filling, "Since when?").fill("1999")
    held[0].abort("internetdisconnected")

    expect(mark(filling)).to_contain_text(SAVED)
    expect(filling.locator("[id='q-note:revision']")).to_have_value("1")
    expect(filling.locator("[id='q-since:revision']")).to_have_value("1")
    assert kept(response) == {"note": Answer(("First",)), "since": Answer(("1999",))}


def test_who_leaves_with_something_unsaved_is_asked_first(
    filling: Page, response: QuestionnaireResponse
) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    filling.on("dialog", stay)
    filling.context.set_offline(True)
    box(filling, "How is it there?").press_sequentially("Not saved")
    expect(mark(filling)).to_contain_text(NOT_SAVED)

    with filling.expect_event("dialog"):
        filling.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    expect(box(filling, "How is it there?")).to_have_value("Not saved")

    filling.context.set_offline(False)
    expect(mark(filling)).to_contain_text(SAVED)
    assert kept(response) == {"note": Answer(("Not saved",))}


def test_nothing_of_it_ever_lies_in_the_browsers_storage(
    filling: Page, response: QuestionnaireResponse, assert_accessible: Callable[..., None]
) -> None:
    seen = {"at first": filling.evaluate(STORES)}
    box(filling, "How is it there?").fill("Private")
    seen["unsaved"] = filling.evaluate(STORES)
    expect(mark(filling)).to_contain_text(SAVED)
    seen["saved"] = filling.evaluate(STORES)
    filling.get_by_role("button", name="Save and go on").click()
    expect(filling.get_by_role("heading", name="Check your answers")).to_be_visible()
    seen["checked"] = filling.evaluate(STORES)
    filling.get_by_role("button", name="Send my answers").click()
    filling.wait_for_url("**/sent/")
    seen["sent"] = filling.evaluate(STORES)
    filling.goto(reverse("account_logout"))
    filling.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(filling.get_by_role("link", name="Sign in").first).to_be_visible()
    seen["signed out"] = filling.evaluate(STORES)

    assert seen == dict.fromkeys(seen, NOTHING)
    assert [cookie["name"] for cookie in filling.context.cookies()] == ["csrftoken"]
    filling.go_back()
    expect(filling.get_by_text("Private")).to_have_count(0)
