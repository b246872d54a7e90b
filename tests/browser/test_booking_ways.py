"""Booking by phone in the dark, without a script, and by keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import booking_steps, intake_steps
from tests.browser.walker import Walker, too_wide
from tests.browser_fixtures import PHONE
from tests.servers.portal import Portal

LONGEST_WAY = 120  # presses of Tab to anything on one page


def test_on_a_phone_in_the_dark(walk: Callable[..., Walker], whole_portal: Portal) -> None:
    walker = walk(viewport=PHONE, color_scheme="dark", has_touch=True)
    page = walker.page
    booking_steps.book(
        walker, whole_portal, slug="consult", email="phone@example.com", name="Noor Example"
    )
    walker.follow("Begin the intake")
    walker.arrive("Your intake")
    walker.follow("Begin")
    walker.arrive("Your name")
    intake_steps.answer_section(page)
    expect(intake_steps.mark(page)).to_contain_text(intake_steps.SAVED)
    assert intake_steps.go_on(walker) == "Reaching you"
    walker.look("Reaching you")
    page.get_by_text("Menu", exact=True).click()
    walker.look("Menu")
    walker.follow("Home")
    walker.arrive("Hello, Noor Example")


def test_without_a_script(walk: Callable[..., Walker], whole_portal: Portal) -> None:
    page = walk(java_script_enabled=False).page
    page.goto("/sessions/")
    page.locator('a[href^="/book/consult/"]').first.click()
    page.locator("#calendar .times").get_by_role("button").first.click()
    expect_page(page, booking_steps.HOLD_HEADING)
    page.get_by_label("Your e-mail address").fill("plain@example.com")
    page.get_by_role("button", name="Send me a code").click()
    expect_page(page, "Look in your mail")
    page.get_by_label("Code from the mail").fill(
        booking_steps.code_for(whole_portal, "plain@example.com")
    )
    page.get_by_role("button", name="Go on").click()
    expect_page(page, booking_steps.DETAILS_HEADING)
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_text("Type your legal name.").first).to_be_visible()
    page.get_by_label("Your legal name").fill("Noor Example")
    for label, words in booking_steps.DETAILS.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("The state you will be in").select_option("NY")
    page.get_by_role("button", name="Book this time").click()
    expect_page(page, "Your time is booked")
    page.get_by_role("link", name="Begin the intake").click()
    page.get_by_role("link", name="Begin").click()
    expect_page(page, "Your name")
    page.get_by_label("Your legal name").fill(intake_steps.NAME)
    page.get_by_label("Your date of birth").fill("1991-03-08")
    page.get_by_role("button", name="Save and go on").click()
    expect_page(page, "Reaching you")


def expect_page(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    assert too_wide(page) == []


def test_by_keyboard_alone(walk: Callable[..., Walker], whole_portal: Portal) -> None:
    walker = walk()
    page, email = walker.page, "keys@example.com"
    walker.open("/", "You can begin with one conversation")
    press_on(page, "Choose a time for a first conversation")
    walker.arrive("Choose a time for your first conversation")
    press_on(page, "Hold ")
    walker.arrive(booking_steps.HOLD_HEADING)
    type_into(page, "Your e-mail address", email)
    page.keyboard.press("Enter")
    walker.arrive("Look in your mail")
    type_into(page, "Code from the mail", booking_steps.code_for(whole_portal, email))
    page.keyboard.press("Enter")
    walker.arrive(booking_steps.DETAILS_HEADING)
    type_into(page, "Your legal name", "Noor Haddad-Example")
    type_into(page, "Your date of birth", "03081991")
    type_into(page, "Your phone number", "212 555 0161")
    type_into(page, "The state you will be in", "New York")
    press_on(page, "Book this time")
    walker.arrive("Your time is booked")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something with this name (or label) has the focus, and can be seen to."""
    for _ in range(LONGEST_WAY):
        page.keyboard.press("Tab")
        if name in page.evaluate(NAME_OF_FOCUSED):
            assert page.evaluate(FOCUS_IS_SEEN), f"nothing shows that {name!r} has the focus"
            return
    raise AssertionError(f"{name!r} cannot be reached by Tab at {page.url}")


def press_on(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def type_into(page: Page, label: str, words: str) -> None:
    tab_to(page, label)
    page.keyboard.type(words)


NAME_OF_FOCUSED = """() => {
    const it = document.activeElement;
    const label = it.labels?.length ? it.labels[0].textContent : "";
    return it.getAttribute("aria-label") || label || it.textContent || "";
}"""
FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""
