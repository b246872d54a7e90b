"""The therapist writes a questionnaire: by mouse, by keyboard on a phone, and without a script."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.walker import Walker
from tests.browser_fixtures import PHONE


def add(page: Page, section: str, kind: str, words: str) -> None:
    part = page.get_by_role("region", name=section, exact=True)
    if not part.get_by_label("What it asks or says").is_visible():
        part.get_by_text("Add something here").click()
    part.get_by_label("Kind").select_option(label=kind)
    part.get_by_label("What it asks or says").fill(words)
    part.get_by_role("button", name="Add it").click()
    expect(page.get_by_text(f"Added “{words}”.")).to_be_visible()


def add_section(page: Page, words: str) -> None:
    page.get_by_label("Its heading").fill(words)
    page.get_by_role("button", name="Add the section").click()
    expect(page.get_by_role("heading", level=2, name=words)).to_be_visible()


def begin(walker: Walker, title: str) -> None:
    walker.open("/therapist/questionnaires/", "Questionnaires")
    walker.follow("Write one")
    walker.arrive("Write a questionnaire")
    walker.type("Title", title)
    walker.press("Go on")
    walker.arrive(title)


def test_a_questionnaire_is_written_published_and_changed(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist")
    page = walker.page
    begin(walker, "Your nights and days")
    add_section(page, "Your nights")
    add(page, "Your nights", "Yes or no", "Do you sleep through the night?")
    add(page, "Your nights", "One of several answers", "What wakes you most?")
    walker.arrive("What wakes you most?")
    for answer in ("Dreams", "Worry", "Noise"):
        page.get_by_label("One more answer").fill(answer)
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_role("button", name=f"Move {answer} up")).to_be_visible()
    page.get_by_role("button", name="Move Noise up").click()
    expect(page.get_by_label(re.compile("^Answer [0-9]")).nth(1)).to_have_value("Noise")
    expect(page.get_by_role("button", name="Move Noise up")).to_be_focused()
    walker.look("a question with answers")
    page.get_by_role("link", name="Raise an alert for Dreams").click()
    walker.arrive("When the answer is “Dreams”")
    page.get_by_role("radio", name="raises an alert: Self-harm or suicide").check()
    walker.press("Save")
    expect(page.get_by_text("Please confirm it with the tick below.")).to_be_visible()
    walker.look("an alert that was not confirmed")
    page.get_by_role("radio", name="raises an alert: Self-harm or suicide").check()
    page.get_by_role("checkbox", name="Yes, I want it so.").check()
    walker.press("Save")

    walker.arrive("What wakes you most?")
    page.get_by_label("Only depending on the answer to").select_option(
        label="Do you sleep through the night?"
    )
    walker.press("Choose its answer")
    walker.arrive("Show it when …")
    page.get_by_role("radio", name="No").check()
    walker.press("Add this condition")
    expect(page.locator("#when li p")).to_have_text("“Do you sleep through the night?” is No")
    walker.look("a question with a condition")
    page.get_by_role("link", name="Back to the questionnaire").click()
    walker.arrive("Your nights and days")
    expect(page.get_by_text("Shown when “Do you sleep through the night?” is No")).to_be_visible()

    page.get_by_role("link", name="Try it out as your client").click()
    walker.arrive("Your nights")
    page.get_by_role("radio", name="No").check()
    expect(page.get_by_role("group", name="What wakes you most?")).to_be_visible()
    page.get_by_role("link", name="Your nights and days").click()
    page.get_by_role("link", name="Look over and publish").click()
    walker.arrive("Look over and publish")
    walker.press("Publish")
    expect(page.get_by_text("It is published.")).to_be_visible()

    walker.press("Change it")
    walker.arrive("Your nights and days")
    page.get_by_role("link", name="Edit Do you sleep through the night?").click()
    page.get_by_label("Words", exact=True).fill("Do you sleep through most nights?")
    page.get_by_role("button", name="Save", exact=True).click()
    add(page, "Your nights", "Long text", "Is there anything else?")
    page.get_by_role("link", name="Look over and publish").click()
    walker.arrive("Look over and publish")
    expect(page.get_by_role("region", name="What changes since version 1")).to_contain_text(
        "most nights?"
    )
    walker.look("what a second version changes")
    walker.press("Publish")
    expect(page.get_by_text("Version 2 is published.")).to_be_visible()
    page.get_by_role("link", name="What is different between version 1").click()
    walker.arrive("From version 1 to version 2")
    page.set_viewport_size(PHONE)
    walker.look("a difference on a phone")


def test_it_is_written_by_keyboard_on_a_phone(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist", viewport=PHONE, color_scheme="dark")
    page = walker.page
    begin(walker, "By keyboard")
    page.get_by_label("Its heading").fill("First")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="First")).to_be_visible()
    walker.look("an empty section")
    for words in ("One?", "Two?", "Three?"):
        add(page, "First", "Short text", words)
    rows = page.locator(".editor-rows .title")
    walker.look("three questions on a phone")

    up = page.get_by_role("button", name="Move Three? up")
    up.press("Enter")
    expect(rows).to_have_text(["One?", "Three?", "Two?"])
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows).to_have_text(["Three?", "One?", "Two?"])
    expect(page.locator("#editor-said")).to_have_text("Moved up: “Three?”.")
    page.keyboard.press("Enter")
    expect(page.locator("#editor-said")).to_have_text("It can’t go any further.")
    expect(up).to_be_focused()

    page.get_by_text("More for One?").press("Enter")
    page.get_by_role("button", name="Remove One?").press("Enter")
    expect(rows).to_have_text(["Three?", "Two?"])
    page.get_by_role("button", name="Take back").press("Enter")
    expect(rows).to_have_text(["Three?", "One?", "Two?"])
    walker.look("after taking back")
    page.get_by_role("link", name="Edit Two?").press("Enter")
    walker.arrive("Two?")
    page.get_by_role("checkbox", name="Needed").press("Space")
    page.get_by_label("Words", exact=True).press("Tab")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.locator("#i-two")).to_contain_text("needed")
    page.get_by_text("You don’t want it after all?").click()
    walker.press("Throw it away")
    walker.arrive("Questionnaires")


def test_it_is_written_without_a_script(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist", java_script_enabled=False)
    page = walker.page
    page.goto("/therapist/questionnaires/new/")
    walker.type("Title", "Without a script")
    walker.press("Go on")
    add_section(page, "First")
    for words in ("One?", "Two?"):
        add(page, "First", "Short text", words)
    page.get_by_role("button", name="Move Two? up").click()
    expect(page.locator(".editor-rows .title")).to_have_text(["Two?", "One?"])
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".editor-rows .title")).to_have_text(["One?", "Two?"])
    page.get_by_text("You don’t want it after all?").click()
    walker.press("Throw it away")
    expect(walker.heading()).to_have_text("Questionnaires")
