"""From the first page to the packet: what a new client does, in one sitting."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from scripts.pdf_words import PdfWords
from tests.browser import booking_steps, intake_steps
from tests.browser.walker import Walker
from tests.servers.portal import Portal

EMAIL = "noor@example.com"
SECTIONS = 25
CONSENTS = 6
STOPS = {"Before you go on": "Go on with my intake", "That was a lot.": "Go on"}


def test_a_new_client_books_pays_tells_signs_and_holds_the_packet(
    walk: Callable[..., Walker], whole_portal: Portal, tmp_path: Path
) -> None:
    walker = walk()
    _finds_a_time(walker)
    _books_it(walker, whole_portal)
    _pays_by_card(walker)
    _tells_their_story(walker)
    _signs(walker, tmp_path)
    _receives_the_packet(walker, tmp_path)


def _finds_a_time(walker: Walker) -> None:
    walker.open("/", "You can begin with one conversation")
    walker.page.get_by_role("navigation", name="Main").get_by_role(
        "link", name="Sessions and fees"
    ).click()
    walker.arrive("Sessions and fees")
    walker.page.locator('a[href^="/book/intake-session/"]').first.click()
    walker.arrive("Choose a time")
    expect(walker.page.get_by_text("$260").first).to_be_visible()


def _books_it(walker: Walker, portal: Portal) -> None:
    booking_steps.hold_first_time(walker)
    expect(walker.page.get_by_text("Kept until")).to_be_visible()
    booking_steps.prove_address(walker, portal, EMAIL)
    booking_steps.give_details(walker)
    expect(walker.page.get_by_role("heading", name="The fee is $260")).to_be_visible()


def _pays_by_card(walker: Walker) -> None:
    walker.follow("Pay now by card")
    walker.arrive("Pay $260 by card")
    box = walker.page.get_by_role("checkbox", name="I have read this and choose to pay by card.")
    expect(box).not_to_be_checked()
    walker.press("Go to the payment page")
    expect(walker.page.get_by_role("alert")).to_be_visible()
    walker.look("Notice not acknowledged")
    box.check()
    walker.press("Go to the payment page")
    walker.arrive("$260.00")
    booking_steps.type_card(walker)
    walker.arrive("Thank you. $260 is paid.")
    walker.follow("See your payments")
    walker.arrive("Payments")
    expect(walker.page.get_by_text("Paid $260")).to_be_visible()


def _tells_their_story(walker: Walker) -> None:
    page = walker.page
    walker.open("/intake/", "Your intake")
    walker.follow("Begin")
    headings = [walker.heading().inner_text()]
    while headings[-1] != "Check your answers":
        walker.look(headings[-1])
        expect(intake_steps.mark(page)).not_to_contain_text(intake_steps.SAVED)
        intake_steps.answer_section(page)
        _does_what_is_special(walker, headings[-1])
        expect(intake_steps.mark(page)).to_contain_text(intake_steps.SAVED)
        headings.append(intake_steps.go_on(walker))
        if headings[-1] in STOPS:
            walker.look(headings[-1])
            page.get_by_role("main").get_by_role("link", name=STOPS[headings[-1]]).click()
            expect(walker.heading()).not_to_have_text(headings[-1])
            headings[-1] = walker.heading().inner_text()
    assert len(headings) - 1 == SECTIONS
    walker.arrive("Check your answers")
    expect(page.get_by_text("The accident, in March")).to_be_visible()
    walker.press("Send my answers")
    walker.arrive("Thank you. That was a good piece of work.")


def _does_what_is_special(walker: Walker, heading: str) -> None:
    page = walker.page
    if heading == "Something that happened":
        headline = page.get_by_role("textbox", name="What would its headline be?")
        intake_steps.choose(page, "Is there something that happened", "Yes")
        headline.fill("The accident, in March")
    if heading == "Your body":
        page.get_by_label(re.compile("in person: Do you take any medication")).check()
    if "bothered" in page.get_by_role("main").inner_text():
        item_9 = intake_steps.question(page, "Thoughts that you would be better off dead")
        if item_9.count():
            item_9.get_by_label("Several days").check()
            expect(page.get_by_role("link", name="Call 988")).to_be_visible()
            walker.look("Someone to talk to")


def _signs(walker: Walker, folder: Path) -> None:
    walker.page.get_by_role("main").get_by_role("link", name="Read and sign").first.click()
    walker.arrive("Read and sign")
    walker.follow("Go on with")
    for _ in range(CONSENTS):
        walker.look(walker.heading().inner_text())
        intake_steps.sign(walker, folder)


def _receives_the_packet(walker: Walker, folder: Path) -> None:
    page = walker.page
    walker.arrive("My documents")
    page.evaluate("window.isTheSamePage = true")
    saved = page.get_by_role("link", name="Save Intake packet, version 1, PDF")
    expect(saved).to_be_visible(timeout=60_000)
    assert page.evaluate("window.isTheSamePage")
    walker.look("My documents, the packet is there")
    expect(page.get_by_role("link", name=re.compile("^Open Receipt"))).to_be_visible()
    with page.expect_download() as download:
        saved.click()
    download.value.save_as(folder / "packet.pdf")
    words = PdfWords(folder / "packet.pdf")
    assert words.has("The accident, in March")
    assert words.has(intake_steps.NAME)
