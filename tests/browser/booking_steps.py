"""The way from the first page to a booked time, step by step, as a new client walks it."""

import re
from pathlib import Path

from playwright.sync_api import expect

from scripts.demo_mail import Mailbox, code_of
from tests.browser.walker import Walker
from tests.servers.portal import Portal

MAIL_SECONDS = 30
CARD = {"Card number": "4242 4242 4242 4242", "Expiry (MM / YY)": "12 / 34", "Security code": "123"}
HOLD_HEADING = "What is your e-mail address?"
DETAILS_HEADING = "Who are you, and how do we reach you?"
DETAILS = {
    "Your date of birth": "1991-03-08",
    "Your phone number": "(212) 555-0161",
    "Your address": "7 Example Square, New York, NY 10003",
}


def code_for(portal: Portal, email: str) -> str:
    mailbox = Mailbox(Path(portal.environment["EMAIL_FILE_PATH"]), email)
    return code_of(mailbox.wait_for("code", seconds=MAIL_SECONDS))


def hold_first_time(walker: Walker) -> None:
    """At the calendar: the first open time of the first open day, from which the hold page."""
    walker.page.locator("#calendar .times").get_by_role("button").first.click()
    walker.arrive(HOLD_HEADING)


def prove_address(walker: Walker, portal: Portal, email: str) -> None:
    walker.type("Your e-mail address", email)
    walker.press("Send me a code")
    walker.arrive("Look in your mail")
    walker.type("Code from the mail", code_for(portal, email))
    walker.press("Go on")


def give_details(walker: Walker, name: str = "Noor Haddad-Example") -> None:
    walker.arrive(DETAILS_HEADING)
    for label, words in {**DETAILS, "Your legal name": name}.items():
        walker.type(label, words)
    walker.page.get_by_label("The state you will be in").select_option("NY")
    walker.press("Book this time")
    walker.arrive("Your time is booked")


def book(walker: Walker, portal: Portal, *, slug: str, email: str, name: str) -> None:
    """All of it, without looking left or right."""
    walker.open(f"/book/{slug}/", re.compile("^Choose a time"))
    hold_first_time(walker)
    prove_address(walker, portal, email)
    give_details(walker, name)
    expect(walker.page.get_by_text(email)).to_be_visible()


def pay_by_card(walker: Walker) -> None:
    """From the page of the booked time, by Stripe's published test card."""
    walker.follow("Pay now by card")
    walker.page.get_by_role("checkbox", name="I have read this and choose to pay by card.").check()
    walker.press("Go to the payment page")
    type_card(walker)
    walker.arrive("Thank you. $260 is paid.")


def type_card(walker: Walker) -> None:
    for label, words in CARD.items():
        walker.type(label, words)
    walker.press("Pay $260.00")
