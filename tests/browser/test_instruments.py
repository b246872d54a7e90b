"""The therapist brings the wording of an instrument, and says where it is asked for."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.walker import Walker
from tests.browser_fixtures import PHONE

ITEMS = "\n".join(f"An invented question {number}, as long as such are" for number in range(1, 6))


def test_a_wording_is_brought_on_a_phone(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist", viewport=PHONE, color_scheme="dark")
    page = walker.page
    walker.open("/therapist/instruments/", "Instruments")
    walker.follow("WHO-5")
    walker.arrive("WHO-5")
    walker.follow("Bring the wording")
    walker.arrive("Bring the wording of WHO-5")

    walker.type("The 5 items, one a line", "Only one")
    walker.press("Publish this wording")
    expect(page.get_by_role("alert")).to_contain_text("has 5 items, one a line. You gave 1.")
    walker.look("a refused wording")

    walker.type("The 5 items, one a line", ITEMS)
    walker.press("Show me how it looks")
    expect(page.get_by_role("heading", name="How it looks")).to_be_visible()
    walker.look("a wording before it is published")
    walker.type("By what right you may use it", "Written permission of March 3")
    page.get_by_role("checkbox", name="I may use this instrument").check()
    walker.press("Publish this wording")
    expect(page.get_by_text("WHO-5 has its wording now.")).to_be_visible()
    walker.arrive("WHO-5")

    page.get_by_role("checkbox", name="First session").check()
    walker.press("Save")
    expect(page.get_by_role("checkbox", name="First session")).to_be_checked()
    page.get_by_role("checkbox", name="First session").uncheck()
    walker.press("Save")
    expect(page.get_by_text("Intakes that are opened from now on follow it.")).to_be_visible()


def test_the_questions_of_the_lec_5_fit_every_window(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist")
    walker.open("/therapist/instruments/lec-5/preview/", "The questions of LEC-5")
    walker.page.set_viewport_size(PHONE)
    walker.look("the questions on a phone")
    walker.open("/therapist/instruments/pc-ptsd-5/preview/", "The questions of PC-PTSD-5")


def test_answers_from_a_conversation_are_scored_by_hand(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist")
    page = walker.page
    walker.open("/therapist/instruments/c-ssrs/score/", "Score C-SSRS screener by hand")
    page.get_by_label("Item 4").select_option("1 · Yes")
    walker.press("Score")
    walker.arrive("Score C-SSRS screener by hand")
    result = page.get_by_role("status").filter(has_text="Level of risk")
    expect(result).to_contain_text("Not certain: ask")
    expect(result).to_contain_text("high")
    walker.open("/therapist/instruments/pcl-5/", "PCL-5")
