"""Filling in, signing and sending an intake, as a client does it page by page."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from scripts.pdf_words import PdfWords
from tests.browser.walker import Walker

SAVED = "Saved just now"
WORDS = "In my own words: more at night than by day, and better near the river."
NAME = "Noor Haddad-Example"

# What is chosen where the second choice, which says "a little", would say something else.
CHOSEN = {
    "Are you safe where you live": "Yes",
    "Have you ever hurt yourself": "No, never",
    "Do any of these apply to you": "None of these",
}
WRITTEN = {
    "What should your therapist call you": "Noor",
    "Their phone number": "(212) 555-0162",
    "A phone number that reaches you": "(212) 555-0161",
    "Your legal name": NAME,
    "Your date of birth": "1991-03-08",
}


def mark(page: Page) -> Locator:
    return page.locator("#save-state")


def question(page: Page, words: str) -> Locator:
    """The choices under a question that begins with these words, numbered or not."""
    return page.get_by_role("group", name=re.compile(rf"^(\d+\.? )?{re.escape(words)}"))


def choose(page: Page, words: str, label: str) -> None:
    question(page, words).get_by_label(label, exact=True).check()


def answer_section(page: Page) -> None:
    """An answer to every question that the page shows."""
    for group in page.locator("form fieldset.field").all():
        _choose(group)
    for field in page.locator("form .field:has(> label.question)").all():
        _write(field)


def _choose(group: Locator) -> None:
    asked = group.locator("legend").inner_text()
    label = next((CHOSEN[words] for words in CHOSEN if words in asked), None)
    choices = group.locator(".choices > label input")
    if label is None:
        choices.nth(1).check()
    else:
        group.get_by_label(label, exact=True).check()


def _write(field: Locator) -> None:
    asked = field.locator("label.question").inner_text()
    words = next((WRITTEN[key] for key in WRITTEN if asked.startswith(key)), WORDS)
    field.locator("textarea, input:not([type=hidden]):not([type=checkbox])").first.fill(words)


def go_on(walker: Walker) -> str:
    """Leaves the section; returns the heading of the page that came."""
    before = walker.page.url
    walker.press("Save and go on")
    walker.page.wait_for_url(lambda url: url != before)
    return walker.heading().inner_text()


def sign(walker: Walker, folder: Path) -> None:
    """Read the text, type the name, decide. The one about records asks for a word of a PDF."""
    page = walker.page
    title = walker.heading().inner_text()
    word = page.get_by_label("The word in the sample document")
    if word.count():
        word.fill(_word_of_the_sample(page, folder))
    page.get_by_label("Your name, typed").fill(NAME)
    agrees = page.get_by_role("main").get_by_role("checkbox")
    expect(agrees).not_to_be_checked()
    agrees.check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(walker.heading()).not_to_have_text(title)


def _word_of_the_sample(page: Page, folder: Path) -> str:
    link = page.get_by_role("link", name="Open the sample document")
    path = folder / "sample.pdf"
    path.write_bytes(page.context.request.get(str(link.get_attribute("href"))).body())
    return PdfWords(path).after("word is")
