"""The therapist's calendar by mouse and by the same acts on the keyboard; today on a phone."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_therapist_journey import open_time
from tests.browser.walker import Walker
from tests.browser_fixtures import PHONE

ADA = "Ada Example"
WREN = "Wren Placeholder"
HOUR_PX = 64  # two slots of the calendar
COLUMN_SUNDAY = 6


def at(clock: str, day: date) -> re.Pattern[str]:
    """The full label of an entry begins with its day and time."""
    hour, minute = map(int, clock.split(":"))
    words = f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}"
    return re.compile(f"^{day:%A, %B} {day.day} at {words}: ")


class Calendar:
    """The week of a Thursday with two sessions in it, an hour apart."""

    def __init__(self, therapist: Walker, days_ahead: int) -> None:
        self.therapist, self.page = therapist, therapist.page
        starts = open_time(self.page, "emdr-session", days_ahead)
        self.day = starts.date()
        for person, clock in ((ADA, "10:00"), (WREN, "12:00")):
            self.book(person, clock)
        self.open()

    def book(self, person: str, clock: str) -> None:
        self.therapist.open("/therapist/book/", "Book for a client")
        options = self.page.get_by_label("Client").locator("option")
        value = options.filter(has_text=person).get_attribute("value")
        self.page.get_by_label("Client").select_option(value)
        self.page.get_by_label("Session").select_option("emdr-session")
        self.therapist.type("Day", self.day.isoformat())
        self.page.get_by_label("Time", exact=True).fill(clock)
        self.therapist.press("Book it")
        expect(self.page.get_by_role("heading", level=1, name=person)).to_be_visible()

    def open(self) -> None:
        self.therapist.open(f"/therapist/week/?view=week&day={self.day}", re.compile(r"\d{4}$"))
        expect(self.entry(ADA)).to_be_visible()

    def entry(self, who: str) -> Locator:
        """Of this day; what it says is its whole label."""
        day = f"{self.day:%A, %B} {self.day.day} at"
        return self.page.get_by_role("link", name=re.compile(f"^{day}.*{who}"))

    def drag(self, who: str, hours: float) -> None:
        drag(self.page, self.entry(who), down_px=hours * HOUR_PX)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def message(self) -> Locator:
        return self.page.locator("#calendar-message")

    def expect_at(self, who: str, clock: str) -> None:
        expect(self.entry(who)).to_have_accessible_name(at(clock, self.day))


def drag(page: Page, what: Locator, *, down_px: float) -> None:
    """Press in the upper middle of it, and let go further down."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None
    pull(page, box["x"] + box["width"] / 2, box["y"] + 10, down_px=down_px)


