"""The therapist brings a questionnaire in, tries it out, publishes it and puts it into a plan."""

import json
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.walker import Walker
from tests.browser_fixtures import PHONE
from tests.factories.fhir_files import item, resource

YES = {"question": "sleeps", "operator": "=", "answerBoolean": False}
SLEEP = resource(
    item("sleep", "group", "Your nights", item=[
        item("sleeps", "boolean", "Do you sleep well?"),
        item("since", "string", "Since when not?", enableWhen=[YES]),
    ]),
    item("dreams", "group", "Your dreams", item=[
        item("dream", "text", "Is there a dream that comes again?", required=True),
    ]),
    title="About your sleep",
)  # fmt: skip
BROKEN = resource(
    item("sleeps", "boolean", "Do you sleep well?"),
    item("where", "reference", "Where do you sleep?"),
    title="Half a questionnaire",
)


def choose(walker: Walker, told: dict[str, object]) -> None:
    content = json.dumps(told).encode()
    file = {"name": "sleep.json", "mimeType": "application/json", "buffer": content}
    walker.page.get_by_label("FHIR Questionnaire").set_input_files(file)
    walker.press("Read the file")


def test_a_questionnaire_is_brought_in_and_asked_for(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist")
    page = walker.page
    walker.open("/therapist/questionnaires/", "Questionnaires")
    walker.follow("Bring one in")
    walker.arrive("Bring in a questionnaire")
    choose(walker, BROKEN)
    walker.arrive("Half a questionnaire")
    expect(page.get_by_role("region", name="What can’t be shown")).to_contain_text(
        "Where do you sleep?"
    )
    page.get_by_text("You don’t want it after all?").click()
    walker.press("Delete this draft")
    walker.arrive("Questionnaires")

    walker.follow("Bring one in")
    choose(walker, SLEEP)
    walker.arrive("About your sleep")
    walker.follow("Try it out as your client")
    walker.arrive("Your nights")
    page.get_by_role("radio", name="No").check()
    page.get_by_label("Since when not?").fill("Last winter")
    walker.look("a condition is met")
    walker.press("Go on")
    walker.arrive("Your dreams")
    walker.press("Go on")
    walker.arrive("That was the last page")
    expect(page.get_by_text("Is there a dream that comes again?")).to_be_visible()
    walker.follow("Back to the questionnaire")
    walker.press("Publish")
    expect(page.get_by_text("It is published.")).to_be_visible()
    walker.arrive("About your sleep")
    page.set_viewport_size(PHONE)
    walker.look("a published questionnaire on a phone")


def test_a_plan_is_ordered_by_keyboard_on_a_phone(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist", viewport=PHONE, color_scheme="dark")
    page = walker.page
    walker.open("/therapist/questionnaires/", "Questionnaires")
    walker.open("/therapist/plans/", "Before each session")
    walker.follow("First session")
    walker.arrive("First session")
    asked = page.locator("#questionnaires li .title")
    before = asked.all_inner_texts()

    page.get_by_role("button", name=f"Move {before[0]} down").press("Enter")
    expect(asked).to_have_text([before[1], before[0], *before[2:]])
    expect(page.get_by_text("Intakes that are open stay as they are.")).to_be_visible()
    walker.arrive("First session")
    page.get_by_role("button", name=f"Move {before[0]} up").press("Enter")
    expect(asked).to_have_text(before)
    page.locator("#add-questionnaires").select_option(index=1)
    page.get_by_role("button", name="Add it to Questionnaires").press("Enter")
    expect(asked).to_have_count(len(before) + 1)
    added = asked.last.inner_text()
    page.get_by_role("button", name=f"Take out {added}").press("Enter")
    expect(asked).to_have_text(before)
