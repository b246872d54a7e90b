"""The frame of every page and its components, seen by a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Practice, Role, User
from booking.models import Practitioner, SessionType
from tests.browser.walker import too_wide
from tests.browser_fixtures import PHONE
from tests.factories.ways import a_way

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC = ("home", "how_i_work", "session_types", "consult", "journeys:gallery")
WIDEN = """() => {
    const wide = Object.assign(document.createElement("i"), { className: "wide", id: "w" });
    Object.assign(wide.style, { position: "absolute", left: "0", width: "500px", height: "1px" });
    document.querySelector("main").append(wide);
}"""
KEEP_A_TIME = """(seconds) => {
    const hold = document.createElement("div");
    hold.className = "hold";
    hold.innerHTML = '<p class="left">Kept for you: <time data-countdown></time></p>';
    const until = new Date(Date.now() + seconds * 1000 + 400);
    hold.querySelector("time").dateTime = until.toISOString();
    document.querySelector("main").append(hold);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: hold } }));
}"""


@pytest.fixture
def open_page(new_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    Practice.objects.create(pk=1, name="Quiet Room", tagline="Psychotherapy", phone="212-555-0100")
    practitioner = Practitioner.objects.create(
        user=User.objects.create_user("kit@practice.example.com", role=Role.THERAPIST),
        name="Kit Sample",
        licence_line="Licensed Clinical Social Worker, New York",
    )
    a_way(practitioner)
    SessionType.objects.create(
        practitioner=practitioner, slug="consult", name="Consult", is_consult=True, minutes=20
    )

    def visit(name: str, **options: Any) -> Page:
        page = new_page(base_url=live_server.url, **options)
        page.goto(reverse(name))
        return page

    return visit


def test_nothing_is_cut_off_at_400_percent_zoom(open_page: Callable[..., Page]) -> None:
    """1280 px at 400 % leave 320 px (WCAG 1.4.10)."""
    page = open_page("home", viewport={"width": 320, "height": 256})
    for name in PUBLIC:
        page.goto(reverse(name))
        assert too_wide(page) == [], name


def test_what_is_too_wide_is_named(open_page: Callable[..., Page]) -> None:
    page = open_page("home", viewport=PHONE)

    page.evaluate(WIDEN)

    assert too_wide(page) == ["500 px in a window of 390 px", "i.wide#w ends at 500 px"]


def test_menu_of_a_phone_opens_without_a_script(open_page: Callable[..., Page]) -> None:
    page = open_page("home", viewport=PHONE, java_script_enabled=False)
    link = page.get_by_role("link", name="Sign in")
    expect(link).to_be_hidden()

    page.get_by_text("Menu", exact=True).click()

    expect(link).to_be_visible()


def test_menu_of_a_phone_closes_by_escape(open_page: Callable[..., Page]) -> None:
    page = open_page("home", viewport=PHONE)
    page.get_by_text("Menu", exact=True).click()

    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Sign in")).to_be_hidden()
    expect(page.get_by_text("Menu", exact=True)).to_be_focused()


def test_first_tab_leads_past_the_header(open_page: Callable[..., Page]) -> None:
    page = open_page("home")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Choose a time for a first conversation")).to_be_focused()


def test_errors_of_a_form_take_the_focus_and_lead_to_their_field(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("journeys:gallery")
    errors = page.get_by_role("alert").filter(has_text="Please look at this once more")
    expect(errors).to_be_focused()

    errors.get_by_role("link", name="E-mail").click()

    expect(page.get_by_label("Form with errors").get_by_label("E-mail")).to_be_focused()


def test_kept_time_counts_down_and_says_so_before_it_ends(open_page: Callable[..., Page]) -> None:
    page = open_page("journeys:gallery")

    page.evaluate(KEEP_A_TIME, 181)

    hold = page.locator("main > .hold")
    expect(hold).to_have_text("Kept for you: 3 minutes")
    expect(page.get_by_role("status").filter(has_text="kept for 3 minutes more")).to_be_visible()
    expect(hold).to_have_class("hold ending")


def test_end_of_a_kept_time_does_not_throw_typed_words_away(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("journeys:gallery")
    name = page.get_by_label("Empty form").get_by_label("Your name")
    name.fill("Ada Example")

    page.evaluate(KEEP_A_TIME, 1)

    expect(page.locator("main > .hold")).to_have_class("hold ended")
    expect(page.locator("#toasts")).to_contain_text("What you typed is still here")
    expect(name).to_have_value("Ada Example")


def test_lost_network_is_told_once_and_can_be_put_away(open_page: Callable[..., Page]) -> None:
    page = open_page("journeys:gallery")

    page.evaluate('document.dispatchEvent(new CustomEvent("htmx:sendError"))')

    told = page.locator("#toasts .toast")
    expect(told).to_contain_text("What you typed is still here. Please try again in a moment.")
    told.get_by_role("button", name="Close this message").click()
    expect(told).to_have_count(0)