def pull(page: Page, x: float, y: float, *, down_px: float) -> None:
    """Press here, move down in steps as a hand does, and let go."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + down_px / 2, steps=4)
    page.mouse.move(x, y + down_px, steps=4)
    page.mouse.up()


@pytest.fixture
def calendar(walk_as: Callable[..., Walker], request: pytest.FixtureRequest) -> Calendar:
    return Calendar(walk_as("therapist"), request.param)


@pytest.mark.parametrize("calendar", [68], indirect=True)
def test_dragging_asks_names_conflicts_and_can_be_undone(calendar: Calendar) -> None:
    page, dialog = calendar.page, calendar.dialog

    calendar.drag(ADA, hours=1)
    expect(dialog).to_contain_text(f"{ADA} gets a mail after 3 minutes, unless you undo.")
    expect(dialog).to_contain_text("10:00 am to 10:50 am")
    expect(dialog).to_contain_text("11:00 am to 11:50 am")
    calendar.therapist.look("What a move comes to")
    dialog.get_by_role("button", name="Leave it where it is").click()
    calendar.expect_at(ADA, "10:00")
    expect(page.locator("#week-said")).to_have_text(f"{ADA} stays where it was.")

    calendar.drag(ADA, hours=1.5)
    expect(dialog).to_contain_text("Another appointment or its pause stands in this time.")
    expect(dialog).to_contain_text(f"12:00 pm to 12:50 pm: {WREN}")
    calendar.therapist.look("A conflict")
    dialog.get_by_role("button", name="Leave it where it is").click()
    calendar.expect_at(ADA, "10:00")

    calendar.drag(ADA, hours=-3)
    expect(dialog).to_contain_text("This is outside your hours")
    dialog.get_by_role("button", name="Leave it where it is").click()

    calendar.drag(ADA, hours=1)
    dialog.get_by_role("button", name="Move it").click()
    expect(calendar.message).to_contain_text(f"{ADA} is moved to")
    calendar.expect_at(ADA, "11:00")
    calendar.therapist.look("Moved")
    calendar.message.get_by_role("button", name="Undo").click()
    expect(calendar.message).to_contain_text("It is as it was before. Nobody was told.")
    calendar.expect_at(ADA, "10:00")


@pytest.mark.parametrize("calendar", [82], indirect=True)
def test_the_keyboard_does_the_same(calendar: Calendar) -> None:
    page, dialog = calendar.page, calendar.dialog
    press, said = page.keyboard.press, page.locator("#week-said")

    tab_to(page, calendar.entry(ADA))
    press("m")
    expect(said).to_contain_text(f"Moving {ADA}. Arrow keys choose the time and the day.")
    for _ in range(6):
        press("ArrowDown")
    expect(said).to_have_text(at_words(calendar.day, "11:30 AM"))
    press("Enter")
    expect(dialog).to_contain_text(f"12:00 pm to 12:50 pm: {WREN}")
    calendar.therapist.look("A conflict by keyboard")
    press("Enter")  # the focus is on the one way out
    expect(dialog).to_have_count(0)
    calendar.expect_at(ADA, "10:00")
    expect(calendar.entry(ADA)).to_be_focused()

    press("m")
    press("ArrowRight")
    press("Escape")
    expect(said).to_have_text(f"{ADA} stays where it was.")
    expect(calendar.entry(ADA)).to_be_focused()

    press("m")
    for _ in range(4):
        press("ArrowDown")
    press("Enter")
    expect(dialog.get_by_role("button", name="Move it")).to_be_focused()
    press("Enter")
    calendar.expect_at(ADA, "11:00")
    expect(calendar.entry(ADA)).to_be_focused()
    tab_to(page, calendar.message.get_by_role("button", name="Undo"), back=True)
    press("Enter")
    expect(calendar.message).to_contain_text("It is as it was before.")
    calendar.expect_at(ADA, "10:00")

    tab_to(page, calendar.entry(ADA))
    press("Enter")
    expect(dialog.get_by_role("heading", name=ADA)).to_be_visible()
    expect(dialog).to_contain_text("open the video room")
    expect(dialog).to_contain_text("Balance")
    calendar.therapist.look("Details in the panel")
    press("Escape")
    expect(calendar.entry(ADA)).to_be_focused()


def at_words(day: date, clock: str) -> str:
    return f"{day:%A, %B} {day.day} at {clock}"


def tab_to(page: Page, what: Locator, *, back: bool = False) -> None:
    """By nothing but the Tab key."""
    for _ in range(80):
        if what.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError("the Tab key never reached it")


@pytest.mark.parametrize("calendar", [61], indirect=True)
def test_an_empty_stretch_becomes_time_off_which_is_moved_and_taken_back(
    calendar: Calendar,
) -> None:
    page, dialog = calendar.page, calendar.dialog
    sunday = page.locator(".ec-body .ec-day").nth(COLUMN_SUNDAY)

    drag(page, sunday, down_px=2 * HOUR_PX)
    expect(dialog).to_contain_text("What is this time for?")
    calendar.therapist.look("What a stretch is for")
    dialog.get_by_role("button", name="Take it off").click()
    expect(calendar.message).to_contain_text("Time off: Sunday")
    entry = page.get_by_role("link", name=re.compile("^Sunday.*Time off"))
    expect(entry).to_be_visible()
    drawn = entry.text_content()
    drag(page, entry, down_px=HOUR_PX)
    expect(dialog).to_contain_text("Change your time off?")
    dialog.get_by_role("button", name="Change it").click()
    expect(calendar.message).to_contain_text("to Sunday")
    expect(entry).not_to_have_text(str(drawn))
    page.locator(".ec-event.time-off").hover()  # waits until it stands still
    box = page.locator(".ec-event.time-off").bounding_box()
    assert box is not None
    edge = box["x"] + box["width"] / 2, box["y"] + box["height"] - 2
    pull(page, *edge, down_px=HOUR_PX)
    expect(dialog).to_contain_text("Change your time off?")
    calendar.therapist.look("Longer time off")
    dialog.get_by_role("button", name="Leave it as it was").click()
    before = entry.text_content()

    entry.focus()
    page.keyboard.press("m")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Change your time off?")
    dialog.get_by_role("button", name="Change it").click()
    expect(calendar.message).to_contain_text("Time off: Sunday")
    expect(entry).not_to_have_text(str(before))

    entry.click()
    calendar.therapist.arrive("Change your time off")
    calendar.therapist.follow("Take it back altogether")
    calendar.therapist.press(re.compile("^Take"))
    expect(page.get_by_text("Your weekly hours hold again")).to_be_visible()


@pytest.mark.parametrize("calendar", [75], indirect=True)
def test_every_view_shows_the_same_and_a_reload_stays(calendar: Calendar) -> None:
    page = calendar.page
    for name in ("Day", "Month", "List", "Week"):
        page.get_by_role("navigation", name="How to show it").get_by_role("link", name=name).click()
        expect(page).to_have_url(re.compile(f"view={name.lower()}"))
        if name == "Day":
            page.get_by_role("link", name="Later").click()
            page.get_by_role("link", name="Earlier").click()
        page.reload()
        expect(calendar.page.get_by_role("link", name=re.compile(ADA)).first).to_be_visible()
        calendar.therapist.look(name)


def test_the_agenda_moves_an_appointment_without_a_script(
    walk_as: Callable[..., Walker],
) -> None:
    therapist = walk_as("therapist", java_script_enabled=False)
    page = therapist.page
    page.goto("/therapist/week/")
    for name in ("Day", "Month", "List", "Week"):
        page.get_by_role("navigation", name="How to show it").get_by_role("link", name=name).click()
        expect(page.locator("#agenda")).to_be_visible()
    page.get_by_role("link", name="Later").click()
    page.get_by_role("link", name=re.compile("^Open the appointment")).first.click()
    page.get_by_role("link", name="Move it").click()
    expect(page.get_by_role("heading", level=1, name="Move the appointment")).to_be_visible()


def test_today_on_a_phone(walk_as: Callable[..., Walker]) -> None:
    therapist = walk_as("therapist", viewport=PHONE, has_touch=True, is_mobile=True)
    page = therapist.page
    therapist.open("/therapist/", re.compile(r"^\w+day, "))
    card = page.locator(".next-client")
    expect(card.get_by_text("Way to meet")).to_be_visible()
    box = card.bounding_box()
    assert box is not None
    assert box["y"] < PHONE["height"] * 0.75
    for link in card.get_by_role("link").all():
        target = link.bounding_box()
        assert target is not None
        assert target["height"] >= 44
    card.get_by_role("link", name="Open the appointment").tap()
    expect(page.get_by_text("Policy as promised")).to_be_visible()
    therapist.look("The appointment on a phone")
    page.goto("/therapist/week/")
    expect(page.locator(".ec-day-view")).to_be_visible()
    therapist.look("The day on a phone")
